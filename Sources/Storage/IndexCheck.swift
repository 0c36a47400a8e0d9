internal import SQLite

extension Connection {
    /// What is wrong with the index: within itself, and against the messages and titles.
    ///
    /// To look at it within, SQLite wants the right to write, which it does not use: others' writes wait meanwhile.
    func indexFindings() throws -> [DatabaseFinding] {
        // To be made anew: what is in it counts no more.
        guard try indexedKeys().upperBound > 0 else { return [.outdatedIndex] }
        var found: [DatabaseFinding] = []
        do {
            if try !isWholeWithin() { found.append(.damagedIndex("words of it are missing")) }
        } catch let error as SQLiteError where error.isCorrupt {
            found.append(.damagedIndex("it is damaged (\(error.message))"))
        } catch let error as SQLiteError where error.isBusy || error.isReadOnly {
            found.append(.uncheckedIndex)
        }
        return try found + stepFindings()
    }

    /// Whether the index and the messages are in step, at one moment.
    private func stepFindings() throws -> [DatabaseFinding] {
        try transaction(.deferred) {
            let indexed = try indexedKeys().upperBound
            guard indexed > 0 else { return [] }
            var found: [DatabaseFinding] = []
            let missing = try number(Self.missingFromIndexQuery, indexed)
            if missing > 0 { found.append(.damagedIndex("\(missing) messages or titles are missing from it")) }
            let left = try number(Self.leftInIndexQuery, indexed)
            if left > 0 { found.append(.damagedIndex("\(left) rows of it belong to no message or title")) }
            return found
        }
    }

    /// - Throws: ``SQLiteError``, as corrupt, where the index is not what it has to be.
    private func isWholeWithin() throws -> Bool {
        try execute("PRAGMA query_only = OFF")
        defer { try? execute("PRAGMA query_only = ON") }
        try run("BEGIN IMMEDIATE")
        defer { try? run("ROLLBACK") }
        // <https://www.sqlite.org/fts5.html#the_integrity_check_command>
        try run("INSERT INTO message_index (message_index) VALUES ('integrity-check')")
        // It does not notice that a segment is gone without a trace. But the index knows of each row how many words it has.
        try run("CREATE VIRTUAL TABLE temp.index_words USING fts5vocab (main, message_index, row)")
        return try number("SELECT coalesce(sum(cnt), 0) FROM temp.index_words") == wordsOfRows()
    }

    /// How many words all rows together were put in with.
    private func wordsOfRows() throws(SQLiteError) -> Int64 {
        let statement = try prepared("SELECT sz FROM message_index_docsize")
        defer { statement.reset() }
        var count: Int64 = 0
        while try statement.step() {
            var numbers = VariableLengthIntegers(statement.bytes(0)[...])
            count += numbers.next() ?? 0
        }
        return count
    }

    private static let missingFromIndexQuery = """
        SELECT count(*) FROM (
            SELECT key FROM messages WHERE status != 'streaming' AND content != ''
            UNION ALL SELECT key << 20 FROM chats WHERE title != ''
        ) AS text WHERE text.key <= ?1 AND NOT EXISTS (SELECT 1 FROM message_index_docsize WHERE id = text.key)
        """

    private static let leftInIndexQuery = """
        SELECT count(*) FROM message_index_docsize AS indexed WHERE indexed.id > ?1 OR NOT EXISTS (
            SELECT 1 FROM messages WHERE key = indexed.id AND status != 'streaming' AND content != ''
            UNION ALL SELECT 1 FROM chats WHERE key << 20 = indexed.id AND key = indexed.id >> 20 AND title != '')
        """
}

extension DatabaseFinding {
    private static let codeOfIndex = "damaged_index"

    /// It is the index of words that is damaged, which can be made anew from the messages.
    var isOfIndex: Bool { code == Self.codeOfIndex }

    fileprivate static func damagedIndex(_ detail: String) -> DatabaseFinding {
        DatabaseFinding(
            severity: .damage, code: codeOfIndex, message: "the index of words is not as it should be: \(detail)",
            advice: "'parley db reindex' makes it anew; the messages themselves are not touched by this")
    }

    fileprivate static let outdatedIndex = DatabaseFinding(
        severity: .note, code: "outdated_index", message: "the index of words is to be made anew",
        advice: "the next program that writes does so, or 'parley db reindex'")

    fileprivate static let uncheckedIndex = DatabaseFinding(
        severity: .note, code: "index_not_checked",
        message: "the index of words was not looked into, since the file is busy or takes no writes",
        advice: "check again when it does")
}
