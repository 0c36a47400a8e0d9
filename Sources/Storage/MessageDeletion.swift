internal import Conversations
internal import SQLite

extension Connection {
    static let childrenQuery = "UPDATE messages SET parent = ?4 WHERE key BETWEEN ?1 AND ?2 AND parent = ?3"
    static let newestMessageQuery = "SELECT max(key) FROM messages WHERE key BETWEEN ?1 AND ?2"

    /// Erases one message: what answered it answers what it answered itself. As in ``delete(_:now:)``, its words are gone when
    /// the erasure is finished.
    func deleteMessage(_ id: MessageID, owner: Owner, now: Timestamp) throws -> Chat {
        guard let row = try chatRow(id.chat, owner: owner) else { throw StoreError.noSuchChat(id.chat) }
        guard MessageKey.isSeq(id.seq), try message(id.seq, of: row, now: now) != nil else {
            throw StoreError.noSuchMessage(id)
        }
        guard !row.isBusy(at: now) else { throw StoreError.chatBusy(id.chat) }
        if let seq = row.openReply { try closeAbandonedReply(seq, of: row, now: now) }
        // An abandoned reply has its text only now.
        guard let message = try message(id.seq, of: row, now: now) else { throw StoreError.noSuchMessage(id) }
        try noteDeletion(movingRows: true)
        let key = MessageKey.key(chat: row.key, seq: id.seq)
        try removeFromIndex(message.content, key: key)
        try run(
            Self.childrenQuery, key + 1, MessageKey.key(chat: row.key, seq: MessageKey.maximumSeq), id.seq,
            message.parent)
        try run("DELETE FROM messages WHERE key = ?1", key)
        try run(
            """
            UPDATE chats SET head = ?2, message_count = message_count - 1, version = version + 1,
                open_reply = NULL, writer = NULL, lease_until = NULL
            WHERE key = ?1
            """,
            row.key, try head(of: row, without: message))
        try forgetAttempts(of: row, message: id.seq)
        try forgetAnswers(ofChat: row)
        guard let left = try chatRow(id.chat, owner: owner) else { throw StoreError.noSuchChat(id.chat) }
        return left.chat
    }

    /// The tip of the branch in view, once a message is gone.
    private func head(of row: ChatRow, without message: Message) throws(SQLiteError) -> Int? {
        guard row.chat.head == message.id.seq else { return row.chat.head }
        if let parent = message.parent { return parent }
        // It was the branch's only one: what was said last on any other is in view.
        let newest = try number(
            Self.newestMessageQuery, MessageKey.key(chat: row.key, seq: 0),
            MessageKey.key(chat: row.key, seq: MessageKey.maximumSeq))
        return newest == 0 ? nil : MessageKey.seq(ofKey: newest)
    }
}
