internal import Conversations
internal import SQLite

extension Connection {
    /// How long a request is known by its key.
    private static let lifetime = Duration.seconds(24 * 3600)
    /// Nobody is at a request for longer.
    private static let longestRequest = Duration.seconds(3600)

    static let requestQuery = """
        SELECT request_hash, created_at, status, content_type, chat, body FROM idempotent_requests
        WHERE owner = ?1 AND key = ?2
        """
    static let oldRequestsQuery = "DELETE FROM idempotent_requests WHERE created_at < ?1"

    func beginRequest(
        key: String, requestHash: [UInt8], owner: Owner, now: Timestamp
    ) throws(SQLiteError) -> IdempotentBeginning {
        try run(Self.oldRequestsQuery, now.advanced(byMilliseconds: -Self.lifetime.milliseconds).rawValue)
        if let known = try knownRequest(key: key, requestHash: requestHash, owner: owner, now: now) { return known }
        try run(
            """
            INSERT INTO idempotent_requests (owner, key, request_hash, created_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (owner, key) DO UPDATE SET request_hash = ?3, created_at = ?4
            """, owner.rawValue, key, requestHash, now.rawValue)
        return .new
    }

    /// What has become of an earlier request of this key; nil where there was none, or it came to nothing.
    private func knownRequest(
        key: String, requestHash: [UInt8], owner: Owner, now: Timestamp
    ) throws(SQLiteError) -> IdempotentBeginning? {
        let statement = try prepared(Self.requestQuery)
        defer { statement.reset() }
        try statement.bind(owner.rawValue, key)
        guard try statement.step() else { return nil }
        if let status = statement.optionalInteger(2) {
            guard statement.bytes(0) == requestHash else { return .reused }
            return .answered(
                IdempotentAnswer(
                    status: Int(status), contentType: statement.text(3), body: statement.bytes(5),
                    chat: statement.optionalText(4).map(ChatID.init)))
        }
        // Also where a clock was set back.
        let age = statement.integer(1).distance(to: now.rawValue).magnitude
        guard age < Self.longestRequest.milliseconds else { return nil }
        return statement.bytes(0) == requestHash ? .pending : .reused
    }

    func finishRequest(key: String, owner: Owner, with answer: IdempotentAnswer) throws(SQLiteError) {
        try run(
            """
            UPDATE idempotent_requests SET status = ?3, content_type = ?4, body = ?5, chat = ?6
            WHERE owner = ?1 AND key = ?2
            """,
            owner.rawValue, key, answer.status, answer.contentType, answer.body, answer.chat?.rawValue)
        // A row that grows may move others, and leave copies of them.
        try noteMovedRows()
    }

    func forgetRequest(key: String, owner: Owner) throws(SQLiteError) {
        try run("DELETE FROM idempotent_requests WHERE owner = ?1 AND key = ?2", owner.rawValue, key)
    }

    static let forgetAnswersQuery = "DELETE FROM idempotent_requests WHERE owner = ?1 AND chat = ?2"

    /// Erases the answers in which words of the chat are.
    func forgetAnswers(ofChat row: ChatRow) throws(SQLiteError) {
        try run(Self.forgetAnswersQuery, row.chat.owner.rawValue, row.chat.id.rawValue)
    }
}
