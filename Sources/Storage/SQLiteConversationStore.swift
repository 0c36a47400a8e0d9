package import Conversations
internal import SQLite

/// Conversations in one SQLite file.
///
/// One writer and a few readers, each a connection on a thread of its own. Several stores, in this process or others,
/// share one file safely. Every transaction here is a function that may be run twice: nothing happens in it but SQL.
package final class SQLiteConversationStore: ConversationStore {
    let path: String
    let surroundings: Surroundings
    private let readers: WorkerPool
    private let writer: DatabaseWorker

    /// How many reads go on at once; a connection is opened only for as many as there really are.
    private static let readerCount = 4

    private init(path: String, surroundings: Surroundings) {
        self.path = path
        self.surroundings = surroundings
        readers = WorkerPool(size: Self.readerCount, label: "parley.reader") { try DatabaseFile.openForReading(path) }
        writer = DatabaseWorker(label: "parley.writer") {
            try DatabaseFile.openForWriting(path, now: surroundings.now)
        }
    }

    /// Opens the file for reading and writing. What is missing is made: the file, its folder, its tables.
    ///
    /// A file of another kind, another program or a later version is refused, and not a byte of it is changed.
    package static func open(
        path: String, surroundings: Surroundings
    ) async throws(StoreError) -> SQLiteConversationStore {
        let store = SQLiteConversationStore(path: path, surroundings: surroundings)
        try await store.translating { try await store.writer.run { _ in } }
        return store
    }

    /// Opens the file to read from it; nil where there is none, or nothing has been put in it yet.
    ///
    /// Writing through this store works as well, and opens the file a second time.
    package static func openExisting(
        path: String, surroundings: Surroundings
    ) async throws(StoreError) -> SQLiteConversationStore? {
        let store = SQLiteConversationStore(path: path, surroundings: surroundings)
        let state = try await store.translating {
            guard try DatabaseFile.exists(path) else { return SchemaState.empty }
            return try await store.readers.run { connection in try SchemaMigrator.state(of: connection) }
        }
        switch state {
        case .empty: return nil
        case .current: return store
        case .behind: return try await open(path: path, surroundings: surroundings)
        }
    }

    /// Closes all connections; the next call opens what it needs anew.
    package func close() async {
        await readers.close()
        await writer.close()
    }

    // MARK: - Doors to the database

    /// Reads in one unchanging view.
    func reading<Result: Sendable>(
        _ body: @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        try await translating {
            try await self.readers.run { connection in
                try connection.transaction(.deferred) { try body(connection) }
            }
        }
    }

    /// Writes in one transaction, which is on disk when this returns.
    func writing<Result: Sendable>(
        _ body: @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        try await translating {
            try await self.writer.run { connection in
                try BusyRetry.run {
                    try connection.transaction(.immediate) {
                        // Another version may have changed the tables while this one ran.
                        try SchemaMigrator.refuseLaterTables(in: connection)
                        return try body(connection)
                    }
                }
            }
        }
    }

    /// Works on the writer's connection outside any transaction: for upkeep of the file.
    func maintaining<Result: Sendable>(
        _ body: @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        try await translating { try await self.writer.run(body) }
    }

    /// No caller of the store meets an error of the engine.
    private func translating<Result>(
        _ body: () async throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await body()
        } catch {
            throw StoreError(translating: error, path: path)
        }
    }

    package func read(
        _ selection: ChatSelection, of owner: Owner, _ body: @escaping @Sendable (TranscriptEvent) throws -> Void
    ) async throws {
        let now = surroundings.now()
        do {
            try await readers.run { connection in
                try connection.transaction(.deferred) {
                    try connection.readTranscripts(of: selection, owner: owner, now: now, body)
                }
            }
        } catch let error
            where error is SQLiteError || error is SchemaError || error is RowError || error is SystemError
        {
            throw StoreError(translating: error, path: path)
        }
    }
}
