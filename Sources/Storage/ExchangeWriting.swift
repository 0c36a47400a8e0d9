internal import Conversations
internal import SQLite

extension Connection {
    /// Writes down the user's message and the open reply to it, moves the head, and takes the lease.
    func begin(_ exchange: NewExchange) throws -> OpenExchange {
        let row = try preparedChat(for: exchange)
        let first = Int(try number("SELECT next_seq FROM chats WHERE key = ?1", row.key))
        guard first + 1 <= MessageKey.maximumSeq else {
            throw StoreError.chatFull(row.chat.id, limit: MessageKey.maximumSeq)
        }
        let message = Message(
            id: MessageID(chat: row.chat.id, seq: first), parent: row.chat.head, role: .user, content: exchange.text,
            createdAt: exchange.now, finishedAt: exchange.now)
        let reply = Message(
            id: MessageID(chat: row.chat.id, seq: first + 1), parent: first, role: .assistant, content: "",
            status: .streaming, provider: exchange.provider, model: exchange.model, createdAt: exchange.now)
        try insert(message, inChat: row.key)
        try insert(reply, inChat: row.key)
        try run(
            """
            UPDATE chats SET head = ?2, next_seq = ?2 + 1, message_count = message_count + 2, version = version + 1,
                updated_at = max(updated_at, ?3), provider = ?4, model = ?5,
                open_reply = ?2, writer = ?6, lease_until = ?7
            WHERE key = ?1
            """,
            row.key, reply.id.seq, exchange.now.rawValue, exchange.provider, exchange.model, exchange.process,
            exchange.leaseUntil.rawValue)
        try insert(exchange.attempt, for: reply.id, of: row.chat.owner, process: exchange.process)

        var chat = row.chat
        chat.head = reply.id.seq
        chat.messageCount += 2
        chat.version += 1
        chat.updatedAt = max(chat.updatedAt, exchange.now)
        chat.provider = exchange.provider
        chat.model = exchange.model
        return OpenExchange(chat: chat, message: message, reply: reply, attempt: exchange.attempt)
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
    private func closeAbandonedReply(_ seq: Int, of row: ChatRow, now: Timestamp) throws(SQLiteError) {
        let key = MessageKey.key(chat: row.key, seq: seq)
        let text = try parts(ofMessage: key)
        try run(
            """
            UPDATE messages SET content = content || ?2, status = 'interrupted', finished_at = ?3,
                error_code = ?4, error_message = ?5
            WHERE key = ?1 AND status = 'streaming'
            """,
            key, text, now.rawValue, Message.abandoned.code, Message.abandoned.message)
        try run("DELETE FROM message_parts WHERE message = ?1", key)
        try abandonAttempt(of: row, reply: seq)
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
    func goOn(with reply: OpenReply, closing ended: ProviderAttempt, opening next: ProviderAttempt) throws {
        let chat = try fenced(reply)
        try close(ended)
        try insert(next, for: reply.id, of: reply.owner, process: reply.process)
        try run(
            "UPDATE messages SET provider = ?2, model = ?3 WHERE key = ?1",
            MessageKey.key(chat: chat, seq: reply.id.seq), next.provider, next.model)
    }

    // MARK: - At its end

    func finish(_ reply: OpenReply, with ending: ReplyEnding) throws -> Chat {
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
        try run(
            """
            UPDATE chats SET updated_at = max(updated_at, ?2), open_reply = NULL, writer = NULL, lease_until = NULL
            WHERE key = ?1
            """,
            chat, message.finishedAt?.rawValue ?? message.createdAt.rawValue)
        try close(ending.attempt)
        guard let row = try chatRow(reply.id.chat, owner: reply.owner) else {
            throw StoreError.noSuchChat(reply.id.chat)
        }
        return row.chat
    }

    // MARK: - Rows

    /// Gives the chat's private key.
    func insert(_ chat: Chat) throws(SQLiteError) -> Int64 {
        try run(
            """
            INSERT INTO chats (id, owner, title, title_folded, created_at, updated_at, provider, model, pinned, archived,
                forked_from_chat, forked_from_seq, system)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """,
            chat.id.rawValue, chat.owner.rawValue, chat.title, TitleFolding.folded(chat.title), chat.createdAt.rawValue,
            chat.updatedAt.rawValue, chat.provider, chat.model, chat.pinned, chat.archived,
            chat.forkedFrom?.chat.rawValue, chat.forkedFrom?.seq, chat.system)
        let key = lastInsertedRow
        for tag in chat.tags { try run("INSERT INTO chat_tags (chat, tag) VALUES (?1, ?2)", key, tag) }
        for (name, value) in chat.metadata {
            try run("INSERT INTO chat_metadata (chat, name, value) VALUES (?1, ?2, ?3)", key, name, value)
        }
        return key
    }

    private func insert(_ message: Message, inChat chat: Int64) throws(SQLiteError) {
        try run(
            """
            INSERT INTO messages (key, parent, role, status, provider, model, created_at, finished_at, content)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """,
            MessageKey.key(chat: chat, seq: message.id.seq), message.parent, message.role.rawValue,
            message.status.rawValue, message.provider, message.model, message.createdAt.rawValue,
            message.finishedAt?.rawValue, message.content)
    }
}
