internal import Conversations
internal import SQLite

extension Connection {
    /// Erases the chats with their messages; what the health history knows of them loses their names. All or none.
    ///
    /// Their rows are overwritten, but their words stay in the index's old segments and what they were in the log, until
    /// the erasure is finished.
    func delete(_ chats: [Chat], now: Timestamp) throws {
        try noteDeletion()
        for chat in chats {
            guard let row = try chatRow(chat.id, owner: chat.owner) else { throw StoreError.noSuchChat(chat.id) }
            guard !row.isBusy(at: now) else { throw StoreError.chatBusy(chat.id) }
            guard row.chat.version == chat.version else { throw StoreError.chatChanged(chat.id) }
            try removeFromIndex(row)
            try run(
                "DELETE FROM messages WHERE key BETWEEN ?1 AND ?2",
                MessageKey.key(chat: row.key, seq: 0), MessageKey.key(chat: row.key, seq: MessageKey.maximumSeq))
            try run("DELETE FROM chats WHERE key = ?1", row.key)
            if let seq = row.openReply { try abandonAttempt(of: row, reply: seq, at: now) }
            try forgetAttempts(of: row)
            try forgetAnswers(ofChat: row)
        }
    }

    /// Notes what has to be done for the erasure to be whole.
    ///
    /// - Parameter movesRows: Rows that stay are moved to other pages by it.
    func noteDeletion(movingRows movesRows: Bool = false) throws(SQLiteError) {
        try setPosition(of: .erase, to: (position(of: .erase) ?? 0) + 1)
        // Where that is due already, all chats need not be looked through once more.
        let rewriting = try position(of: .rewrite)
        if !movesRows, rewriting == nil, try number(Self.interleavedChatsQuery) == 0 { return }
        try setPosition(of: .rewrite, to: (rewriting ?? 0) + 1)
    }

    /// Whether any chat was gone on with when a later one had begun. As long as messages were only added behind all
    /// others, no row was ever moved to another page and has left a copy on its own.
    static let interleavedChatsQuery = """
        SELECT EXISTS (
            SELECT 1 FROM (
                SELECT updated_at, min(created_at) OVER (
                    ORDER BY key DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS later
                FROM chats)
            WHERE later < updated_at)
        """
}
