import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// Lists of attempts, against the plain meaning of what was asked for.
struct AttemptListTests {
    let scratch: ScratchStore

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// Writes attempts of all sorts down, oldest first, some in the same millisecond.
    private func fill(_ count: Int, using generator: inout SeededGenerator) throws -> [ProviderAttempt] {
        let connection = try scratch.connection()
        var attempts: [ProviderAttempt] = []
        try connection.transaction(.immediate) {
            for _ in 0..<count {
                scratch.world.advance(by: .milliseconds(Int.random(in: 0...2, using: &generator) * 500))
                var attempt = ProviderAttempt(
                    id: scratch.world.surroundings().newAttemptID(),
                    provider: Self.providers.randomElement(using: &generator)!, model: nil,
                    kind: Self.kinds.randomElement(using: &generator)!, startedAt: scratch.world.now)
                try connection.insert(attempt, for: nil, of: nil, process: "test")
                attempt.result.outcome = Self.outcomes.randomElement(using: &generator)!
                // One for a reply that is not there would stand as aborted.
                if attempt.kind == .chat, attempt.result.outcome == .pending { attempt.result.outcome = .torn }
                try connection.close(attempt, at: scratch.world.now, jitter: 0)
                attempts.append(attempt)
            }
        }
        return attempts
    }

    private static let providers = ["blog", "blog2", "eliza", "", "été"]
    private static let kinds = [ProviderAttempt.Kind.chat, .chat, .chat, .probe, .nonce]
    private static let outcomes = [ProviderAttempt.Outcome.ok, .ok, .ok, .pending, .torn, .timeoutIdle]

    /// What a list has to give, by going through everything.
    private func expected(_ query: AttemptQuery, of attempts: [ProviderAttempt]) -> [ProviderAttempt] {
        attempts.reversed().filter { attempt in
            (query.providers.isEmpty || query.providers.contains(attempt.provider))
                && query.since.map { attempt.startedAt >= $0 } ?? true
                && query.until.map { attempt.startedAt < $0 } ?? true
                && query.outcome.map { attempt.result.outcome == $0 } ?? true
                && query.kind.map { attempt.kind == $0 } ?? true
        }
    }

    /// All of a list, a page after the other.
    private func pages(_ query: AttemptQuery) async throws -> [ProviderAttempt] {
        var query = query
        var listed: [ProviderAttempt] = []
        while true {
            let page = try await scratch.store.attempts(matching: query)
            #expect(page.attempts.count <= query.limit)
            listed += page.attempts
            guard let next = page.next else { return listed }
            #expect(page.attempts.count == query.limit && next == page.attempts.last?.id)
            query.before = next
        }
    }

    private func randomQuery(
        limit: Int, over attempts: [ProviderAttempt], using generator: inout SeededGenerator
    ) -> AttemptQuery {
        var query = AttemptQuery(limit: limit)
        let count = Int.random(in: 0...3, using: &generator)
        query.providers = Array(Self.providers.shuffled(using: &generator).prefix(count))
        if Bool.random(using: &generator) { query.outcome = Self.outcomes.randomElement(using: &generator) }
        if Bool.random(using: &generator) { query.kind = Self.kinds.randomElement(using: &generator) }
        if Bool.random(using: &generator) {
            query.since = attempts.randomElement(using: &generator)?.startedAt
                .advanced(byMilliseconds: .random(in: -1...1, using: &generator))
        }
        if Int.random(in: 0...2, using: &generator) == 0 {
            query.until = attempts.randomElement(using: &generator)?.startedAt
                .advanced(byMilliseconds: .random(in: -1...1, using: &generator))
        }
        return query
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `a list, page by page, is what was asked for, newest first`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let attempts = try fill(100, using: &generator)
        for limit in [1, 7, 50, 99, 100, 101, .max] {
            for _ in 0..<3 {
                let query = randomQuery(limit: limit, over: attempts, using: &generator)
                #expect(try await pages(query) == expected(query, of: attempts), "\(query)")
            }
            let everything = AttemptQuery(limit: limit)
            #expect(try await pages(everything) == attempts.reversed())
        }
    }

    @Test func `an empty store has an empty list`() async throws {
        let page = try await scratch.store.attempts(matching: AttemptQuery(limit: 50))
        #expect(page == AttemptPage(attempts: [], next: nil))
    }

    @Test func `a page that ends just where the list does says so`() async throws {
        var generator = SeededGenerator(seed: 1)
        let attempts = try fill(20, using: &generator)
        var query = AttemptQuery(limit: 20)
        #expect(try await scratch.store.attempts(matching: query).next == nil)
        query.limit = 19
        #expect(try await scratch.store.attempts(matching: query).next == attempts[1].id)
        // Those that are too old are no reason to go on.
        query.limit = 1
        query.since = attempts[19].startedAt.advanced(byMilliseconds: -1)
        query.outcome = attempts[19].result.outcome
        let newer = attempts.filter { $0.startedAt >= query.since! && $0.result.outcome == query.outcome }
        #expect(try await scratch.store.attempts(matching: query).next == (newer.count > 1 ? attempts[19].id : nil))
    }

    @Test func `attempts that end, or are added, between two pages neither come twice nor go missing`() async throws {
        var generator = SeededGenerator(seed: 2)
        let attempts = try fill(40, using: &generator)
        var query = AttemptQuery(limit: 10)
        let first = try await scratch.store.attempts(matching: query)
        var second: [ProviderAttempt] = []
        for attempt in first.attempts + attempts[..<30] where attempt.result.outcome == .pending {
            var ended = attempt
            ended.result.outcome = .ok
            try await scratch.store.close(ended)
        }
        _ = try fill(5, using: &generator)
        while true {
            query.before = second.last?.id ?? first.next
            let page = try await scratch.store.attempts(matching: query)
            second += page.attempts
            if page.next == nil { break }
        }
        #expect((first.attempts + second).map(\.id) == attempts.reversed().map(\.id))
    }
}
