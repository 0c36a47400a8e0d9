import Conversations
import SQLite
import Support
import Synchronization
import Testing

@testable import Storage

/// Waiting for another connection's lock, and when it ends.
struct BusyRetryTests {
    private let folder: TemporaryFolder
    private let holder: Connection

    init() throws {
        folder = try TemporaryFolder()
        holder = try Connection(path: folder.file("locked.db"))
        try holder.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER)")
    }

    private func waiter() throws -> Connection {
        let connection = try Connection(path: folder.file("locked.db"), access: .readWrite)
        connection.waitForLocks()
        return connection
    }

    @Test func `the limit ends it, and the error says that it was busy`() throws {
        try holder.execute("BEGIN IMMEDIATE")
        let waiter = try waiter()
        let error = #expect(throws: SQLiteError.self) {
            try BusyRetry.run(limit: .zero) { try waiter.transaction(.immediate) {} }
        }
        #expect(error?.isBusy == true)
        try holder.execute("COMMIT")
        try BusyRetry.run(limit: .zero) { try waiter.transaction(.immediate) {} }
    }

    @Test func `a transaction that was refused in its middle is begun anew`() throws {
        let waiter = try waiter()
        var runs = 0
        try BusyRetry.run {
            try waiter.transaction(.immediate) {
                runs += 1
                try waiter.run("INSERT INTO t VALUES (?1)", runs)
                if runs < 3 { throw SQLiteError(code: 5, message: "database is locked") }
            }
        }
        #expect(runs == 3)
        #expect(try holder.number("SELECT count(*) FROM t") == 1 && holder.number("SELECT x FROM t") == 3)
    }

    @Test func `other errors end it at once`() throws {
        var runs = 0
        #expect(throws: SQLiteError.self) {
            try BusyRetry.run {
                runs += 1
                throw SQLiteError(code: 13, message: "database or disk is full")
            }
        }
        #expect(runs == 1)
    }

    // MARK: - Cancelled

    @Test func `a cancelled beginning waits no longer and has written nothing, and a cancelled end waits on`()
        async throws
    {
        let scratch = try await ScratchStore()
        let open = try await scratch.begin(.new(scratch.newChat()))
        let path = scratch.path
        let other = DatabaseWorker(label: "other") { try Connection(path: path, access: .readWrite) }
        try await other.run { try $0.execute("BEGIN IMMEDIATE") }

        let (waits, wait) = AsyncStream.makeStream(of: Void.self)
        let tell: @Sendable () -> Void = { wait.yield() }
        let beginning = Task {
            try await SQLiteConversationStore.tellingOfWaits(tell) {
                try await scratch.begin(.new(scratch.newChat("Never")))
            }
        }
        for await _ in waits { break }
        beginning.cancel()
        let refused = await beginning.result
        #expect(throws: StoreError.databaseBusy(path: path)) { try refused.get() }

        let isKept = Mutex(false)
        let end = Task {
            let chat = try await scratch.store.finish(scratch.right(to: open), with: scratch.ending(open, "Kept."))
            isKept.withLock { $0 = true }
            return chat
        }
        end.cancel()
        // The writer has one thread: it is at the end by now, or has not come to it.
        #expect(try await scratch.store.chat(open.chat.id, of: .local)?.version == 1)
        #expect(!isKept.withLock { $0 })
        try await other.run { try $0.execute("COMMIT") }
        #expect(try await end.value.messageCount == 2)
        #expect(try scratch.rows("SELECT content FROM messages WHERE role = 'assistant'") == ["Kept."])
        #expect(try scratch.number("SELECT count(*) FROM chats") == 1)
    }
}
