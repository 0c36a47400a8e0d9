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
    let checkpoints = CheckpointQueue()

    /// How many reads go on at once; a connection is opened only for as many as there really are.
    private static let readerCount = 4

    private init(
        path: String, surroundings: Surroundings, openForWriting: @escaping @Sendable () throws -> Connection
    ) {
        self.path = path
        self.surroundings = surroundings
        readers = WorkerPool(size: Self.readerCount, label: "parley.reader") { try DatabaseFile.openForReading(path) }
        writer = DatabaseWorker(label: "parley.writer", open: openForWriting)
    }

    private convenience init(
        path: String, surroundings: Surroundings, progress: @escaping @Sendable (Double) -> Void
    ) {
        self.init(path: path, surroundings: surroundings) {
            let connection = try DatabaseFile.openForWriting(path, now: surroundings.now)
            try connection.reckonAttemptsIfDue()
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
            return try await store.readers.run { connection in
                let state = try SchemaMigrator.state(of: connection)
                // A migration is done when what came before it is reckoned up.
                return try state == .current && connection.position(of: .reckon) != nil ? .behind : state
            }
        }
        switch state {
        case .empty: return nil
        case .current: return store
        case .behind: return try await open(path: path, surroundings: surroundings, progress: progress)
        }
    }

    /// Opens an empty store to try something with: it has no place of its own, can be written to and not be read, and is gone
    /// when it is closed.
    package static func openTemporary(
        surroundings: Surroundings
    ) async throws(StoreError) -> SQLiteConversationStore {
        let store = SQLiteConversationStore(path: "", surroundings: surroundings) {
            try DatabaseFile.openTemporary(now: surroundings.now)
        }
        try await store.translating { try await store.writer.run { _ in } }
        return store
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
                } catch is DamagedReckoning {
                    return try DamagedReckoning.$isLeftOut.withValue(true) {
                        try Self.transaction(on: connection, heedingCancellation: heedsCancellation, body)
                    }
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

    /// Writes in one transaction that may become as large as the file, and whose body cannot be run twice. The log, which
    /// it makes as large, is empty again afterwards, if others do not read from it.
    ///
    /// - Parameter body: Says whether what it did is to be kept. What it throws undoes all of it and is thrown on.
    func writingMuch<Result: Sendable>(
        _ body: @Sendable (Connection) throws -> (Result, isKept: Bool)
    ) async throws -> Result {
        do {
            return try await writer.run { connection in
                // What fits the cache is written once, however often it is changed.
                try connection.execute("PRAGMA cache_size = -\(Self.largeCache)")
                defer {
                    try? connection.execute("PRAGMA cache_size = -\(Self.usualCache)")
                    _ = try? connection.emptyLog()
                }
                return try Self.largeTransaction(on: connection, body)
            }
        } catch let error
            where error is SQLiteError || error is SchemaError || error is RowError || error is SystemError
            || error is DamagedReckoning
        {
            throw StoreError(translating: error, path: path)
        }
    }

    /// In KiB.
    private static let largeCache = 1 << 16
    /// SQLite's own. <https://www.sqlite.org/pragma.html#pragma_cache_size>
    private static let usualCache = 2000

    private static func largeTransaction<Result>(
        on connection: Connection, _ body: (Connection) throws -> (Result, isKept: Bool)
    ) throws -> Result {
        var undone: Result?
        do {
            return try BusyRetry.run(heedingCancellation: true) {
                try connection.transaction(.immediate) {
                    do {
                        try SchemaMigrator.refuseLaterTables(in: connection)
                        let (result, isKept) = try body(connection)
                        if isKept { return result }
                        undone = result
                        throw Undone(cause: nil)
                    } catch let error where !(error is Undone) {
                        // However it failed, it is not begun anew.
                        throw Undone(cause: error)
                    }
                }
            }
        } catch let end as Undone {
            if let cause = end.cause { throw cause }
            guard let undone else { throw end }
            return undone
        }
    }

    /// Ends a transaction of which nothing is kept.
    private struct Undone: Error {
        /// nil where that is as it should be.
        var cause: (any Error)?
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

    package func read<Receiver: TranscriptReceiver & Sendable>(
        _ selection: ChatSelection, of owner: Owner, into receiver: Receiver
    ) async throws -> Receiver {
        let now = surroundings.now()
        do {
            return try await readers.run { connection in
                try connection.transaction(.deferred) {
                    var receiver = receiver
                    try connection.readTranscripts(of: selection, owner: owner, now: now, into: &receiver)
                    return receiver
                }
            }
        } catch let error
            where error is SQLiteError || error is SchemaError || error is RowError || error is SystemError
        {
            throw StoreError(translating: error, path: path)
        }
    }
}
