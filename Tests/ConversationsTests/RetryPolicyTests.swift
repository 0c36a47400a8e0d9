import Support
import Testing

@testable import Conversations

struct RetryPolicyTests {
    private func error(_ cause: ProviderError.Cause, retryAfter: Duration? = nil) -> ProviderError {
        ProviderError(cause, retryAfter: retryAfter)
    }

    // MARK: - The table

    @Test(arguments: ProviderFailure.all)
    func `every cause has its remedy`(failure: ProviderFailure) {
        var policy = RetryPolicy()
        let step = policy.step(after: error(failure.cause), jitter: 1)
        switch failure.remedy {
        case .none: #expect(step == .giveUp)
        case .another: #expect(step == .another)
        case .patience: #expect(step == .again(after: .milliseconds(500)))
        case .again: #expect(step == .again(after: .zero))
        }
    }

    // MARK: - Patience

    @Test(
        arguments: [(0, 250, 500), (0.5, 375, 750), (1, 500, 1000)] as [(Double, Int, Int)],
        ProviderFailure.all(.patience))
    func `twice more, after a wait that doubles and is jittered, and then another`(
        wait: (jitter: Double, first: Int, second: Int), cause: ProviderError.Cause
    ) {
        var policy = RetryPolicy()
        let steps = (1...4).map { _ in policy.step(after: error(cause), jitter: wait.jitter) }
        #expect(
            steps == [
                .again(after: .milliseconds(wait.first)), .again(after: .milliseconds(wait.second)), .another, .another,
            ])
    }

    @Test func `the next provider has its own tries`() {
        var policy = RetryPolicy()
        for _ in 1...2 {
            let waits = (1...3).map { _ in policy.step(after: error(.unreachable), jitter: 0) }
            #expect(waits == [.again(after: .milliseconds(250)), .again(after: .milliseconds(500)), .another])
            policy.turn()
        }
    }

    @Test func `five seconds are all that an exchange waits`() {
        var policy = RetryPolicy()
        for _ in 1...3 {
            #expect(policy.step(after: error(.failed), jitter: 1) == .again(after: .milliseconds(500)))
            #expect(policy.step(after: error(.failed), jitter: 1) == .again(after: .seconds(1)))
            policy.turn()
        }
        // Of 5 s there are 500 ms left: the next first wait just goes.
        #expect(policy.step(after: error(.failed), jitter: 1) == .again(after: .milliseconds(500)))
        #expect(policy.step(after: error(.failed), jitter: 0) == .another)
        policy.turn()
        #expect(policy.step(after: error(.failed), jitter: 0) == .another)
    }

    // MARK: - What the other side wishes

    @Test(arguments: [
        (0, 500), (499, 500), (500, 500), (501, 501), (2000, 2000), (5000, 5000), (-1, 500),
    ])
    func `no wait is shorter than the other side wishes, nor than ours`(wished: Int, wait: Int) {
        var policy = RetryPolicy()
        let step = policy.step(after: error(.rateLimited, retryAfter: .milliseconds(wished)), jitter: 1)
        #expect(step == .again(after: .milliseconds(wait)))
    }

    @Test(arguments: [.milliseconds(5001), .seconds(3600), .seconds(Int64.max)] as [Duration])
    func `a longer wish than we wait ends the turn`(wish: Duration) {
        var policy = RetryPolicy()
        #expect(policy.step(after: error(.rateLimited, retryAfter: wish), jitter: 0) == .another)
        policy.turn()
        // It was not waited for, and so it took nothing from the next.
        #expect(
            policy.step(after: error(.rateLimited, retryAfter: .seconds(5)), jitter: 0) == .again(after: .seconds(5)))
    }

    @Test func `a wish longer than what is left ends the turn`() {
        var policy = RetryPolicy()
        #expect(policy.step(after: error(.failed, retryAfter: .seconds(3)), jitter: 0) == .again(after: .seconds(3)))
        #expect(policy.step(after: error(.failed, retryAfter: .milliseconds(2001)), jitter: 0) == .another)
        #expect(policy.step(after: error(.failed, retryAfter: .seconds(2)), jitter: 0) == .again(after: .seconds(2)))
    }

    // MARK: - At once

    @Test func `a rejected nonce is renewed once`() {
        var policy = RetryPolicy()
        for _ in 1...3 {
            #expect(policy.step(after: error(.nonceRejected), jitter: 1) == .again(after: .zero))
            #expect(policy.step(after: error(.nonceRejected), jitter: 1) == .another)
            policy.turn()
        }
    }

    @Test func `four lessons are enough`() {
        var policy = RetryPolicy()
        let lessons: [ProviderError.Lesson] = [.nonce, .unstreamed, .route, .fields]
        for _ in 1...2 {
            for lesson in lessons {
                #expect(policy.step(after: error(.askAgain(lesson)), jitter: 1) == .again(after: .zero))
            }
            #expect(policy.step(after: error(.askAgain(.nonce)), jitter: 1) == .another)
            policy.turn()
        }
    }

    @Test func `nonces, lessons and patience are counted apart`() {
        var policy = RetryPolicy()
        let causes: [ProviderError.Cause] = [
            .unreachable, .nonceRejected, .askAgain(.nonce), .failed, .askAgain(.fields), .nonceRejected,
        ]
        #expect(
            causes.map { policy.step(after: error($0), jitter: 0) } == [
                .again(after: .milliseconds(250)), .again(after: .zero), .again(after: .zero),
                .again(after: .milliseconds(500)), .again(after: .zero), .another,
            ])
    }

    // MARK: - By chance

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `whatever happens, the tries and the waits stay within their bounds`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var policy = RetryPolicy()
        var waited = Duration.zero
        for _ in 1...6 {
            var waits: [Duration] = []
            var lessons = 0
            var renewals = 0
            turn: while true {
                let failure = try #require(ProviderFailure.all.randomElement(using: &random))
                let wish = [nil, nil, 0, 200, 900, 4000].randomElement(using: &random) ?? nil
                let jitter = Double.random(in: 0...1, using: &random)
                let error = error(failure.cause, retryAfter: wish.map { .milliseconds($0) })
                switch policy.step(after: error, jitter: jitter) {
                case .giveUp:
                    #expect(failure.remedy == .none)
                case .another:
                    #expect(failure.remedy != .none)
                    break turn
                case .again(let wait) where failure.remedy == .again:
                    #expect(wait == .zero)
                    if failure.cause == .nonceRejected { renewals += 1 } else { lessons += 1 }
                case .again(let wait):
                    #expect(error.remedy == .patience)
                    let most = Duration.milliseconds(waits.isEmpty ? 500 : 1000)
                    #expect(wait >= most / 2 && wait >= error.retryAfter ?? .zero)
                    #expect(wait <= most || wait == error.retryAfter)
                    waits.append(wait)
                }
            }
            waited += waits.reduce(.zero, +)
            #expect(waits.count <= 2 && lessons <= 4 && renewals <= 1)
            #expect(waited <= .seconds(5))
            policy.turn()
        }
    }
}
