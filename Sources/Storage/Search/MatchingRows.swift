internal import SQLite

/// The rows in which all that is looked for stands, told chat by chat.
protocol MatchingRows {
    /// Their keys, in any order.
    mutating func keys(ofChat chat: Int64) throws -> [Int64]
}

/// By the index of words.
///
/// The first some thousand are read at once: for most words these are all. Where there are more, the chats are asked one by
/// one, which is soon enough for words that are frequent everywhere; for others all rows are read after a while.
struct IndexedRows: MatchingRows {
    static let query = """
        SELECT rowid FROM message_index WHERE message_index MATCH ?1 AND rowid BETWEEN ?2 AND ?3
        ORDER BY rowid DESC LIMIT ?4
        """
    static let newestChatQuery = "SELECT max(key) FROM chats"
    /// How many rows are read at first. A row costs some 40 ns, and asking for a chat as much as a thousand rows.
    static let rowsAtFirst = 2000

    private let connection: Connection
    private let match: String
    /// Those with the highest keys, or all: falling.
    private var known: [Int64]
    private var isComplete: Bool
    /// What asking chat by chat may still cost: a chat with rows counts once, one without many times, since there the
    /// engine may have to go far for the next.
    private var patience = 400
    private static let priceOfNothing = 16

    /// - Parameter range: The keys to look at.
    init(_ expression: SearchExpression, match: String, in range: ClosedRange<Int64>, of connection: Connection) throws
    {
        self.connection = connection
        self.match = match
        // One chat's are read whole, and so is what costs the same however much of it is read.
        let limit = expression.hasPrefix || range != MessageKey.everyKey ? -1 : Self.rowsAtFirst + 1
        known = try Self.rows(match, in: range, limit: limit, of: connection)
        isComplete = limit < 0 || known.count < limit
    }

    /// What it takes to look a chat up, in chats that are passed by in the order of the answer.
    private static let priceOfChat: Int64 = 15

    /// The chats to look into; nil where those are better asked in the order of the answer.
    ///
    /// Later chats have higher keys, and most of the time the later activity: so the keys tell how many chats come before
    /// the answer is whole.
    ///
    /// - Parameter limit: The most rows that are asked for.
    func chats(limit: Int) throws(SQLiteError) -> [Int64]? {
        guard isComplete, known.count <= Self.rowsAtFirst else { return nil }
        var chats: [Int64] = []
        for key in known where chats.last != MessageKey.chat(ofKey: key) { chats.append(MessageKey.chat(ofKey: key)) }
        guard limit < known.count else { return chats }
        let passed = try connection.number(Self.newestChatQuery) - MessageKey.chat(ofKey: known[limit])
        return passed < Self.priceOfChat * Int64(chats.count) ? nil : chats
    }

    mutating func keys(ofChat chat: Int64) throws -> [Int64] {
        // The last that is known may not be the last of its chat.
        if isComplete || known.last.map({ chat > MessageKey.chat(ofKey: $0) }) ?? false {
            return knownKeys(ofChat: chat)
        }
        if patience <= 0 {
            known = try Self.rows(match, in: MessageKey.everyKey, limit: -1, of: connection)
            isComplete = true
            return knownKeys(ofChat: chat)
        }
        let range = MessageKey.title(ofChat: chat)...MessageKey.key(chat: chat, seq: MessageKey.maximumSeq)
        let keys = try Self.rows(match, in: range, limit: -1, of: connection)
        patience -= keys.isEmpty ? Self.priceOfNothing : 1
        return keys
    }

    private func knownKeys(ofChat chat: Int64) -> [Int64] {
        let first = known.partitioningIndex { MessageKey.chat(ofKey: $0) <= chat }
        return Array(known[first...].prefix { MessageKey.chat(ofKey: $0) == chat })
    }

    private static func rows(
        _ match: String, in range: ClosedRange<Int64>, limit: Int, of connection: Connection
    ) throws(SQLiteError) -> [Int64] {
        let statement = try connection.prepared(query)
        defer { statement.reset() }
        try statement.bind(match, range.lowerBound, range.upperBound, limit)
        var rows: [Int64] = []
        while try statement.step() { rows.append(statement.integer(0)) }
        return rows
    }
}

extension Array {
    /// The first index from which on this holds; it holds for none before and all behind.
    fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = isBehind(self[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound
    }
}

/// By going through the texts, for signs that no index has.
struct RowsWithSigns: MatchingRows {
    static let messagesQuery = """
        SELECT key FROM messages WHERE key BETWEEN ?1 AND ?2 AND status != 'streaming' AND instr(content, ?3) > 0
        """
    static let messageQuery = "SELECT instr(content, ?2) > 0 FROM messages WHERE key = ?1"
    static let titleQuery = "SELECT instr(title, ?2) > 0 FROM chats WHERE key = ?1"

    let signs: [String]
    let connection: Connection

    func keys(ofChat chat: Int64) throws -> [Int64] {
        guard let first = signs.first else { return [] }
        var keys: [Int64] = []
        if try signs.allSatisfy({ try connection.number(Self.titleQuery, chat, $0) != 0 }) {
            keys.append(MessageKey.title(ofChat: chat))
        }
        let statement = try connection.prepared(Self.messagesQuery)
        defer { statement.reset() }
        try statement.bind(
            MessageKey.key(chat: chat, seq: 1), MessageKey.key(chat: chat, seq: MessageKey.maximumSeq), first)
        while try statement.step() {
            let key = statement.integer(0)
            if try signs.dropFirst().allSatisfy({ try connection.number(Self.messageQuery, key, $0) != 0 }) {
                keys.append(key)
            }
        }
        return keys
    }
}
