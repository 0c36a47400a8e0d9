internal import Conversations
internal import SQLite

// Messages that nobody answers as they are written down.
extension Connection {
    /// Makes a chat in which this was said, one after the other.
    func create(_ chat: Chat, saying messages: [NewMessage], now: Timestamp) throws -> (Chat, [Message]) {
        guard try chatRow(chat.id, owner: chat.owner) == nil else { throw StoreError.chatExists(chat.id) }
        return try append(messages, to: ChatRow(key: try insert(chat), chat: chat), now: now)
    }

    /// Adds messages at the end of the branch in view.
    func append(
        _ messages: [NewMessage], to id: ChatID, owner: Owner, now: Timestamp
    ) throws -> (Chat, [Message]) {
        guard let row = try chatRow(id, owner: owner) else { throw StoreError.noSuchChat(id) }
        return try append(messages, to: row, now: now)
    }

    private func append(_ messages: [NewMessage], to row: ChatRow, now: Timestamp) throws -> (Chat, [Message]) {
        guard !row.isBusy(at: now) else { throw StoreError.chatBusy(row.chat.id) }
        guard !messages.isEmpty else { return (row.chat, []) }
        if let seq = row.openReply { try closeAbandonedReply(seq, of: row, now: now) }
        let said = Message.said(
            messages, in: row.chat.id, after: row.chat.head, numberedFrom: try nextSeq(ofChat: row.key), at: now)
        guard let last = said.last, last.id.seq <= MessageKey.maximumSeq else {
            throw StoreError.chatFull(row.chat.id, limit: MessageKey.maximumSeq)
        }
        for message in said { try insert(message, inChat: row.key) }
        try run(
            """
            UPDATE chats SET head = ?2, next_seq = ?2 + 1, message_count = message_count + ?3, version = version + 1,
                updated_at = max(updated_at, ?4), open_reply = NULL, writer = NULL, lease_until = NULL
            WHERE key = ?1
            """,
            row.key, last.id.seq, said.count, now.rawValue)
        var chat = row.chat
        chat.head = last.id.seq
        chat.messageCount += said.count
        chat.version += 1
        chat.updatedAt = max(chat.updatedAt, now)
        return (chat, said)
    }
}

extension Message {
    /// New messages of a chat, each behind the one before.
    ///
    /// - Parameters:
    ///   - parent: What the first goes on from.
    ///   - seq: The first one's number.
    static func said(
        _ messages: [NewMessage], in chat: ChatID, after parent: Int?, numberedFrom seq: Int, at now: Timestamp
    ) -> [Message] {
        messages.enumerated().map { index, message in
            Message(
                id: MessageID(chat: chat, seq: seq + index), parent: index == 0 ? parent : seq + index - 1,
                role: message.role, content: message.content, createdAt: now, finishedAt: now,
                isDeveloper: message.isDeveloper)
        }
    }
}
