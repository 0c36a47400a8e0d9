internal import Conversations
internal import SQLite

// The index of words. Messages go into it when they are finished, and titles with their chats, each in the transaction
// that writes it. No trigger does this: one would flush a segment of the index a row.

extension SQLiteError {
    /// A damaged index answers so: what it writes fits nothing that is there. It is written to when a transaction ends, too.
    var mayBeOfIndex: Bool {
        isCorrupt || isConstraint && (sql == "COMMIT" || sql?.contains("message_index") ?? false)
    }
}

extension Connection {
    /// What the index has been brought up to: rows behind it come when their turn does.
    func indexedKeys() throws(SQLiteError) -> ClosedRange<Int64> {
        0...(try position(of: .index) ?? .max)
    }

    /// Puts a finished message, or a chat's title, into the index. One without text has nothing to be found by.
    func index(_ text: String, key: Int64) throws(SQLiteError) {
        guard !text.isEmpty else { return }
        if try indexedKeys().contains(key) { try insertWords(of: text, key: key) }
    }

    func insertWords(of text: String, key: Int64) throws(SQLiteError) {
        try run("INSERT INTO message_index (rowid, words) VALUES (?1, ?2)", key, IndexedText.words(of: text))
    }

    static let finishedTextsQuery = """
        SELECT key, content FROM messages
        WHERE key BETWEEN ?1 AND ?2 AND status != 'streaming' AND content != '' ORDER BY key
        """

    /// Takes all words of a chat out of the index. The old segments hold them until they are merged.
    func removeFromIndex(_ row: ChatRow) throws(SQLiteError) {
        let indexed = try indexedKeys()
        let title = MessageKey.title(ofChat: row.key)
        guard indexed.contains(title) else { return }
        if !row.chat.title.isEmpty { try removeWords(of: row.chat.title, key: title) }
        let statement = try prepared(Self.finishedTextsQuery)
        defer { statement.reset() }
        let last = MessageKey.key(chat: row.key, seq: MessageKey.maximumSeq)
        try statement.bind(title, min(last, indexed.upperBound))
        while try statement.step() { try removeWords(of: statement.text(1), key: statement.integer(0)) }
    }

    /// Puts the words of another title in the place of those of the chat's present one.
    func replaceIndexedTitle(of row: ChatRow, by title: String) throws(SQLiteError) {
        let key = MessageKey.title(ofChat: row.key)
        guard try indexedKeys().contains(key) else { return }
        if !row.chat.title.isEmpty { try removeWords(of: row.chat.title, key: key) }
        if !title.isEmpty { try insertWords(of: title, key: key) }
    }

    /// Takes the words of a finished message out of the index.
    func removeFromIndex(_ text: String, key: Int64) throws(SQLiteError) {
        guard !text.isEmpty else { return }
        if try indexedKeys().contains(key) { try removeWords(of: text, key: key) }
    }

    private func removeWords(of text: String, key: Int64) throws(SQLiteError) {
        try run(
            "INSERT INTO message_index (message_index, rowid, words) VALUES ('delete', ?1, ?2)", key,
            IndexedText.words(of: text))
    }
}
