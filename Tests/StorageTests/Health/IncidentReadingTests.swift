import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// Times in which providers were down, as they are listed and as they bear on availability.
struct IncidentReadingTests {
    static let now: Int64 = 1_792_929_600_000
    static let hour: Int64 = 3_600_000

    let scratch: ScratchStore

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// What a test knows of an incident; its key is its place, from 1.
    private struct Told {
        var provider: String
        var start: Int64
        var end: Int64?
    }

    private func write(_ incidents: [Told]) throws {
        for (index, incident) in incidents.enumerated() {
            try scratch.execute(
                """
                INSERT INTO provider_incidents (key, provider, started_at, ended_at, attempts, chats, first_attempt, last_attempt)
                VALUES (\(index + 1), '\(incident.provider)', \(incident.start), \(incident.end.map { "\($0)" } ?? "NULL"), 7, 3, 'a', 'b');
                INSERT INTO incident_causes (incident, outcome, http_status, n) VALUES (\(index + 1), 'http_5xx', 503, 7)
                """)
        }
    }

    /// A provider that was first asked then, and one answer of it so that it is known.
    private func ask(_ provider: String, first: Int64) throws {
        try scratch.execute(
            """
            INSERT INTO provider_conditions (provider, circuit, opened, good, first_at, recent)
            VALUES ('\(provider)', 'closed', 0, 0, \(first), '');
            INSERT INTO provider_hours (provider, hour, kind, outcome, fault, n)
            VALUES ('\(provider)', \(first / Self.hour), 'chat', 'ok', 'none', 1)
            """)
    }

    private func incidents(_ providers: [String] = [], since: Int64, limit: Int = 100) async throws
        -> [ProviderIncident]
    {
        var query = IncidentQuery(since: Timestamp(rawValue: since), limit: limit)
        query.providers = providers
        return try await scratch.store.incidents(matching: query)
    }

    private func availability(since: Int64) async throws -> Double? {
        let query = HealthQuery(
            providers: ["blog"], since: Timestamp(rawValue: since), now: Timestamp(rawValue: Self.now))
        return try await scratch.store.health(query).providers[0].availability
    }

    // MARK: - The list

    @Test func `to want a key is no time down`() async throws {
        let scratch = try await ScratchStore()
        let start = scratch.world.now
        try await scratch.ask("blog", AttemptEnding(.auth, .config, 401))
        scratch.world.advance(by: .seconds(3600))
        let report = try await scratch.store.health(
            HealthQuery(providers: ["blog"], since: start, now: scratch.world.now))
        #expect(report.providers[0].availability == 1 && report.providers[0].state == .down)
    }

    @Test func `those that went on at the window's start or began later are listed, the latest first`() async throws {
        try ask("blog", first: 0)
        try write([
            Told(provider: "blog", start: 100, end: 199), Told(provider: "blog", start: 150, end: 200),
            Told(provider: "blog", start: 300, end: 300), Told(provider: "blog", start: 300, end: 400),
            Told(provider: "blog", start: 120, end: nil),
        ])
        let found = try await incidents(since: 200)
        #expect(found.map(\.startedAt.rawValue) == [300, 300, 150, 120])
        #expect(found.map(\.endedAt?.rawValue) == [400, 300, 200, nil])
        #expect(try await incidents(since: 200, limit: 2).map(\.endedAt?.rawValue) == [400, 300])
        #expect(try await incidents(since: 401).map(\.startedAt.rawValue) == [120])
    }

    @Test func `an incident has its provider or none, its cause, and what it cost`() async throws {
        try ask("blog", first: 0)
        try ask("other", first: 0)
        try write([
            Told(provider: "", start: 1, end: 2), Told(provider: "blog", start: 3, end: nil),
            Told(provider: "other", start: 4, end: 5),
        ])
        let all = try await incidents(since: 0)
        #expect(all.map(\.provider) == ["other", "blog", nil])
        #expect(
            all[1]
                == ProviderIncident(
                    provider: "blog", startedAt: Timestamp(rawValue: 3), endedAt: nil, cause: .http5xx, httpStatus: 503,
                    attempts: 7, chats: 3))
        #expect(try await incidents(["blog"], since: 0).map(\.provider) == ["blog"])
        #expect(try await incidents(["nobody"], since: 0).isEmpty)
    }

    @Test func `the cause is the most frequent outcome, with its most frequent status`() async throws {
        try ask("blog", first: 0)
        try write([Told(provider: "blog", start: 1, end: nil)])
        try scratch.execute(
            """
            DELETE FROM incident_causes;
            INSERT INTO incident_causes (incident, outcome, http_status, n) VALUES
                (1, 'http_5xx', 500, 2), (1, 'http_5xx', 502, 3), (1, 'timeout_idle', 0, 4)
            """)
        let incident = try #require(try await incidents(since: 0).first)
        #expect(incident.cause == .http5xx && incident.httpStatus == 502)
        try scratch.execute("UPDATE incident_causes SET n = 6 WHERE http_status = 0")
        let other = try #require(try await incidents(since: 0).first)
        #expect(other.cause == .timeoutIdle && other.httpStatus == nil)
    }

    @Test func `an incident without a cause is told as damage`() async throws {
        try ask("blog", first: 0)
        try write([Told(provider: "blog", start: 1, end: nil)])
        try scratch.execute("DELETE FROM incident_causes")
        await #expect(
            throws: StoreError.damaged(
                path: scratch.path, detail: "an incident has no cause, or one that is unknown")
        ) { try await incidents(since: 0) }
    }

    @Test func `the report says since when the network is down`() async throws {
        try write([Told(provider: "", start: 1, end: 2), Told(provider: "", start: 3, end: nil)])
        let query = HealthQuery(
            providers: [], since: Timestamp(rawValue: 0), now: Timestamp(rawValue: Self.now))
        #expect(try await scratch.store.health(query).networkDownSince == Timestamp(rawValue: 3))
    }

    // MARK: - Availability

    @Test func `availability is the share of the observed time in which no incident was open`() async throws {
        let (now, hour) = (Self.now, Self.hour)
        try ask("blog", first: now - 10 * hour)
        try write([
            // Half of it before the window of four hours; one within; one that goes on.
            Told(provider: "blog", start: now - 5 * hour, end: now - 3 * hour),
            Told(provider: "blog", start: now - 2 * hour, end: now - 2 * hour + hour / 2),
            Told(provider: "blog", start: now - hour / 2, end: nil),
            // Not its own.
            Told(provider: "other", start: now - 10 * hour, end: nil),
            Told(provider: "", start: now - 9 * hour, end: nil),
        ])
        #expect(try await availability(since: now - 4 * hour) == 0.5)
        // Observed for ten hours, three of which it was down.
        #expect(try await availability(since: now - 100 * hour) == 0.7)
        #expect(try await availability(since: now - hour / 2) == 0)
        #expect(try await availability(since: now) == nil)
    }

    @Test func `incidents that overlap count once`() async throws {
        let (now, hour) = (Self.now, Self.hour)
        try ask("blog", first: now - 10 * hour)
        try write([
            Told(provider: "blog", start: now - 5 * hour, end: now - 2 * hour),
            Told(provider: "blog", start: now - 4 * hour, end: now - 3 * hour),
            Told(provider: "blog", start: now - 3 * hour, end: now - hour),
            // From a clock that was set back, and from one that went ahead.
            Told(provider: "blog", start: now - 8 * hour, end: now - 9 * hour),
            Told(provider: "blog", start: now + 2 * hour, end: now + 3 * hour),
        ])
        #expect(try await availability(since: now - 8 * hour) == 0.5)
    }

    @Test func `who was first asked after now has not been observed`() async throws {
        try ask("blog", first: Self.now + 1)
        #expect(try await availability(since: 0) == nil)
    }

    @Test func `at random, time down is the milliseconds in which an incident was open`() async throws {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<50 {
            let connection = try scratch.connection()
            try connection.execute("DELETE FROM incident_causes; DELETE FROM provider_incidents")
            var isDown = Array(repeating: false, count: 200)
            var told: [Told] = []
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let start = Int64.random(in: -50...250, using: &generator)
                let end = start + Int64.random(in: 0...80, using: &generator)
                told.append(Told(provider: "blog", start: start, end: end))
                for moment in isDown.indices where (start..<end).contains(Int64(moment)) { isDown[moment] = true }
            }
            try write(told)
            let window = Int64.random(in: 0..<100, using: &generator)..<Int64.random(in: 101...200, using: &generator)
            let down = try connection.timeDown(of: "blog", within: window)
            let truth = isDown[Int(window.lowerBound)..<Int(window.upperBound)].filter { $0 }.count
            #expect(down == Int64(truth), "round \(round)")
        }
    }
}
