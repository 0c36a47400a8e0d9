import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// With the end of an attempt everything is reckoned up that is told of its provider.
struct AttemptClosingTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func histogram(_ column: String) throws -> LatencyHistogram? {
        let statement = try scratch.connection().prepared("SELECT \(column) FROM provider_hours WHERE outcome = 'ok'")
        defer { statement.reset() }
        return try statement.step() ? LatencyHistogram(bytes: statement.bytes(0)) : nil
    }

    @Test func `a reply that went well is counted in its hour, with how long it took`() async throws {
        for _ in 0..<3 { try await scratch.ask("blog") }
        #expect(
            try scratch.rows("SELECT provider, hour, kind, outcome, fault, n FROM provider_hours", columns: 6)
                == ["blog|491628|chat|ok|none|3"])
        var (firstText, duration) = (LatencyHistogram(), LatencyHistogram())
        firstText.add(400, count: 3)
        duration.add(1000, count: 3)
        #expect(try histogram("first_text") == firstText)
        #expect(try histogram("duration") == duration)
    }

    @Test func `what is no reply that went well has no length`() async throws {
        try await scratch.ask("blog", .broken)
        try await scratch.probe("blog")
        try await scratch.probe("blog", kind: .nonce)
        #expect(try scratch.number("SELECT count(*) FROM provider_hours") == 3)
        #expect(try scratch.number("SELECT count(first_text) + count(duration) FROM provider_hours") == 0)
    }

    private static let endings: [AttemptEnding] = [
        .ok, .ok, .ok, .broken, .broken, AttemptEnding(.timeoutIdle, .provider), AttemptEnding(.torn, .provider, 200),
        AttemptEnding(.rateLimited, .limit, 429, retryAfter: .seconds(40)), AttemptEnding(.quota, .limit, 402),
        AttemptEnding(.auth, .config, 401), AttemptEnding(.auth, .config), AttemptEnding(.cancelled, .caller),
        AttemptEnding(.rejected, .caller, 200), AttemptEnding(.nonceRejected, .none, 403), .offline,
    ]

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `two processes that take turns leave what the rules make of all attempts`(seed: UInt64) async throws {
        let other = try await ScratchStore(process: "test-2", besides: scratch)
        var random = SeededGenerator(seed: seed)
        var expected = ExpectedHealth()
        var chats: [AttemptID: ChatID] = [:]
        var known: [Chat] = []
        let providers = ["blog", "local", "eliza"]
        for _ in 0..<150 {
            let scratch = Bool.random(using: &random) ? scratch : other
            let provider = providers.randomElement(using: &random)!
            let end = Self.endings.randomElement(using: &random)!
            let attempt: ProviderAttempt
            if Int.random(in: 0..<4, using: &random) == 0 {
                let kind: ProviderAttempt.Kind = Int.random(in: 0..<3, using: &random) == 0 ? .nonce : .probe
                attempt = try await scratch.probe(provider, end, kind: kind)
            } else {
                let index = known.count < 5 ? nil : known.indices.randomElement(using: &random)
                let asked = try await scratch.ask(provider, end, in: index.map { known[$0] })
                if let index { known[index] = asked.chat } else { known.append(asked.chat) }
                chats[asked.attempt.id] = asked.chat.id
                attempt = asked.attempt
            }
            expected.take(attempt, at: scratch.world.now, jitter: 1)
            scratch.world.advance(by: .seconds(Int.random(in: 0...40, using: &random)))
        }
        let conditions = try await store.conditions(of: providers + ["nobody"])
        #expect(conditions == expected.conditions.filter { $0.value != ProviderCondition() })
        #expect(try scratch.incidents() == expected.rows(chats: chats))
        #expect(!expected.incidents.isEmpty)
        #expect(try scratch.hoursAgree())
        #expect(try await store.check() == [])
    }

    @Test func `a try that another follows is counted when it ends, and so is the last`() async throws {
        let open = try await store.begin(scratch.exchange(in: .new(scratch.newChat()), provider: "blog"))
        var first = open.attempt
        first.result.outcome = .torn
        first.result.fault = .provider
        let next = ProviderAttempt(
            id: scratch.world.surroundings().newAttemptID(), provider: "local", model: nil, kind: .chat, number: 2,
            startedAt: scratch.world.now)
        try await store.goOn(with: scratch.right(to: open), closing: first, opening: next)
        #expect(try await scratch.state(of: "blog") == .degraded)
        #expect(try await scratch.state(of: "local") == .unknown)
        var ending = scratch.ending(open)
        ending.attempt = next
        ending.attempt.result.outcome = .ok
        _ = try await store.finish(scratch.right(to: open), with: ending)
        #expect(try await scratch.state(of: "local") == .healthy)
        #expect(try scratch.hoursAgree())
    }

    @Test func `when a provider last answered, and its last error, are kept with its condition`() async throws {
        func row() throws -> [String] {
            try scratch.rows(
                "SELECT first_at, ok_at, error_at, error_outcome, error_status FROM provider_conditions", columns: 5)
        }
        let start = scratch.world.now.rawValue
        try await scratch.ask("blog")
        #expect(try row() == ["\(start)|\(start + 1000)|-|-|-"])
        try await scratch.ask("blog", .broken)
        #expect(try row() == ["\(start)|\(start + 1000)|\(start + 2000)|http_5xx|503"])
        // These were brought about by the user and by this machine.
        for end in [AttemptEnding(.cancelled, .caller), .offline] { try await scratch.ask("blog", end) }
        #expect(try row() == ["\(start)|\(start + 1000)|\(start + 2000)|http_5xx|503"])
    }

    @Test func `an incident counts a chat once, and a deleted one still`() async throws {
        var chat = try await scratch.ask("blog").chat
        for _ in 0..<4 { chat = try await scratch.ask("blog", .broken, in: chat).chat }
        #expect(try scratch.incidents().map { $0.split(separator: "|").suffix(2) } == [["4", "1"]])
        let other = try await scratch.ask("blog", .broken).chat
        try await scratch.ask("blog", .broken, in: other)
        try await scratch.probe("blog", .broken)
        #expect(try scratch.incidents().map { $0.split(separator: "|").suffix(2) } == [["7", "2"]])
        try await store.delete([chat.id, other.id], of: .local)
        #expect(try scratch.incidents().map { $0.split(separator: "|").suffix(2) } == [["7", "2"]])
        #expect(try await store.check().filter { $0.severity == .damage } == [])
    }

    // MARK: - Nobody's

    @Test func `what a process that died left open is aborted, by whoever talks next`() async throws {
        let dead = try await ScratchStore(process: "dead", besides: scratch)
        let open = try await dead.store.begin(dead.exchange(in: .new(dead.newChat()), provider: "blog"))
        scratch.world.advance(by: .seconds(4))
        try await scratch.ask("local")
        // Its lease ran out while that went on, and it has not begun again.
        try await scratch.ask("local")
        #expect(
            try scratch.rows("SELECT outcome, fault FROM provider_attempts WHERE provider = 'blog'", columns: 2)
                == ["aborted|local"])
        #expect(try scratch.hoursAgree())
        #expect(try await scratch.state(of: "blog") == .unknown)
        // The chat's own next writer finds nothing to do.
        let chat = try #require(try await store.chat(open.chat.id, of: .local))
        try await scratch.ask("blog", in: chat)
        #expect(try scratch.hoursAgree())
        #expect(try await store.check() == [])
    }

    @Test func `whoever is still at work is left alone`() async throws {
        let other = try await ScratchStore(process: "test-2", besides: scratch)
        let open = try await other.store.begin(other.exchange(in: .new(other.newChat()), provider: "blog"))
        for number in 1...3 {
            scratch.world.advance(by: .seconds(4))
            try await other.store.keep("more ", number: number, of: other.right(to: open))
            try await scratch.probe("local")
        }
        _ = try await other.store.finish(other.right(to: open), with: other.ending(open))
        #expect(try await scratch.state(of: "blog") == .healthy)
        #expect(try scratch.hoursAgree())
    }

    @Test func `one that serves no reply is over when it said it would be`() async throws {
        var attempt = ProviderAttempt(
            id: scratch.world.surroundings().newAttemptID(), provider: "blog", model: nil, kind: .probe,
            startedAt: scratch.world.now)
        attempt.expiresAt = scratch.world.now.advanced(by: .seconds(30))
        try await store.open(attempt, process: "dead")
        var query = AttemptQuery(limit: 9)
        #expect(try await store.attempts(matching: query).attempts == [attempt])
        query.outcome = .aborted
        #expect(try await store.attempts(matching: query).attempts == [])

        scratch.world.advance(by: .milliseconds(35_001))
        // Nobody has written that down yet, and it is told all the same.
        var aborted = attempt
        aborted.abandon()
        #expect(try await store.attempts(matching: query).attempts == [aborted])
        query.outcome = nil
        #expect(try await store.attempts(matching: query).attempts == [aborted])
        query.outcome = .pending
        #expect(try await store.attempts(matching: query).attempts == [])
        #expect(try scratch.number("SELECT count(*) FROM provider_hours") == 0)
        try await scratch.probe("local")
        #expect(try scratch.number("SELECT n FROM provider_hours WHERE outcome = 'aborted'") == 1)
    }

    // MARK: - Damage

    @Test func `a condition that makes no sense is begun anew, and no reply is lost for it`() async throws {
        for _ in 0..<3 { try await scratch.ask("blog", .broken) }
        try scratch.execute("UPDATE provider_conditions SET recent = 'nonsense'")
        #expect(try await store.conditions(of: ["blog"]) == [:])
        #expect(try await store.check().map(\.code) == ["unreadable_condition"])
        try await scratch.ask("blog")
        #expect(try await scratch.state(of: "blog") == .healthy)
        #expect(try scratch.number("SELECT count(*) FROM provider_incidents WHERE ended_at IS NULL") == 0)
        #expect(try await store.check().filter { $0.severity == .damage } == [])
        // The attempts tell what it was: it had been down before.
        await store.close()
        #expect(try await scratch.state(of: "blog") == .healthy)
        try await scratch.probe("other")
        #expect(try await scratch.state(of: "blog") == .recovering)
        #expect(try await store.check() == [])
    }

    @Test func `of one whose condition makes no sense it is told what it did`() async throws {
        for provider in ["blog", "local"] { try await scratch.ask(provider) }
        try scratch.execute("UPDATE provider_conditions SET recent = 'nonsense' WHERE provider = 'blog'")
        let report = try await store.health(
            HealthQuery(
                providers: ["blog", "local"], since: scratch.world.now.advanced(by: .seconds(-3600)),
                now: scratch.world.now))
        #expect(report.providers.map(\.state) == [.unknown, .healthy])
        #expect(report.providers.map(\.counts) == [AttemptCounts(ok: 1), AttemptCounts(ok: 1)])
        #expect(report.providers[0].lastOKAt == nil && report.providers[1].lastOKAt != nil)
    }

    private static let largest = Int64.max
    private static let damages = [
        "UPDATE provider_conditions SET recent = 'odd' WHERE is_former = 1",
        "UPDATE provider_conditions SET recent = 'odd'", "UPDATE provider_conditions SET opened = \(largest)",
        "UPDATE provider_conditions SET circuit = 'open', good = \(largest)",
        "UPDATE provider_hours SET n = \(largest)", "UPDATE provider_hours SET duration = x'00'",
        "UPDATE provider_incidents SET attempts = \(largest)", "UPDATE incident_causes SET n = \(largest)",
    ]

    @Test(arguments: damages)
    func `rows that make no sense cost no reply, and hours are reckoned up anew when the file is opened`(
        damage: String
    ) async throws {
        try await scratch.ask("a", on: "a.example")
        for _ in 0..<3 { try await scratch.ask("a", .broken, on: "a.example") }
        scratch.world.advance(by: .seconds(60))
        try await scratch.ask("b", .unreachable, on: "b.example")
        try scratch.execute(damage)
        for provider in ["a", "c"] { try await scratch.ask(provider, .unreachable, on: "\(provider).example") }
        let chat = try await scratch.ask("a", on: "a.example").chat
        #expect(try await store.branch(of: chat.id, of: .local, endingAt: nil, last: nil)?.1.last?.content == "Hello.")
        #expect(try scratch.number("SELECT count(*) FROM provider_attempts WHERE outcome = 'pending'") == 0)
        await store.close()
        try await scratch.ask("a", on: "a.example")
        #expect(try scratch.hoursAgree())
    }

    @Test func `one hour that cannot be read leaves the others to be told`() async throws {
        try await scratch.ask("blog")
        try scratch.execute("UPDATE provider_hours SET duration = x'00'")
        scratch.world.advance(by: .seconds(3600))
        try await scratch.ask("blog")
        let now = scratch.world.now
        let report = try await store.health(
            HealthQuery(providers: ["blog"], since: now.advanced(by: .seconds(-90 * 24 * 3600)), now: now))
        #expect(report.providers[0].counts == AttemptCounts(ok: 2))
        #expect(report.providers[0].duration?.count == 1 && report.providers[0].firstText?.count == 2)
        try scratch.execute("UPDATE provider_hours SET n = \(Self.largest)")
        let damaged = try await store.health(HealthQuery(providers: ["blog"], since: Timestamp(rawValue: 0), now: now))
        #expect(damaged.providers[0].counts.ok == .max)
    }

    // MARK: - Secrets

    @Test func `nothing that was said, and no chat's name, is in what attempts come to`() async throws {
        var chat = scratch.newChat("hushtitle", id: "hushchat")
        chat = try await scratch.talk(.new(chat), "hushquestion", reply: "hushanswer", provider: "blog")
        for _ in 0..<4 {
            let open = try await store.begin(scratch.exchange(in: .existing(chat), "hushquestion", provider: "blog"))
            var ending = scratch.ending(open, "", .failed)
            ending.attempt.result.outcome = .http5xx
            ending.attempt.result.fault = .provider
            ending.attempt.result.error = MessageError(code: "http_5xx", message: "hushwords")
            ending.message.error = ending.attempt.result.error
            chat = try await store.finish(scratch.right(to: open), with: ending)
        }
        for table in ["provider_hours", "provider_conditions", "provider_incidents", "incident_causes"] {
            let columns = try scratch.rows("SELECT name FROM pragma_table_info('\(table)')")
            #expect(!columns.isEmpty)
            let all = columns.map { "coalesce(CAST(\($0) AS TEXT), '')" }.joined(separator: " || ' ' || ")
            let rows = try scratch.rows("SELECT \(all) FROM \(table)")
            #expect(!rows.isEmpty && !rows.contains { $0.contains("hush") }, "\(table)")
        }
    }
}
