import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// Attempts that are no longer kept, and what stays of them.
struct AttemptPruningTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }
    var world: ScriptedWorld { scratch.world }

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// Writes so many attempts down, a second apart, the last a second ago.
    private func fill(_ count: Int) throws {
        try scratch.execute(
            """
            INSERT INTO provider_attempts (id, provider, kind, process, started_at, outcome)
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < \(count))
            SELECT printf('%026d', n), iif(n % 3, 'blog', 'local'), 'probe', 'test',
                \(world.now.rawValue) - 1000 * (\(count) - n + 1), 'ok' FROM n
            """)
    }

    private func left() throws -> Int64 { try scratch.number("SELECT count(*) FROM provider_attempts") }

    private func pruning() throws -> [String] {
        try scratch.rows("SELECT done_at, begun_before FROM attempt_pruning", columns: 2)
    }

    @Test func `what began before then is gone, and what it came to stays`() async throws {
        for _ in 0..<4 { try await scratch.ask("blog") }
        let moment = world.now
        for _ in 0..<3 { try await scratch.ask("blog", .broken) }
        let hours = try scratch.rows("SELECT hour, outcome, n, hex(duration) FROM provider_hours", columns: 4)
        let condition = try await scratch.condition(of: "blog")
        let incidents = try scratch.incidents()
        try await store.pruneAttempts(begunBefore: moment)
        #expect(try scratch.rows("SELECT outcome FROM provider_attempts") == ["http_5xx", "http_5xx", "http_5xx"])
        #expect(try scratch.rows("SELECT hour, outcome, n, hex(duration) FROM provider_hours", columns: 4) == hours)
        #expect(try await scratch.condition(of: "blog") == condition)
        #expect(try scratch.incidents() == incidents)
        #expect(try pruning() == ["\(world.now.rawValue)|\(moment.rawValue - 999)"])
        #expect(try await store.check() == [])
    }

    @Test func `it is done once an hour, but for a clock that was set back`() async throws {
        try await store.pruneAttempts(begunBefore: world.now)
        try await scratch.probe("blog")
        try await store.pruneAttempts(begunBefore: world.now)
        #expect(try left() == 1)
        world.advance(by: .seconds(3600))
        try await store.pruneAttempts(begunBefore: world.now)
        #expect(try left() == 0)
        try await scratch.probe("blog")
        world.advance(by: .seconds(-7200))
        try await store.pruneAttempts(begunBefore: world.now.advanced(by: .seconds(7200)))
        #expect(try left() == 0)
    }

    @Test func `a great many go little by little, and not an hour apart`() async throws {
        try fill(10_500)
        let moment = world.now.advanced(by: .seconds(-100))
        try await store.pruneAttempts(begunBefore: moment)
        #expect(try left() == 500)
        #expect(try scratch.number("SELECT begun_before FROM attempt_pruning") == moment.rawValue - 999)
        try await store.pruneAttempts(begunBefore: moment)
        #expect(try left() == 100)
        // To keep more from now on brings nothing back.
        world.advance(by: .seconds(7200))
        try await store.pruneAttempts(begunBefore: moment.advanced(by: .seconds(-50)))
        #expect(try left() == 100)
        #expect(try scratch.number("SELECT begun_before FROM attempt_pruning") == moment.rawValue - 999)
    }

    @Test func `one that is open stays, and goes when it has ended`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat()))
        try await store.pruneAttempts(begunBefore: .init(rawValue: .max))
        #expect(try left() == 1)
        _ = try await store.finish(scratch.right(to: open), with: scratch.ending(open))
        #expect(try scratch.hoursAgree())
        world.advance(by: .seconds(3601))
        try await store.pruneAttempts(begunBefore: .init(rawValue: .max))
        #expect(try left() == 0)
    }

    @Test func `one that stays keeps none behind it`() async throws {
        try fill(1500)
        try scratch.execute("UPDATE provider_attempts SET outcome = 'pending' WHERE id = printf('%026d', 1)")
        try await store.pruneAttempts(begunBefore: world.now.advanced(by: .seconds(1_000_000_000)))
        #expect(try left() == 1)
        // A clock that stood years ahead makes no window inexact that begins later.
        #expect(try pruning() == ["\(world.now.rawValue)|\(world.now.rawValue - 999)"])
    }

    @Test func `where others write it waits for nobody`() async throws {
        try fill(10)
        let other = try scratch.connection()
        try other.execute("BEGIN IMMEDIATE")
        let told = Told()
        await #expect(throws: StoreError.databaseBusy(path: scratch.path)) {
            try await SQLiteConversationStore.tellingOfWaits(
                { told.tell() }, { try await store.pruneAttempts(begunBefore: world.now) })
        }
        try other.execute("ROLLBACK")
        #expect(!told.isTold)
        #expect(try left() == 10)
        #expect(try pruning() == [])
    }
}

private final class Told: @unchecked Sendable {
    // Told on the writer's thread, and looked at when that has answered.
    private(set) var isTold = false

    func tell() { isTold = true }
}
