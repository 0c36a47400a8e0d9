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

    private init(path: String, surroundings: Surroundings, progress: @escaping @Sendable (Double) -> Void) {
        self.path = path
        self.surroundings = surroundings
        readers = WorkerPool(size: Self.readerCount, label: "parley.reader") { try DatabaseFile.openForReading(path) }
        writer = DatabaseWorker(label: "parley.writer") {
            let connection = try DatabaseFile.openForWriting(path, now: surroundings.now)
            try connection.catchUpIndex(progress: progress)
            return connection
        }
    }

    /// Opens the file for reading and writing. What is missing is made: the file, its folder, its tables.
    ///
    /// A file of another kind, another program or a later version is refused, and not a byte of it is changed.
    ///
    /// - Parameter progress: Told how far the indexing of an older file's messages has come, from 0 to 1.
    package static func open(
        path: String, surroundings: Surroundings, progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws(StoreError) -> SQLiteConversationStore {
        let store = SQLiteConversationStore(path: path, surroundings: surroundings, progress: progress)
        try await store.translating { try await store.writer.run { _ in } }
        return store
    }

    /// Opens the file to read from it; nil where there is none, or nothing has been put in it yet.
    ///
    /// Writing through this store works as well, and opens the file a second time.
    package static func openExisting(
        path: String, surroundings: Surroundings, progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws(StoreError) -> SQLiteConversationStore? {
        let store = SQLiteConversationStore(path: path, surroundings: surroundings, progress: progress)
        let state = try await store.translating {
            guard try DatabaseFile.existsOrMayBeMade(path) else { return SchemaState.empty }
            return try await store.readers.run { connection in try SchemaMigrator.state(of: connection) }
        }
        switch state {
        case .empty: return nil
        case .current: return store
        case .behind: return try await open(path: path, surroundings: surroundings, progress: progress)
        }
    }

    /// Closes all connections; the next call opens what it needs anew.
    package func close() async {
        await readers.close()
        await writer.close()
    }

    /// Does this, and tells whenever a store's work in it begins to wait for another program's lock.
    package static func tellingOfWaits<Result>(
        _ tell: @escaping @Sendable () -> Void, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await BusyRetry.$tellOfWait.withValue(tell) { try await body() }
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
    ///
    /// - Parameter heedsCancellation: While it waits for another's lock, a task that is cancelled gives up, and finds the
    ///   database busy.
    func writing<Result: Sendable>(
        heedingCancellation heedsCancellation: Bool = false,
        _ body: @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        try await translating {
            try await self.writer.run { connection in
                do {
                    return try Self.transaction(on: connection, heedingCancellation: heedsCancellation, body)
                } catch let error as SQLiteError where error.mayBeOfIndex {
                    // What was said can be kept without the index. Where it is not to blame, this fails as well.
                    return try Self.transaction(on: connection, heedingCancellation: heedsCancellation) {
                        try $0.setIndexAside()
                        return try body($0)
                    }
                }
            }
        }
    }

    private static func transaction<Result>(
        on connection: Connection, heedingCancellation heedsCancellation: Bool = false,
        _ body: (Connection) throws -> Result
    ) throws -> Result {
        try BusyRetry.run(heedingCancellation: heedsCancellation) {
            try connection.transaction(.immediate) {
                // Another version may have changed the tables while this one ran.
                try SchemaMigrator.refuseLaterTables(in: connection)
                return try body(connection)
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
