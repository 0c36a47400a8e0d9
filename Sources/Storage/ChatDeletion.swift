internal import Conversations
internal import SQLite

extension Connection {
    /// Erases the chats with their messages; what the health history knows of them loses their names. All or none.
    func delete(_ chats: [ChatID], owner: Owner, now: Timestamp) throws {
        for id in chats {
            guard let row = try chatRow(id, owner: owner) else { throw StoreError.noSuchChat(id) }
            guard !row.isBusy(at: now) else { throw StoreError.chatBusy(id) }
            try run(
                "DELETE FROM messages WHERE key BETWEEN ?1 AND ?2",
                MessageKey.key(chat: row.key, seq: 0), MessageKey.key(chat: row.key, seq: MessageKey.maximumSeq))
            try run("DELETE FROM chats WHERE key = ?1", row.key)
            if let seq = row.openReply { try abandonAttempt(of: row, reply: seq) }
            try forgetAttempts(of: row)
        }
    }

    /// Moves the log into the file and empties it, so that nothing erased lives on in it. Where others read or write
    /// just now, it stays until they are done: replies that stream are not held up for it.
    func emptyLog() {
        setBusyTimeout(milliseconds: 0)
        try? execute("PRAGMA wal_checkpoint(TRUNCATE)")
        setBusyTimeout(milliseconds: BusyRetry.statementTimeout)
    }
}
