package import Conversations
internal import SQLite

extension SQLiteConversationStore {
    package func importChats<Result: Sendable>(
        for owner: Owner, isKept: Bool, _ body: @escaping @Sendable (inout any ChatImporter) throws -> Result
    ) async throws -> Result {
        try await writingMuch { [surroundings] connection in
            // A lease that was taken while this waited for the lock is good.
            var importer: any ChatImporter = try SQLiteChatImporter(
                connection, owner: owner, now: surroundings.now(), isIndexed: isKept)
            let result = try body(&importer)
            if var importer = importer as? SQLiteChatImporter { try importer.finish() }
            return (result, isKept: isKept)
        }
    }
}
