internal import Conversations
internal import SQLite

extension Connection {
    /// Writes down what is said, unless it is there already, and the open reply to it, moves the head, and takes the
    /// lease.
    func begin(_ exchange: NewExchange) throws -> OpenExchange {
        let row = try preparedChat(for: exchange)
        try closeAbandonedAttempts(at: exchange.now)
        let next = try nextSeq(ofChat: row.key)
        let said = exchange.said(in: row.chat.id, numberedFrom: next)
        let message = exchange.message(among: said)
        let reply = Message(
            id: MessageID(chat: row.chat.id, seq: next + said.count), parent: message.id.seq, role: .assistant,
            content: "", status: .streaming, provider: exchange.attempt.provider, model: exchange.attempt.model,
            createdAt: exchange.now)
        guard reply.id.seq <= MessageKey.maximumSeq else {
            throw StoreError.chatFull(row.chat.id, limit: MessageKey.maximumSeq)
        }
        for message in said { try insert(message, inChat: row.key) }
        try insert(reply, inChat: row.key)
        if let response = exchange.response {
            try insert(response, inChat: row.key, of: reply, firstInput: said.first ?? message)
        }
        let count = said.count + 1
        try run(
            """
            UPDATE chats SET head = ?2, next_seq = ?2 + 1, message_count = message_count + ?3, version = version + 1,
                updated_at = max(updated_at, ?4), provider = ?5, model = ?6,
                open_reply = ?2, writer = ?7, lease_until = ?8
            WHERE key = ?1
            """,
            row.key, reply.id.seq, count, exchange.now.rawValue, exchange.provider, exchange.model, exchange.process,
            exchange.leaseUntil.rawValue)
        var chat = row.chat
        chat.head = reply.id.seq
        chat.messageCount += count
        chat.version += 1
        chat.updatedAt = max(chat.updatedAt, exchange.now)
        chat.provider = exchange.provider
        chat.model = exchange.model
        try insert(
            exchange.attempt, for: reply.id, of: row.chat.owner, process: exchange.process, beginningIn: chat)
        return OpenExchange(chat: chat, said: said, message: message, reply: reply, attempt: exchange.attempt)
    }

    /// The chat that the exchange is for, made or found, and free to be written to.
    private func preparedChat(for exchange: NewExchange) throws -> ChatRow {
        switch exchange.target {
        case .new(let chat):
            guard try chatRow(chat.id, owner: chat.owner) == nil else { throw StoreError.chatExists(chat.id) }
            return ChatRow(key: try insert(chat), chat: chat)
        case .existing(let expected):
            guard let row = try chatRow(expected.id, owner: expected.owner) else {
                throw StoreError.noSuchChat(expected.id)
            }
            guard !row.isBusy(at: exchange.now) else { throw StoreError.chatBusy(expected.id) }
            guard row.chat.version == expected.version else { throw StoreError.chatChanged(expected.id) }
            if let seq = row.openReply { try closeAbandonedReply(seq, of: row, now: exchange.now) }
            return row
        }
    }

    /// Marks a reply whose writer is gone as what it is, with all that had come of it.
    func closeAbandonedReply(_ seq: Int, of row: ChatRow, now: Timestamp) throws {
        let key = MessageKey.key(chat: row.key, seq: seq)
        let text = try parts(ofMessage: key)
        try run(
            """
            UPDATE messages SET content = ?2, status = 'interrupted', finished_at = ?3,
                error_code = ?4, error_message = ?5
            WHERE key = ?1 AND status = 'streaming'
            """,
            key, text, now.rawValue, Message.abandoned.code, Message.abandoned.message)
        try run("DELETE FROM message_parts WHERE message = ?1", key)
        try index(text, key: key)
        try abandonAttempt(of: row, reply: seq, at: now)
    }

    // MARK: - While the reply streams

    static let fenceQuery = "SELECT key FROM chats WHERE owner = ?1 AND id = ?2 AND version = ?3 AND writer = ?4"

    /// The chat's key, if the lease for this reply is still ours.
    private func fenced(_ reply: OpenReply) throws -> Int64 {
        let key = try number(
            Self.fenceQuery, reply.owner.rawValue, reply.id.chat.rawValue, reply.version, reply.process)
        guard key != 0 else { throw StoreError.leaseLost(reply.id.chat) }
        return key
    }

    func keep(_ piece: String, number: Int, of reply: OpenReply) throws {
        let chat = try fenced(reply)
        try run("UPDATE chats SET lease_until = ?2 WHERE key = ?1", chat, reply.leaseUntil.rawValue)
        guard !piece.isEmpty else { return }
        try run(
            "INSERT INTO message_parts (message, part, content) VALUES (?1, ?2, ?3)",
            MessageKey.key(chat: chat, seq: reply.id.seq), number, piece)
    }

    /// Closes one try and opens the next, which another provider may make.
    func goOn(
        with reply: OpenReply, closing ended: ProviderAttempt, opening next: ProviderAttempt, now: Timestamp,
        jitter: Double
    ) throws {
        let chat = try fenced(reply)
        try close(ended, at: now, jitter: jitter)
        try insert(next, for: reply.id, of: reply.owner, process: reply.process)
        try run(
            "UPDATE messages SET provider = ?2, model = ?3 WHERE key = ?1",
            MessageKey.key(chat: chat, seq: reply.id.seq), next.provider, next.model)
    }

    // MARK: - At its end

    func finish(_ reply: OpenReply, with ending: ReplyEnding, now: Timestamp, jitter: Double) throws -> Chat {
        let chat = try fenced(reply)
        let key = MessageKey.key(chat: chat, seq: reply.id.seq)
        let message = ending.message
        try run(
            """
            UPDATE messages SET content = ?2, status = ?3, finished_at = ?4, finish_reason = ?5, input_tokens = ?6,
                output_tokens = ?7, error_code = ?8, error_message = ?9, provider = ?10, model = ?11
            WHERE key = ?1
            """,
            key, message.content, message.status.rawValue, message.finishedAt?.rawValue, message.finishReason,
            message.usage?.inputTokens, message.usage?.outputTokens, message.error?.code, message.error?.message,
            message.provider, message.model)
        try run("DELETE FROM message_parts WHERE message = ?1", key)
        try index(message.content, key: key)
        if let fields = ending.responseFields { try replaceResponseFields(by: fields, ofMessage: key) }
        try run(
            """
            UPDATE chats SET updated_at = max(updated_at, ?2), version = version + 1,
                open_reply = NULL, writer = NULL, lease_until = NULL
            WHERE key = ?1
            """,
            chat, message.finishedAt?.rawValue ?? message.createdAt.rawValue)
        if message.content.isEmpty { try returnView(from: message, of: reply.owner, inChat: chat) }
        try close(ending.attempt, at: now, jitter: jitter)
        guard let row = try chatRow(reply.id.chat, owner: reply.owner) else {
            throw StoreError.noSuchChat(reply.id.chat)
        }
        return row.chat
    }
}

extension Connection {
    static let siblingQuery = """
        SELECT key FROM messages
        WHERE key BETWEEN ?1 AND ?2 AND parent = ?3 AND role = 'assistant' AND content != '' ORDER BY key DESC LIMIT 1
        """

    /// The chat's provider and model as the exchange has set them, unless somebody has named others since.
    static let returnProviderQuery = """
        UPDATE chats SET (provider, model) = (SELECT provider, model FROM messages WHERE key = ?2)
        WHERE key = ?1 AND head = ?5 AND (provider, model) IS (
            SELECT chat_provider, chat_model FROM provider_attempts
            WHERE owner = ?3 AND chat = ?4 AND message = ?5 AND attempt = 1)
        """

    /// Another reply that has brought nothing takes no place from the one that was there: that is in view again, and who
    /// gave it is asked next.
    private func returnView(from reply: Message, of owner: Owner, inChat chat: Int64) throws(SQLiteError) {
        let sibling = try number(
            Self.siblingQuery, MessageKey.key(chat: chat, seq: 0), MessageKey.key(chat: chat, seq: reply.id.seq - 1),
            reply.parent)
        guard sibling > 0 else { return }
        try run(
            Self.returnProviderQuery, chat, sibling, owner.rawValue, reply.id.chat.rawValue, reply.id.seq)
        try run(
            "UPDATE chats SET head = ?2 WHERE key = ?1 AND head = ?3", chat, MessageKey.seq(ofKey: sibling),
            reply.id.seq)
    }
}

extension NewExchange {
    /// The messages that are new with it, the first with this number.
    fileprivate func said(in chat: ChatID, numberedFrom seq: Int) -> [Message] {
        switch turn {
        case .answer: []
        case .say(let messages, let parent): Message.said(messages, in: chat, after: parent, numberedFrom: seq, at: now)
        }
    }

    /// The user's message that is to be answered: the last of these, or the one that is there already.
    fileprivate func message(among said: [Message]) -> Message {
        if case .answer(let message) = turn { return message }
        guard let last = said.last, last.role == .user else { preconditionFailure("there are no words to answer") }
        return last
    }
}
