internal import Conversations
internal import SQLite

// What is kept of a program's request beside its messages. It goes with the reply.
extension Connection {
    /// - Parameter firstInput: The first message that was said with the request.
    func insert(
        _ response: ResponseFields, inChat chat: Int64, of reply: Message, firstInput: Message
    ) throws(SQLiteError) {
        try run(
            "INSERT INTO responses (message, first_input, previous, names_conversation, fields) VALUES (?1, ?2, ?3, ?4, ?5)",
            MessageKey.key(chat: chat, seq: reply.id.seq), firstInput.id.seq, response.previous,
            response.namesConversation, response.fields)
    }

    /// Of a reply that has no response, nothing is kept.
    func replaceResponseFields(by fields: String, ofMessage key: Int64) throws(SQLiteError) {
        try run("UPDATE responses SET fields = ?2 WHERE message = ?1", key, fields)
    }

    static let responseQuery =
        "SELECT first_input, previous, names_conversation, fields FROM responses WHERE message = ?1"

    /// The response whose reply this is; nil where there is none.
    func response(_ id: MessageID, owner: Owner, now: Timestamp) throws -> StoredResponse? {
        guard MessageKey.isSeq(id.seq), let row = try chatRow(id.chat, owner: owner) else { return nil }
        let statement = try prepared(Self.responseQuery)
        defer { statement.reset() }
        try statement.bind(MessageKey.key(chat: row.key, seq: id.seq))
        guard try statement.step(), let reply = try message(id.seq, of: row, now: now) else { return nil }
        let first = Int(statement.integer(0))
        let fields = ResponseFields(
            fields: statement.text(3), previous: statement.optionalInteger(1).map(Int.init),
            namesConversation: statement.integer(2) != 0)
        return StoredResponse(
            chat: row.chat, reply: reply, input: try input(of: reply, from: first, in: row, now: now), fields: fields)
    }

    /// The messages on the way to the reply, from this number on: what was deleted of them is not there any more.
    private func input(of reply: Message, from first: Int, in row: ChatRow, now: Timestamp) throws -> [Message] {
        guard let last = reply.parent, last >= first else { return [] }
        return try branch(of: row, from: first, endingAt: last, last: nil, now: now)
    }

    static let deleteResponseQuery = "DELETE FROM responses WHERE message = ?1"

    /// - Returns: false where there is none.
    func deleteResponse(_ id: MessageID, owner: Owner) throws -> Bool {
        guard MessageKey.isSeq(id.seq), let row = try chatRow(id.chat, owner: owner) else { return false }
        try run(Self.deleteResponseQuery, MessageKey.key(chat: row.key, seq: id.seq))
        guard changes > 0 else { return false }
        try noteDeletion()
        return true
    }
}
