import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// One at a time tries a provider that is down.
struct TrialTests {
    let scratch: ScratchStore
    let other: ScratchStore
    var world: ScriptedWorld { scratch.world }

    init() async throws {
        scratch = try await ScratchStore()
        other = try await ScratchStore(process: "test-2", besides: scratch)
        for _ in 0..<3 { try await scratch.ask("blog", .broken) }
    }

    private func waitUntilDue() async throws {
        let retry = try #require(try await scratch.condition(of: "blog").retryAt)
        world.advance(by: .milliseconds(retry.rawValue - world.now.rawValue))
    }

    private func claims(
        _ scratch: ScratchStore, _ provider: String = "blog", for attempt: AttemptID? = nil,
        lasting length: Duration = .seconds(60)
    ) async throws -> Bool {
        try await scratch.store.claimTrial(
            of: provider, for: attempt ?? world.surroundings().newAttemptID(), now: world.now,
            until: world.now.advanced(by: length))
    }

    @Test func `there is none before the time has come, nor of one that works or was never asked`() async throws {
        #expect(try await scratch.state(of: "blog") == .down)
        try await scratch.ask("local")
        for provider in ["blog", "local", "nobody"] { #expect(try await !claims(scratch, provider)) }
        try await waitUntilDue()
        #expect(try await claims(scratch))
    }

    @Test func `of many who ask at once one gets it`() async throws {
        try await waitUntilDue()
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { try await claims(number % 2 == 0 ? scratch : other) }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 1)
    }

    @Test func `it is over when its attempt is, however that ends`() async throws {
        for end in [AttemptEnding(.cancelled, .caller), .ok] {
            try await waitUntilDue()
            let open = try await scratch.store.begin(
                scratch.exchange(in: .new(scratch.newChat()), provider: "blog"))
            #expect(try await claims(scratch, for: open.attempt.id))
            #expect(try await !claims(other))
            var ending = scratch.ending(open)
            ending.attempt.result.outcome = end.outcome
            ending.attempt.result.fault = end.fault
            _ = try await scratch.store.finish(scratch.right(to: open), with: ending)
            #expect(try await claims(other, lasting: .zero))
        }
        #expect(try await scratch.state(of: "blog") == .recovering)
    }

    @Test func `who has it may say again until when`() async throws {
        try await waitUntilDue()
        let attempt = world.surroundings().newAttemptID()
        #expect(try await claims(scratch, for: attempt))
        #expect(try await claims(scratch, for: attempt, lasting: .zero))
        #expect(try await claims(other))
    }

    @Test func `one that is overdue holds nobody up`() async throws {
        try await waitUntilDue()
        #expect(try await claims(scratch))
        world.advance(by: .milliseconds(59_999))
        #expect(try await !claims(other))
        world.advance(by: .milliseconds(1))
        #expect(try await claims(other))
    }

    @Test func `nor does one from before the clock was set back`() async throws {
        try await waitUntilDue()
        #expect(try await claims(scratch, lasting: .seconds(1800)))
        world.advance(by: .seconds(-3600))
        #expect(try await claims(other))
    }

    @Test func `nor one whose process died before it wrote its attempt down`() async throws {
        try await waitUntilDue()
        #expect(try await claims(scratch, lasting: .seconds(1800)))
        world.advance(by: .milliseconds(59_999))
        #expect(try await !claims(other))
        world.advance(by: .milliseconds(1))
        #expect(try await claims(other))
    }

    @Test func `a condition that makes no sense is begun anew, and there is none`() async throws {
        try await waitUntilDue()
        try scratch.execute("UPDATE provider_conditions SET recent = 'nonsense'")
        #expect(try await !claims(scratch))
        #expect(try await scratch.condition(of: "blog") == ProviderCondition())
        #expect(try await scratch.store.conditions(of: ["blog"]).count == 1)
        #expect(try scratch.number("SELECT count(*) FROM provider_incidents WHERE ended_at IS NULL") == 0)
        #expect(try scratch.number("SELECT count(*) FROM pending_work WHERE task = 'reckon'") == 1)
    }

    @Test func `nor one whose process has died`() async throws {
        try await waitUntilDue()
        let open = try await scratch.store.begin(scratch.exchange(in: .new(scratch.newChat()), provider: "blog"))
        #expect(try await claims(scratch, for: open.attempt.id, lasting: .seconds(1800)))
        world.advance(by: .milliseconds(4999))
        #expect(try await !claims(other))
        world.advance(by: .milliseconds(1))
        #expect(try await claims(other))
        let id = open.attempt.id.rawValue
        #expect(try scratch.rows("SELECT outcome FROM provider_attempts WHERE id = '\(id)'") == ["aborted"])
    }
}
