internal import Conversations
internal import SQLite

/// A chat that may be looked into.
struct SearchedChat {
    var key: Int64
    var id: String
    /// Nothing was said in it after this moment.
    var updatedAt: Int64

    /// Nothing in it, nor in any chat after it, comes before this place in an answer.
    var place: SearchPlace { SearchPlace(time: updatedAt, chat: id, seq: MessageKey.maximumSeq) }
}

/// The chats that a query is about, the last active first.
struct SearchedChats {
    static let query = """
        SELECT key, id, updated_at FROM chats INDEXED BY chats_by_activity
        WHERE owner = ?1 AND archived = ?2 AND updated_at >= ?3 AND (?4 IS NULL OR provider = ?4)
        ORDER BY updated_at DESC, id DESC
        """
    static let keyQuery = """
        SELECT key, id, updated_at FROM chats
        WHERE key = ?1 AND owner = ?2 AND updated_at >= ?3 AND (?4 IS NULL OR provider = ?4)
        """

    /// One a statement, or what is left of a list.
    private var sources: [Source]

    private struct Source {
        var statement: Statement?
        var next: SearchedChat?
        /// Rising, so that the next is the last.
        var others: [SearchedChat] = []

        mutating func advance() throws(SQLiteError) {
            if let statement {
                next = try statement.step() ? statement.searchedChat() : nil
            } else {
                next = others.popLast()
            }
        }
    }

    /// All of them: those in use and those put away, side by side.
    init(of query: SearchQuery, owner: Owner, in connection: Connection) throws {
        sources = []
        for isArchived in [false, true] {
            // Two are stepped at once: the second of the same text is one of its own.
            let statement = try connection.prepared(Self.query)
            try statement.bind(owner.rawValue, isArchived, query.since?.rawValue ?? .min, query.provider)
            var source = Source(statement: statement)
            try source.advance()
            sources.append(source)
        }
    }

    /// Those of these keys.
    init(_ keys: [Int64], of query: SearchQuery, owner: Owner, in connection: Connection) throws {
        let statement = try connection.prepared(Self.keyQuery)
        var chats: [SearchedChat] = []
        for key in keys {
            defer { statement.reset() }
            try statement.bind(key, owner.rawValue, query.since?.rawValue ?? .min, query.provider)
            if try statement.step() { chats.append(statement.searchedChat()) }
        }
        var source = Source(others: chats.sorted { $0.place < $1.place })
        try source.advance()
        sources = [source]
    }

    mutating func next() throws(SQLiteError) -> SearchedChat? {
        var latest: (chat: SearchedChat, source: Int)?
        for index in sources.indices {
            guard let chat = sources[index].next else { continue }
            if let found = latest, chat.place < found.chat.place { continue }
            latest = (chat, index)
        }
        guard let latest else { return nil }
        try sources[latest.source].advance()
        return latest.chat
    }

    /// To be called when done: no read stays open.
    func end() {
        for source in sources { source.statement?.reset() }
    }
}

extension Statement {
    fileprivate func searchedChat() -> SearchedChat {
        SearchedChat(key: integer(0), id: text(1), updatedAt: integer(2))
    }
}
