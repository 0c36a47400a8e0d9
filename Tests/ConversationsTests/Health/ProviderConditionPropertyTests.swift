import Conversations
import Support
import Testing

/// What must hold of a provider's condition, whatever is tried and whatever the clock does.
struct ProviderConditionPropertyTests {
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `every sequence of attempts keeps the rules`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let setsClock = seed % 2 == 1
        var blog = RandomAttempts(setsClock: setsClock, using: &random)
        var hasIncident = false
        /// The latest that it wanted to be left alone until.
        var wish = Timestamp(rawValue: 0)
        for number in 0..<600 {
            let comment: Comment = "seed \(seed), attempt \(number)"
            let before = blog.condition
            let step = blog.step(using: &random)
            let (condition, now) = (blog.condition, blog.now)
            if [.fault, .limited, .refused].contains(step.attempt.bearing),
                let rest = step.attempt.result.retryAfterMilliseconds
            {
                wish = max(wish, now.advanced(by: min(.milliseconds(rest), ProviderCondition.longestRest)))
            }
            if !setsClock && now < wish {
                #expect(![.now, .onTrial].contains(condition.turn(at: now)), comment)
                #expect(![.now, .onTrial].contains(condition.turn(at: wish.advanced(byMilliseconds: -1))), comment)
            }
            // Since a clock that was set back nothing can be told to be older.
            let isOfThisClock = before.changedAt.map { $0 <= now } ?? false
            let opening = before.changedAt ?? now
            let start = step.attempt.startedAt
            let newestGood = before.recent.last { $0.isGood }?.startedAt
            let half = max(opening, newestGood.flatMap { $0 <= now ? $0 : nil } ?? opening)
            let isOld =
                isOfThisClock
                && (before.circuit == .open && start < opening && step.attempt.bearing == .good
                    || before.circuit == .halfOpen && start < half && step.attempt.bearing == .fault)
            if isOld { #expect(step.change == nil && condition.recent == before.recent, comment) }

            #expect(condition.recent.count <= 10, comment)
            #expect((condition.opened > 0) == (condition.circuit != .closed), comment)
            #expect((condition.good == 1) == (condition.circuit == .halfOpen), comment)
            #expect((condition.good == 0) == (condition.circuit != .halfOpen), comment)
            #expect(condition.circuit != .closed || condition.retryAt == nil, comment)

            switch step.change {
            case .began(let run):
                #expect(!hasIncident, comment)
                #expect(run.last == condition.recent.last && run.allSatisfy { !$0.isGood }, comment)
                hasIncident = true
            case .grew(let verdict):
                #expect(hasIncident && !verdict.isGood && verdict == condition.recent.last, comment)
            case .ended(let end):
                #expect(hasIncident && end == now, comment)
                hasIncident = false
            case nil: break
            }
            #expect(hasIncident == (condition.circuit == .open), comment)

            let state = condition.state(at: now)
            switch step.attempt.bearing {
            case _ where isOld: #expect(condition.circuit == before.circuit, comment)
            case .fault:
                #expect(state != .healthy && state != .unknown, comment)
                #expect(condition.recent.last?.id == step.attempt.id, comment)
            case .refused: #expect(condition.wantsKey && state == .down, comment)
            case .limited: #expect(state != .healthy && state != .unknown, comment)
            case .nothing:
                var expected = before
                expected.changedAt = condition.changedAt
                #expect(condition == expected, comment)
            case .good: expectGood(step.attempt, from: before, to: condition, comment)
            }
            if !setsClock, before.circuit == .open, condition.circuit == .open, step.attempt.bearing != .refused,
                let old = before.retryAt
            {
                #expect(condition.retryAt! >= old, comment)
            }
            expectPatience(condition, at: now, comment)
            if let since = condition.stateSince(at: now) { #expect(since <= now, comment) }
            #expect((condition.stateSince(at: now) == nil) == (state == .unknown), comment)
        }
    }

    /// A chat's proves all; a probe's only that the way is free, and that what probes have found is over.
    private func expectGood(
        _ attempt: ProviderAttempt, from before: ProviderCondition, to after: ProviderCondition, _ comment: Comment
    ) {
        let standing = before.recent.reversed().prefix { !$0.isGood }
        let provable: Set<ProviderAttempt.Outcome> = [
            .unreachable, .tls, .timeoutConnect, .timeoutFirstByte, .timeoutIdle, .timeoutTotal, .auth,
        ]
        let counts =
            attempt.kind == .chat || standing.allSatisfy { $0.kind == .probe || provable.contains($0.outcome) }
        guard counts else {
            #expect(after.circuit == before.circuit && after.recent == before.recent, comment)
            return
        }
        let expected: ProviderCondition.Circuit = before.circuit == .open ? .halfOpen : .closed
        #expect(after.circuit == expected, comment)
        #expect(after.recent.last?.id == attempt.id, comment)
    }

    /// Nothing waits longer than a day, wherever the clock is set to, but for who wants a key.
    private func expectPatience(_ condition: ProviderCondition, at now: Timestamp, _ comment: Comment) {
        for shift in [0, -1000, -100_000_000, -90 * 86_400_000, 90 * 86_400_000] as [Int64] {
            let moment = now.advanced(byMilliseconds: shift)
            switch condition.turn(at: moment) {
            case .later(let until?):
                #expect(until > moment && until <= moment.advanced(by: ProviderCondition.longestRest), comment)
                #expect(condition.turn(at: until) != .later(until: until), comment)
            case .later(nil): #expect(condition.wantsKey, comment)
            case .onTrial: #expect(condition.state(at: moment) == .recovering, comment)
            case .now:
                #expect([.unknown, .healthy, .degraded].contains(condition.state(at: moment)), comment)
            }
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `the same attempts at the same times lead to the same condition`(seed: UInt64) {
        func fold() -> [ProviderCondition] {
            var random = SeededGenerator(seed: seed)
            var blog = RandomAttempts(setsClock: true, using: &random)
            return (0..<200).map { _ in
                _ = blog.step(using: &random)
                return blog.condition
            }
        }
        #expect(fold() == fold())
    }

    @Test func `the generated attempts reach every state, turn and change`() {
        var seen: Set<String> = []
        for seed in 0..<8 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var blog = RandomAttempts(setsClock: seed % 2 == 1, using: &random)
            for _ in 0..<600 {
                seen.insert(blog.condition.state(at: blog.now).rawValue)
                switch blog.condition.turn(at: blog.now) {
                case .now: seen.insert("now")
                case .onTrial: seen.insert("on trial")
                case .later(let until): seen.insert(until == nil ? "never" : "later")
                }
                switch blog.step(using: &random).change {
                case .began(let run): seen.insert(run.count == 1 ? "began at once" : "began")
                case .grew: seen.insert("grew")
                case .ended: seen.insert("ended")
                case nil: break
                }
            }
        }
        #expect(
            seen == [
                "unknown", "healthy", "degraded", "down", "recovering", "now", "on trial", "never", "later",
                "began at once", "began", "grew", "ended",
            ])
    }
}

/// Attempts of every kind and end, in good times and bad, with pauses of every length.
private struct RandomAttempts {
    struct Step {
        var attempt: ProviderAttempt
        var change: IncidentChange?
    }

    private(set) var condition = ProviderCondition()
    private(set) var now = Timestamp(rawValue: 1_800_000_000_000)
    private let setsClock: Bool
    private var isBadTime: Bool
    private var count = 0

    init(setsClock: Bool, using random: inout SeededGenerator) {
        self.setsClock = setsClock
        isBadTime = Bool.random(using: &random)
    }

    private static let ends: [(ProviderAttempt.Outcome, ProviderAttempt.Fault)] = [
        (.empty, .provider), (.unreachable, .provider), (.tls, .provider), (.timeoutConnect, .provider),
        (.timeoutFirstByte, .provider), (.timeoutIdle, .provider), (.timeoutTotal, .provider), (.http4xx, .provider),
        (.http5xx, .provider), (.badPayload, .provider), (.torn, .provider), (.tooLarge, .provider),
        (.nonceRejected, .provider), (.rateLimited, .limit), (.quota, .limit), (.auth, .config), (.rejected, .caller),
        (.cancelled, .caller), (.aborted, .local), (.unreachable, .local), (.nonceRejected, .none),
    ]

    mutating func step(using random: inout SeededGenerator) -> Step {
        if Int.random(in: 0..<12, using: &random) == 0 { isBadTime.toggle() }
        let pauses: [Int64] = [1, 1000, 20_000, 40_000, 400_000, 90_000_000]
        var pause = Int64.random(in: 0...pauses.randomElement(using: &random)!, using: &random)
        let isSet = setsClock && Int.random(in: 0..<10, using: &random) == 0
        if isSet { pause *= Bool.random(using: &random) ? -3 : 100 }
        now = now.advanced(byMilliseconds: pause)

        count += 1
        let kinds: [ProviderAttempt.Kind] = [.chat, .chat, .chat, .probe, .nonce]
        var attempt = ProviderAttempt(
            id: AttemptID(rawValue: "\(count)"), provider: "blog", model: nil,
            kind: kinds.randomElement(using: &random)!,
            startedAt: now.advanced(byMilliseconds: -Int64.random(in: 0...100_000, using: &random)))
        let isGood = Int.random(in: 0..<10, using: &random) < (isBadTime ? 2 : 8)
        (attempt.result.outcome, attempt.result.fault) =
            isGood ? (.ok, .none) : Self.ends.randomElement(using: &random)!
        if Int.random(in: 0..<5, using: &random) > 0 { attempt.result.httpStatus = isGood ? 200 : 500 }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let rests: [Int64] = [-5, 0, 2000, 100_000, 10_000_000, .max]
            attempt.result.retryAfterMilliseconds = rests.randomElement(using: &random)!
        }
        let change = condition.take(attempt, at: now, jitter: .random(in: 0...1, using: &random))
        return Step(attempt: attempt, change: change)
    }
}
