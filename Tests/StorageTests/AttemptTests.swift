import Conversations
import Support
import Testing

@testable import Storage

/// Attempts that serve no reply, and what is read back of any.
struct AttemptTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func attempt(_ kind: ProviderAttempt.Kind = .probe, provider: String = "blog") -> ProviderAttempt {
        ProviderAttempt(
            id: scratch.world.surroundings().newAttemptID(), provider: provider, model: nil, kind: kind,
            startedAt: scratch.world.now)
    }

    private func all() async throws -> [ProviderAttempt] {
        try await store.attempts(matching: AttemptQuery(limit: 100)).attempts
    }

    @Test(arguments: [ProviderAttempt.Kind.probe, .nonce])
    func `one that serves no reply is written down when it begins, and again when it ends`(
        kind: ProviderAttempt.Kind
    ) async throws {
        var attempt = attempt(kind)
        try await store.open(attempt, process: "test-1")
        #expect(try await all() == [attempt])
        #expect(
            try scratch.rows("SELECT owner, chat, message, process, outcome FROM provider_attempts", columns: 5)
                == ["-|-|-|test-1|pending"])
        attempt.result.outcome = .http5xx
        attempt.result.fault = .provider
        attempt.result.httpStatus = 503
        try await store.close(attempt)
        #expect(try await all() == [attempt])
    }

    @Test func `all that is known of an attempt comes back`() async throws {
        var attempt = attempt(.nonce)
        attempt.model = "large"
        attempt.number = 3
        try await store.open(attempt, process: "test-1")
        attempt.result.outcome = .rateLimited
        attempt.result.fault = .limit
        attempt.result.httpStatus = 429
        attempt.result.connectMilliseconds = 1
        attempt.result.firstByteMilliseconds = 2
        attempt.result.firstTextMilliseconds = 3
        attempt.result.durationMilliseconds = 4
        attempt.result.maximumGapMilliseconds = 5
        attempt.result.retryAfterMilliseconds = 6
        attempt.result.bytesIn = 7
        attempt.result.chunks = 8
        attempt.result.textBytes = 9
        attempt.result.error = MessageError(code: "rate_limited", message: "Slow down,\nplease.")
        try await store.close(attempt)
        #expect(try await all() == [attempt])
    }

    @Test func `an attempt that served a reply names its message until the chat is deleted`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        try await store.open(attempt(), process: "test-1")
        #expect(try await all().map(\.message) == [nil, MessageID(chat: chat.id, seq: 2)])
        try await store.delete([chat.id], of: .local)
        #expect(try await all().map(\.message) == [nil, nil])
    }

    @Test func `what a process that died left open is closed by the next to open one`() async throws {
        let (probe, fetch) = (attempt(.probe), attempt(.nonce))
        try await store.open(probe, process: "dead")
        try await store.open(fetch, process: "dead")
        scratch.world.advance(by: .seconds(30 * 60))
        let streaming = try await scratch.begin(.new(scratch.newChat()))
        let young = attempt()
        try await store.open(young, process: "test-1")
        #expect(try await all().allSatisfy { $0.result.outcome == .pending })

        scratch.world.advance(by: .milliseconds(1))
        let last = attempt()
        try await store.open(last, process: "test-1")
        let outcomes = try await Dictionary(uniqueKeysWithValues: all().map { ($0.id, $0.result) })
        for dead in [probe.id, fetch.id] {
            #expect(outcomes[dead]?.outcome == .aborted && outcomes[dead]?.fault == .local)
        }
        // A reply's lease tells that it is being written.
        for open in [young.id, last.id, streaming.attempt.id] { #expect(outcomes[open]?.outcome == .pending) }
    }

    @Test func `one that was taken for dead and ends all the same is told as it ended`() async throws {
        var slow = attempt()
        try await store.open(slow, process: "slow")
        scratch.world.advance(by: .seconds(3600))
        try await store.open(attempt(), process: "test-1")
        slow.result.outcome = .ok
        try await store.close(slow)
        #expect(try await all().last == slow)
        #expect(try scratch.hoursAgree())
        #expect(try await scratch.state(of: "blog") == .healthy)
        // It ends once.
        var again = slow
        again.result.outcome = .http5xx
        try await store.close(again)
        #expect(try await all().last == slow)
    }

    @Test func `one from before a clock was set back hides none of the others`() async throws {
        let since = scratch.world.now
        for _ in 0..<3 {
            try await scratch.probe("blog")
            scratch.world.advance(by: .seconds(1))
        }
        let ids = try await all().map(\.id.rawValue)
        try scratch.execute("UPDATE provider_attempts SET started_at = 0 WHERE id = '\(ids[1])'")
        var query = AttemptQuery(limit: 9)
        query.since = since
        #expect(try await store.attempts(matching: query).attempts.map(\.id.rawValue) == [ids[0], ids[2]])
        query.until = since.advanced(by: .seconds(1))
        #expect(try await store.attempts(matching: query).attempts.map(\.id.rawValue) == [ids[2]])
    }

    @Test(arguments: ["outcome = 'odd'", "fault = 'odd'", "kind = 'odd'"])
    func `a word that no version of ours has written is told as damage`(change: String) async throws {
        try await store.open(attempt(), process: "test-1")
        try scratch.execute("PRAGMA ignore_check_constraints = ON; UPDATE provider_attempts SET \(change)")
        let word = change.hasPrefix("kind") ? "kind" : "outcome or fault"
        await #expect(throws: StoreError.damaged(path: scratch.path, detail: "an attempt has an unknown \(word)")) {
            try await all()
        }
    }
}
