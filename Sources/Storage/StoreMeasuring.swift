package import Conversations
internal import SQLite

extension SQLiteConversationStore: MeasuredStore {
    package func measures() async throws(StoreError) -> StoreMeasures {
        let (file, log) = (DatabaseFile.size(of: path), DatabaseFile.size(of: path + "-wal"))
        let held = try await reading { try $0.measures() }
        return StoreMeasures(bytes: file, waitingBytes: log, chats: held.chats, messages: held.messages)
    }
}

extension Connection {
    /// How many there are, by the count that each chat keeps.
    func measures() throws(SQLiteError) -> (chats: Int, messages: Int) {
        let statement = try prepared("SELECT count(*), coalesce(sum(message_count), 0) FROM chats")
        defer { statement.reset() }
        _ = try statement.step()
        return (Int(statement.integer(0)), Int(statement.integer(1)))
    }
}
