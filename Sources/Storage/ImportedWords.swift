internal import Conversations
internal import SQLite

/// The way of imported texts into the index of words.
///
/// The index takes rows fast as long as their keys rise: one that does not makes it write a segment of its own. New chats
/// come in that order; what is added to chats that are there waits until the end, and is then sorted.
struct ImportedWords {
    private let connection: Connection
    private let isWanted: Bool
    /// The keys that the index has been brought up to; nothing is put in behind it.
    private let indexed: ClosedRange<Int64>
    private var waiting: [Int64] = []
    /// The index's settings have been changed for the time being.
    private var isInBulk = false

    /// How much the index gathers in memory before it writes a segment, in bytes: fewer segments are merged less often.
    private static let bulkHash = 16 << 20
    /// FTS5's own. <https://www.sqlite.org/fts5.html> (sqlite3_fts5_config: hashsize)
    private static let usualHash = 1 << 20

    init(_ connection: Connection, isWanted: Bool) throws(SQLiteError) {
        self.connection = connection
        self.isWanted = isWanted
        indexed = try connection.indexedKeys()
    }

    /// Indexes the text under a key that is higher than all before it.
    mutating func add(_ text: String, key: Int64) throws(SQLiteError) {
        guard isWanted, !text.isEmpty, indexed.contains(key) else { return }
        if !isInBulk {
            try setHash(Self.bulkHash)
            isInBulk = true
        }
        try connection.insertWords(of: text, key: key)
    }

    /// Has the message of this key indexed at the end.
    mutating func addLater(_ key: Int64) {
        if isWanted && indexed.contains(key) { waiting.append(key) }
    }

    mutating func finish() throws {
        waiting.sort()
        for key in waiting {
            try Task.checkCancellation()
            try connection.index(try connection.content(ofMessage: key), key: key)
        }
        waiting = []
        if isInBulk { try setHash(Self.usualHash) }
    }

    private func setHash(_ bytes: Int) throws(SQLiteError) {
        try connection.run("INSERT INTO message_index (message_index, rank) VALUES ('hashsize', ?1)", bytes)
    }
}
