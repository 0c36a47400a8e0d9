import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// Where this machine's network is down, no provider is to blame.
struct NetworkVerdictTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }
    var world: ScriptedWorld { scratch.world }

    init() async throws {
        scratch = try await ScratchStore()
        for host in ["a", "b", "c"] { try await scratch.ask(host, on: "\(host).example") }
        world.advance(by: .seconds(60))
    }

    private func fail(_ provider: String, on host: String? = nil, _ end: AttemptEnding = .unreachable) async throws {
        try await scratch.ask(provider, end, on: host ?? "\(provider).example")
    }

    private func faults() throws -> [String] {
        try scratch.rows(
            "SELECT provider, fault FROM provider_attempts WHERE outcome = 'unreachable' ORDER BY id", columns: 2)
    }

    /// Attempts and chats of the network's incidents.
    private func networkIncidents() throws -> [String] {
        try scratch.rows(
            "SELECT attempts, chats, iif(ended_at IS NULL, 'open', 'over') FROM provider_incidents WHERE provider = ''",
            columns: 3)
    }

    private func expectSound() async throws {
        #expect(try scratch.hoursAgree())
        #expect(try await store.check() == [])
    }

    @Test func `two on different machines that fail together are the network's, the first as well`() async throws {
        let before = try await store.conditions(of: ["a", "b"])
        let start = world.now
        try await fail("a")
        #expect(try await scratch.state(of: "a") == .degraded)
        #expect(try networkIncidents() == [])
        try await fail("b")
        #expect(try faults() == ["a|local", "b|local"])
        #expect(try await store.conditions(of: ["a", "b"]) == before)
        #expect(try networkIncidents() == ["2|2|open"])
        #expect(
            try scratch.number("SELECT started_at FROM provider_incidents WHERE provider = ''") == start.rawValue)
        try await expectSound()
    }

    @Test func `what was laid to a provider meanwhile is taken back, its incident too`() async throws {
        let before = try await store.conditions(of: ["a", "b"])
        for _ in 0..<4 { try await fail("a") }
        #expect(try await scratch.state(of: "a") == .down)
        #expect(try scratch.incidents().count == 1)
        try await fail("b")
        #expect(try await store.conditions(of: ["a", "b"]) == before)
        #expect(try faults().allSatisfy { $0.hasSuffix("|local") })
        #expect(try networkIncidents() == ["5|5|open"])
        #expect(try scratch.incidents().count == 1)
        #expect(try scratch.number("SELECT count(*) FROM incident_causes") == 1)
        #expect(try scratch.number("SELECT count(*) FROM provider_conditions WHERE error_at IS NOT NULL") == 0)
        try await expectSound()
    }

    @Test func `an incident from before gives back only what is not its own`() async throws {
        var chat = try await scratch.ask("a", .broken, on: "a.example").chat
        for _ in 0..<2 { chat = try await scratch.ask("a", .broken, in: chat, on: "a.example").chat }
        world.advance(by: .seconds(1))
        let before = try await scratch.condition(of: "a")
        let incidents = try scratch.incidents()
        #expect(incidents.count == 1 && incidents[0].hasSuffix("|-|3|1"))
        try await scratch.ask("a", .unreachable, in: chat, on: "a.example")
        try await fail("a")
        #expect(try scratch.incidents()[0].hasSuffix("|-|5|2"))
        try await fail("b")
        #expect(try await scratch.condition(of: "a") == before)
        #expect(try scratch.incidents().first { $0.hasPrefix("a|") } == incidents[0])
        #expect(try networkIncidents() == ["3|3|open"])
        try await expectSound()
    }

    @Test func `until somebody answers, everything that cannot be reached is the network's`() async throws {
        try await fail("a")
        try await fail("b")
        world.advance(by: .seconds(3000))
        try await fail("a")
        #expect(try networkIncidents() == ["3|3|open"])
        // On this machine there is always somebody.
        try await scratch.ask("local")
        #expect(try networkIncidents() == ["3|3|open"])
        // Whatever it says, it was there to say it.
        try await fail("c", .broken)
        #expect(try networkIncidents() == ["3|3|over"])
        try await fail("a")
        #expect(try faults().last == "a|provider")
        #expect(try await scratch.state(of: "c") == .degraded)
        try await expectSound()
    }

    @Test func `where somebody answered in between, each is to blame`() async throws {
        try await fail("a")
        try await scratch.ask("c", on: "c.example")
        try await fail("b")
        #expect(try faults() == ["a|provider", "b|provider"])
        // What one of them does afterwards shows that it was the network then, and only then.
        try await fail("a")
        #expect(try faults() == ["a|provider", "b|local", "a|local"])
        #expect(try networkIncidents() == ["2|2|open"])
        #expect(try await scratch.condition(of: "a").recent.last?.outcome == .unreachable)
        #expect(try await scratch.condition(of: "b").recent.allSatisfy(\.isGood))
        try await expectSound()
    }

    @Test(arguments: [(28, "local"), (29, "local"), (30, "provider")])
    func `half a minute is together`(seconds: Int, fault: String) async throws {
        try await fail("a")
        world.advance(by: .seconds(seconds))
        try await fail("b")
        #expect(try faults() == ["a|\(fault)", "b|\(fault)"])
        try await expectSound()
    }

    @Test func `several on one machine tell nothing, and neither does one alone`() async throws {
        for provider in ["a", "b", "a", "b"] { try await fail(provider, on: "shared.example") }
        #expect(try faults().allSatisfy { $0.hasSuffix("|provider") })
        try await fail("c")
        #expect(try faults().allSatisfy { $0.hasSuffix("|local") })
        #expect(try networkIncidents() == ["5|5|open"])
        try await expectSound()
    }

    @Test func `who is on this machine has nothing to do with the network`() async throws {
        try await scratch.ask("local", .unreachable)
        try await fail("a")
        try await scratch.ask("local", .unreachable)
        #expect(try faults().allSatisfy { $0.hasSuffix("|provider") })
        try await expectSound()
    }

    @Test func `a machine that knows it has no way out begins it at once`() async throws {
        let before = try await scratch.condition(of: "a")
        try await fail("a")
        try await fail("b", .offline)
        #expect(try faults() == ["a|local", "b|local"])
        #expect(try await scratch.condition(of: "a") == before)
        #expect(try networkIncidents() == ["2|2|open"])
        let report = try await store.health(HealthQuery(providers: [], since: world.now, now: world.now))
        #expect(report.networkDownSince != nil)
        try await expectSound()
    }

    @Test func `two that are gone for good beside one that works are down by the second exchange`() async throws {
        for exchange in 1...3 {
            for provider in ["a", "b"] { for _ in 0..<3 { try await fail(provider) } }
            try await scratch.ask("c", on: "c.example")
            let states = [try await scratch.state(of: "a"), try await scratch.state(of: "b")]
            #expect(states == (exchange == 1 ? [.healthy, .healthy] : [.down, .down]))
        }
        #expect(try networkIncidents() == ["6|6|over"])
        try await scratch.ask("a", on: "a.example")
        #expect(try scratch.number("SELECT is_apart FROM provider_conditions WHERE provider = 'a'") == 0)
        #expect(try scratch.number("SELECT is_apart FROM provider_conditions WHERE provider = 'b'") == 1)
        try await expectSound()
    }

    @Test func `beside one on this machine it is no longer the network's after an hour`() async throws {
        for provider in ["a", "b"] { try await fail(provider) }
        try await scratch.ask("local")
        world.advance(by: .seconds(3500))
        try await fail("a")
        #expect(try networkIncidents() == ["3|3|open"])
        world.advance(by: .seconds(100))
        for _ in 0..<3 { for provider in ["a", "b"] { try await fail(provider) } }
        #expect(try networkIncidents() == ["3|3|over"])
        for provider in ["a", "b"] { #expect(try await scratch.state(of: provider) == .down) }
        try await expectSound()
    }

    @Test func `however many are taken back, and those for a nonce are counted in no incident`() async throws {
        let before = try await scratch.condition(of: "a")
        for _ in 0..<12 { try await fail("a") }
        try await scratch.probe("a", .unreachable, kind: .nonce, on: "a.example")
        try await fail("b")
        try await scratch.probe("b", .unreachable, kind: .nonce, on: "b.example")
        #expect(try faults().count == 15 && faults().allSatisfy { $0.hasSuffix("|local") })
        #expect(try networkIncidents() == ["13|13|open"])
        #expect(try await scratch.condition(of: "a") == before)
        try await expectSound()
    }

    private static let endings: [AttemptEnding] = [
        .ok, .broken, .unreachable, .unreachable, .unreachable, .unreachable, .unreachable, .unreachable, .offline,
        AttemptEnding(.timeoutConnect, .provider), AttemptEnding(.rateLimited, .limit, 429),
    ]

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `whatever happens, hours, incidents and conditions agree with the attempts`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<80 {
            let provider = ["a", "b", "c"].randomElement(using: &random)!
            let end = Self.endings.randomElement(using: &random)!
            let kind = [nil, nil, nil, ProviderAttempt.Kind.probe, .nonce].randomElement(using: &random)!
            if let kind {
                try await scratch.probe(provider, end, kind: kind, on: "\(provider).example")
            } else {
                try await fail(provider, end)
            }
            world.advance(by: .seconds(Int.random(in: -2...20, using: &random)))
            try await expectSound()
            let laid = try scratch.number(
                "SELECT count(*) FROM provider_attempts WHERE outcome = 'unreachable' AND fault = 'local' AND kind != 'nonce'"
            )
            let counted = try scratch.number(
                "SELECT total(attempts) FROM provider_incidents WHERE provider = ''")
            #expect(laid == counted)
        }
    }
}
