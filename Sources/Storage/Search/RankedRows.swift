internal import Conversations
internal import SQLite

/// Puts the best of the newest hits together.
enum RankedRows {
    /// How many hits are compared: to rank one costs some 2 µs, and a common word has hundreds of thousands.
    static let compared = 10_000

    /// The conditions are asked before a hit is ranked: that is the dearer part.
    static let query = """
        SELECT i.rowid, bm25(message_index) FROM message_index AS i
        WHERE i.message_index MATCH ?1 AND i.rowid BETWEEN ?2 AND ?3
            AND EXISTS (
                SELECT 1 FROM chats c WHERE c.key = i.rowid >> 20 AND c.owner = ?4 AND (?5 IS NULL OR c.provider = ?5)
                    AND (?6 IS NULL OR c.updated_at >= ?6))
            AND (?6 IS NULL AND ?7 IS NULL AND ?8 IS NULL
                OR i.rowid & 1048575 != 0 AND EXISTS (
                    SELECT 1 FROM messages m, chats c
                    WHERE m.key = i.rowid AND c.key = i.rowid >> 20 AND (?8 IS NULL OR m.role = ?8)
                        AND (?6 IS NULL OR m.created_at >= ?6)
                        AND (?7 IS NULL OR min(m.created_at, c.updated_at) < ?7))
                OR i.rowid & 1048575 = 0 AND ?8 IS NULL AND EXISTS (
                    SELECT 1 FROM chats c WHERE c.key = i.rowid >> 20 AND (?7 IS NULL OR c.updated_at < ?7)))
        ORDER BY i.rowid DESC LIMIT ?9
        """

    /// Where every hit counts. To ask for each hit's chat takes as long as to rank it.
    static let unconditionalQuery = """
        SELECT rowid, bm25(message_index) FROM message_index
        WHERE message_index MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC LIMIT ?4
        """
    static let othersQuery = """
        SELECT 1 FROM chats WHERE owner < ?1 UNION ALL SELECT 1 FROM chats WHERE owner > ?1 LIMIT 1
        """

    struct Result {
        /// The best first; of those as good as each other, the one with the higher key.
        var rows: [SearchedRow]
        /// There were more hits than were asked for.
        var hasMore: Bool
        /// There were more hits than are compared.
        var isCut: Bool
    }

    static func find(
        _ query: SearchQuery, match: String, in range: ClosedRange<Int64>, owner: Owner, connection: Connection
    ) throws(SQLiteError) -> Result {
        let statement = try statement(query, match: match, in: range, owner: owner, connection: connection)
        defer { statement.reset() }
        var ranked: [(key: Int64, score: Double)] = []
        var isCut = false
        while try statement.step() {
            guard ranked.count < compared else {
                isCut = true
                break
            }
            // The engine's numbers are better the lower they are.
            ranked.append((statement.integer(0), -statement.real(1)))
        }
        ranked.sort { ($0.score, $0.key) > ($1.score, $1.key) }
        let rows = ranked.prefix(max(query.limit, 0)).map { row in
            SearchedRow(
                key: row.key, place: SearchPlace(time: 0, chat: "", seq: MessageKey.seq(ofKey: row.key)),
                score: row.score)
        }
        return Result(rows: rows, hasMore: rows.count < ranked.count || isCut, isCut: isCut)
    }

    /// One that gives the hits with their scores, the highest key first.
    private static func statement(
        _ query: SearchQuery, match: String, in range: ClosedRange<Int64>, owner: Owner, connection: Connection
    ) throws(SQLiteError) -> Statement {
        let hasConditions = query.provider != nil || query.since != nil || query.until != nil || query.role != nil
        if !hasConditions, try connection.number(othersQuery, owner.rawValue) == 0 {
            let statement = try connection.prepared(unconditionalQuery)
            try statement.bind(match, range.lowerBound, range.upperBound, compared + 1)
            return statement
        }
        let statement = try connection.prepared(self.query)
        try statement.bind(
            match, range.lowerBound, range.upperBound, owner.rawValue, query.provider, query.since?.rawValue,
            query.until?.rawValue, query.role?.rawValue, compared + 1)
        return statement
    }
}
