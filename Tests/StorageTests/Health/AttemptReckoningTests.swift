import Conversations
import Migrations
import SQLite
import Support
import Testing

@testable import Storage

/// Attempts of a file from before anything was reckoned up.
struct AttemptReckoningTests {
    let folder: TemporaryFolder
    let world = ScriptedWorld()
    var path: String { folder.file("parley.db") }
    private static let start: Int64 = 1_769_000_000_000

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Makes a file as schema 4 left it.
    ///
    /// - Returns: its attempts, in order.
    private func makeFourthVersion(seed: UInt64) throws -> [ToldAttempts.Attempt] {
        let connection = try Connection(path: path)
        let world = world
        try connection.execute("PRAGMA journal_mode = WAL")
        try SchemaMigrator.migrate(connection, to: Array(Migration.all.prefix(4)), now: { world.now })
        var random = SeededGenerator(seed: seed)
        var told = ToldAttempts()
        told.add(
            300, of: ["blog", "local"], from: Self.start, to: Self.start + 40 * 3_600_000, using: &random)
        try connection.transaction(.immediate) {
            for (index, attempt) in told.all.enumerated() {
                try connection.run(
                    """
                    INSERT INTO provider_attempts (id, provider, kind, owner, chat, message, process, started_at, outcome,
                        fault, first_text_ms, duration_ms) VALUES (?1, ?2, ?3, 'local', ?4, 2, 'old', ?5, ?6, ?7, ?8, ?9)
                    """,
                    attempt.id, attempt.provider, attempt.kind.rawValue, "chat\(index % 7)", attempt.startedAt,
                    attempt.outcome.rawValue, attempt.fault.rawValue, attempt.firstText, attempt.duration)
            }
        }
        return told.all
    }

    private func expectReckoned(_ attempts: [ToldAttempts.Attempt], in store: SQLiteConversationStore) async throws {
        var expected = ExpectedHealth()
        var chats: [AttemptID: ChatID] = [:]
        for (index, told) in attempts.enumerated() where told.outcome != .pending {
            var attempt = ProviderAttempt(
                id: AttemptID(rawValue: told.id), provider: told.provider, model: nil, kind: told.kind,
                startedAt: Timestamp(rawValue: told.startedAt))
            attempt.result.outcome = told.outcome
            attempt.result.fault = told.fault
            expected.take(
                attempt, at: Timestamp(rawValue: told.startedAt + (told.duration ?? 0)), jitter: 0.5)
            chats[attempt.id] = ChatID(rawValue: "chat\(index % 7)")
        }
        #expect(try await store.conditions(of: ["blog", "local"]) == expected.conditions)
        let scratch = Scratch(path: path)
        #expect(try scratch.incidents() == expected.rows(chats: chats))
        #expect(!expected.incidents.isEmpty)
        #expect(try scratch.hoursAgree())
        #expect(try await store.check().filter { $0.severity == .damage } == [])
        let health = try await store.health(
            HealthQuery(
                providers: ["blog"], since: Timestamp(rawValue: Self.start),
                now: Timestamp(rawValue: Self.start + 60 * 24 * 3_600_000)))
        let counts = ToldAttempts(all: attempts).counts(of: "blog", in: Self.start / 3_600_000 * 3_600_000..<Int64.max)
        #expect(health.providers[0].counts == counts)
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `they are reckoned up when the file is opened, even to read`(seed: UInt64) async throws {
        let attempts = try makeFourthVersion(seed: seed)
        let opened = try await SQLiteConversationStore.openExisting(path: path, surroundings: world.surroundings())
        let store = try #require(opened)
        try await expectReckoned(attempts, in: store)
        await store.close()
    }

    @Test func `so they are where a program died when it had only made the tables`() async throws {
        let attempts = try makeFourthVersion(seed: 7)
        do {
            let world = world
            let connection = try Connection(path: path, access: .readWrite)
            try SchemaMigrator.migrate(connection, now: { world.now })
            #expect(try connection.number("SELECT count(*) FROM provider_hours") == 0)
        }
        let opened = try await SQLiteConversationStore.openExisting(path: path, surroundings: world.surroundings())
        let store = try #require(opened)
        try await expectReckoned(attempts, in: store)
        await store.close()
    }

    @Test func `many who open one at once, and talk, count each attempt once`() async throws {
        let attempts = try makeFourthVersion(seed: 8)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let surroundings = world.surroundings(process: "test-\(number)")
                    let store = try await SQLiteConversationStore.open(path: path, surroundings: surroundings)
                    var attempt = ProviderAttempt(
                        id: AttemptID(rawValue: "new\(number)"), provider: "new", model: nil, kind: .probe,
                        startedAt: surroundings.now())
                    try await store.open(attempt, process: "test-\(number)")
                    attempt.result.outcome = .ok
                    try await store.close(attempt)
                    await store.close()
                }
            }
            try await group.waitForAll()
        }
        let connection = try Connection(path: path, access: .readWrite)
        #expect(try connection.number("SELECT sum(n) FROM provider_hours WHERE provider = 'new'") == 12)
        #expect(try Scratch(path: path).hoursAgree())
        #expect(try connection.number("SELECT count(*) FROM pending_work WHERE task = 'reckon'") == 0)
        let pending = attempts.count { $0.outcome == .pending }
        let aborted = try connection.number(
            "SELECT count(*) FROM provider_attempts WHERE process = 'old' AND outcome = 'aborted'")
        #expect(aborted >= pending)
    }

    @Test func `a word that nobody knows keeps nobody from talking`() async throws {
        _ = try makeFourthVersion(seed: 9)
        try Connection(path: path, access: .readWrite).execute(
            "UPDATE provider_attempts SET outcome = 'odd' WHERE id IN (SELECT id FROM provider_attempts LIMIT 3)")
        let store = try await SQLiteConversationStore.open(path: path, surroundings: world.surroundings())
        #expect(try await store.conditions(of: ["blog", "local"]).count == 2)
        await store.close()
    }
}

/// A look into a file that a test has closed.
private struct Scratch {
    let path: String

    private func rows(_ sql: String, columns: Int32) throws -> [String] {
        let connection = try Connection(path: path, access: .readWrite)
        let statement = try connection.prepared(sql)
        defer { statement.reset() }
        var rows: [String] = []
        while try statement.step() {
            rows.append((0..<columns).map { statement.optionalText($0) ?? "-" }.joined(separator: "|"))
        }
        return rows
    }

    func incidents() throws -> [String] {
        try rows(ScratchStore.incidentsQuery, columns: 5)
    }

    func hoursAgree() throws -> Bool {
        try rows(ScratchStore.attemptsByHourQuery, columns: 6) == rows(ScratchStore.hoursQuery, columns: 6)
    }
}
