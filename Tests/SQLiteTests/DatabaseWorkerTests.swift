import Dispatch
import SQLite
import Synchronization
import Testing

/// Counts those who are inside, and remembers the most there were.
private final class Turnstile: Sendable {
    private let state = Mutex((inside: 0, most: 0, entries: 0))

    /// Gives how many have entered so far.
    @discardableResult
    func enter() -> Int {
        state.withLock { state in
            state.inside += 1
            state.entries += 1
            state.most = max(state.most, state.inside)
            return state.entries
        }
    }

    func leave() { state.withLock { $0.inside -= 1 } }

    var most: Int { state.withLock(\.most) }
    var entries: Int { state.withLock(\.entries) }
}

struct DatabaseWorkerTests {
    private struct Refusal: Error {}

    @Test func `many workers can block at once, since none is on the threads of everyone's tasks`() async throws {
        // Far more than there are threads for tasks: each waits, blocking, until all are there.
        let count = 16
        let arrived = Turnstile()
        let everyone = DispatchSemaphore(value: 0)
        let workers = (0..<count).map { number in
            DatabaseWorker(label: "test-\(number)") { try Connection(path: ":memory:") }
        }
        let met = try await withThrowingTaskGroup(of: Bool.self) { group in
            for worker in workers {
                group.addTask {
                    try await worker.run { _ in
                        if arrived.enter() == count {
                            for _ in 0..<count { everyone.signal() }
                        }
                        return everyone.wait(timeout: .now() + 30) == .success
                    }
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(met)
    }

    @Test func `one unit of work comes after the other`() async throws {
        let turnstile = Turnstile()
        let worker = DatabaseWorker(label: "test") {
            let connection = try Connection(path: ":memory:")
            try connection.execute("CREATE TABLE counters (n INTEGER); INSERT INTO counters VALUES (0)")
            return connection
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    try await worker.run { connection in
                        turnstile.enter()
                        defer { turnstile.leave() }
                        let n = try connection.first("SELECT n FROM counters").flatMap { Int($0) } ?? -1
                        try connection.run("UPDATE counters SET n = ?1", n + 1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(turnstile.most == 1)
        #expect(try await worker.run { try $0.first("SELECT n FROM counters") } == "200")
    }

    @Test func `the connection is opened when first needed, kept, and opened anew after closing`() async throws {
        let opened = Turnstile()
        let worker = DatabaseWorker(label: "test") {
            opened.enter()
            return try Connection(path: ":memory:")
        }
        await worker.close()
        #expect(opened.entries == 0)
        try await worker.run { try $0.execute("CREATE TABLE items (name TEXT)") }
        #expect(try await worker.run { try $0.first("SELECT count(*) FROM items") } == "0")
        #expect(opened.entries == 1)
        await worker.close()
        await worker.close()
        #expect(try await worker.run { try $0.first("SELECT count(*) FROM sqlite_schema") } == "0")
        #expect(opened.entries == 2)
    }

    @Test func `a connection that would not open is tried again`() async throws {
        let opened = Turnstile()
        let worker = DatabaseWorker(label: "test") {
            opened.enter()
            if opened.entries == 1 { throw Refusal() }
            return try Connection(path: ":memory:")
        }
        await #expect(throws: Refusal.self) { try await worker.run { _ in } }
        try await worker.run { _ in }
        #expect(opened.entries == 2)
    }

    @Test func `work that throws does not end the worker`() async throws {
        let worker = DatabaseWorker(label: "test") { try Connection(path: ":memory:") }
        await #expect(throws: Refusal.self) { try await worker.run { _ in throw Refusal() } }
        #expect(try await worker.run { try $0.first("SELECT 'still there'") } == "still there")
    }
}

struct WorkerPoolTests {
    private struct Refusal: Error {}

    private func pool(of size: Int, counting opened: Turnstile) -> WorkerPool {
        WorkerPool(size: size, label: "test") {
            opened.enter()
            return try Connection(path: ":memory:")
        }
    }

    @Test func `work that follows on work opens one connection`() async throws {
        let opened = Turnstile()
        let pool = pool(of: 4, counting: opened)
        for _ in 0..<20 { try await pool.run { _ in } }
        #expect(opened.entries == 1)
    }

    @Test func `work that overlaps is spread over the workers`() async throws {
        let opened = Turnstile()
        let pool = pool(of: 3, counting: opened)
        let arrived = Turnstile()
        let everyone = DispatchSemaphore(value: 0)
        let met = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await pool.run { _ in
                        if arrived.enter() == 3 { for _ in 0..<3 { everyone.signal() } }
                        return everyone.wait(timeout: .now() + 30) == .success
                    }
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(met)
        #expect(opened.entries == 3)
    }

    @Test func `a slow query in one worker does not hold up another`() async throws {
        let pool = pool(of: 2, counting: Turnstile())
        let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let slow = pool.run { connection in
            began.signal()
            // No time-out: were the quick ones held up by this, the test would not end.
            mayEnd.wait()
            return try connection.first("SELECT 'slow'")
        }
        try await DatabaseWorker(label: "waiting") { try Connection(path: ":memory:") }.run { _ in began.wait() }
        for number in 0..<10 {
            #expect(try await pool.run { try $0.first("SELECT \(number)") } == "\(number)")
        }
        mayEnd.signal()
        #expect(try await slow == "slow")
    }

    @Test func `work that throws frees its worker`() async throws {
        let opened = Turnstile()
        let pool = pool(of: 4, counting: opened)
        for _ in 0..<10 {
            await #expect(throws: Refusal.self) { try await pool.run { _ in throw Refusal() } }
        }
        #expect(opened.entries == 1)
    }

    @Test func `a closed pool opens anew`() async throws {
        let opened = Turnstile()
        let pool = pool(of: 2, counting: opened)
        try await pool.run { try $0.execute("CREATE TABLE items (name TEXT)") }
        await pool.close()
        #expect(try await pool.run { try $0.first("SELECT count(*) FROM sqlite_schema") } == "0")
        #expect(opened.entries == 2)
    }
}
