internal import Conversations
internal import SQLite

/// Puts together the beginning of an answer in the order of time.
///
/// Chats are looked into the last active first. What was said in a chat was said before its last activity: so when there are
/// enough hits, and none of the chats to come has been active since the last of them, no later one can be found. Where an
/// imported message says otherwise, it counts as said at its chat's last activity.
struct NewestRows {
    static let messageQuery = "SELECT role, created_at FROM messages WHERE key = ?1"

    private let query: SearchQuery
    private let connection: Connection
    /// The most rows to give, one at least.
    private let limit: Int
    private let end: SearchPlace?
    /// The newest so far, newest first.
    private var rows: [SearchedRow] = []

    static func find(
        _ query: SearchQuery, limit: Int, among chats: inout SearchedChats, with matching: inout some MatchingRows,
        in connection: Connection
    ) throws -> [SearchedRow] {
        var found = NewestRows(query: query, connection: connection, limit: limit)
        while let chat = try chats.next(), !found.isComplete(before: chat) {
            for key in try matching.keys(ofChat: chat.key) { try found.consider(key, of: chat) }
        }
        return found.rows
    }

    private init(query: SearchQuery, connection: Connection, limit: Int) {
        self.query = query
        self.connection = connection
        self.limit = limit
        end = query.before.map(SearchPlace.init)
    }

    private func isComplete(before chat: SearchedChat) -> Bool {
        guard rows.count == limit, let last = rows.last else { return false }
        return last.place > chat.place
    }

    private mutating func consider(_ key: Int64, of chat: SearchedChat) throws(SQLiteError) {
        guard let place = try place(of: key, in: chat), isWanted(place) else { return }
        if rows.count == limit, let last = rows.last, place < last.place { return }
        var range = 0..<rows.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range =
                rows[middle].place < place ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        rows.insert(SearchedRow(key: key, place: place), at: range.lowerBound)
        if rows.count > limit { rows.removeLast() }
    }

    /// Where the row stands in an answer; nil where it is not of the role that is asked for, or is there no more.
    private func place(of key: Int64, in chat: SearchedChat) throws(SQLiteError) -> SearchPlace? {
        let seq = MessageKey.seq(ofKey: key)
        guard seq > 0 else { return query.role == nil ? SearchPlace(time: chat.updatedAt, chat: chat.id, seq: 0) : nil }
        let statement = try connection.prepared(Self.messageQuery)
        defer { statement.reset() }
        try statement.bind(key)
        guard try statement.step() else { return nil }
        if let role = query.role, statement.text(0) != role.rawValue { return nil }
        return SearchPlace(time: min(statement.integer(1), chat.updatedAt), chat: chat.id, seq: seq)
    }

    private func isWanted(_ place: SearchPlace) -> Bool {
        if let since = query.since, place.time < since.rawValue { return false }
        if let until = query.until, place.time >= until.rawValue { return false }
        if let end, place >= end { return false }
        return true
    }
}
