internal import Conversations
internal import SQLite

extension Connection {
    static let pastQuery =
        "SELECT key, parent, role, status, content FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC"
    static let saidQuery = "SELECT key, parent, role, status, content FROM messages WHERE key = ?1"

    static let versionQuery = "SELECT key, version FROM chats WHERE owner = ?1 AND id = ?2"

    /// The chat's version, and what was said up to this message.
    func past(of id: ChatID, owner: Owner, endingAt tip: Int, _ reading: PastReading) throws -> (Int, Past)? {
        let statement = try prepared(Self.versionQuery)
        defer { statement.reset() }
        try statement.bind(owner.rawValue, id.rawValue)
        guard try statement.step() else { return nil }
        return (Int(statement.integer(1)), try past(ofChat: statement.integer(0), endingAt: tip, reading))
    }

    /// Goes backwards through the chat's rows, as ``branch(of:endingAt:last:now:)`` does, and makes texts of few of them.
    private func past(ofChat chat: Int64, endingAt tip: Int, _ reading: PastReading) throws -> Past {
        var reading = reading
        var words = MessageWords()
        let statement = try prepared(Self.pastQuery)
        defer { statement.reset() }
        try statement.bind(
            MessageKey.key(chat: chat, seq: 0),
            MessageKey.key(chat: chat, seq: min(max(tip, 0), MessageKey.maximumSeq)))
        var wanted: Int? = tip
        while let seq = wanted, try statement.step() {
            guard MessageKey.seq(ofKey: statement.integer(0)) == seq else { continue }
            let (role, status) = try statement.roleAndStatus(words: &words)
            let parts = try parts(ofRow: statement, status)
            reading.receive(seq, role, status, isEmpty: statement.byteCount(4) == 0 && parts.isEmpty) {
                parts.isEmpty ? statement.text(4) : statement.text(4) + parts
            }
            wanted = statement.optionalInteger(1).map(Int.init)
        }
        return try reading.past { seq in
            let statement = try prepared(Self.saidQuery)
            defer { statement.reset() }
            try statement.bind(MessageKey.key(chat: chat, seq: seq))
            guard try statement.step() else { throw RowError(detail: "a message is gone that was there") }
            let (role, status) = try statement.roleAndStatus(words: &words)
            return HistoryMessage(role: role, content: try statement.text(4) + parts(ofRow: statement, status))
        }
    }

    /// What has come of a reply that streams; nothing where it does not.
    private func parts(ofRow statement: Statement, _ status: MessageStatus) throws(SQLiteError) -> String {
        status == .streaming ? try parts(ofMessage: statement.integer(0)) : ""
    }
}
