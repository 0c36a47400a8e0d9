import Conversations
import Testing

struct ProviderConditionTests {
    private var blog = Attempts()

    // MARK: - Healthy and degraded

    @Test func `who was never asked is unknown, and asked in its place`() {
        #expect(blog.state == .unknown)
        #expect(blog.turn == .now)
        #expect(blog.condition.stateSince(at: blog.now) == nil)
    }

    @Test mutating func `one good attempt makes it healthy`() {
        blog.succeed()
        #expect(blog.state == .healthy)
        #expect(blog.condition.stateSince(at: blog.now) == blog.now)
    }

    @Test mutating func `a fault among the last five makes it degraded, and it keeps its place`() {
        blog.fail()
        blog.succeed(4)
        #expect(blog.state == .degraded)
        #expect(blog.turn == .now)
        blog.succeed()
        #expect(blog.state == .healthy)
        #expect(blog.condition.stateSince(at: blog.now) == blog.now)
    }

    @Test(
        arguments: [
            (.cancelled, .caller), (.rejected, .caller), (.aborted, .local), (.unreachable, .local),
            (.nonceRejected, .none), (.auth, .config), (.pending, .none),
        ] as [(ProviderAttempt.Outcome, ProviderAttempt.Fault)])
    mutating func `what is not the provider's doing changes nothing`(
        outcome: ProviderAttempt.Outcome, fault: ProviderAttempt.Fault
    ) {
        for _ in 0..<12 { blog.end(outcome, fault) }
        #expect(blog.condition == ProviderCondition())
        #expect(blog.change == nil)
    }

    @Test mutating func `attempts for a nonce tell nothing`() {
        blog.fail(12, kind: .nonce)
        blog.succeed(kind: .nonce)
        #expect(blog.condition == ProviderCondition())
    }

    // MARK: - Down

    @Test mutating func `three faults in a row open the circuit, and the incident begins with the first of them`() {
        blog.succeed(3)
        let start = blog.now.advanced(by: .seconds(1))
        blog.fail(2)
        #expect(blog.change == nil)
        blog.fail()
        #expect(blog.state == .down)
        #expect(blog.turn == .later(until: blog.condition.retryAt))
        guard case .began(let run) = blog.change else {
            Issue.record("no incident began")
            return
        }
        #expect(run.map(\.id.rawValue) == ["4", "5", "6"])
        #expect(run[0].startedAt == start)
        #expect(run.allSatisfy { $0.outcome == .http5xx && $0.httpStatus == 503 })
    }

    @Test mutating func `half of the last ten open it, where there are five and the newest is a fault`() {
        blog.fail()
        blog.succeed()
        blog.fail()
        blog.succeed()
        #expect(blog.state == .degraded)
        blog.fail()
        #expect(blog.state == .down)
        guard case .began(let run) = blog.change else {
            Issue.record("no incident began")
            return
        }
        // It answered between them: the incident is no older than the last fault.
        #expect(run.map(\.id.rawValue) == ["5"])
    }

    @Test mutating func `less than half of the last ten leave it degraded`() {
        for _ in 0..<8 {
            blog.succeed(2)
            blog.fail()
        }
        #expect(blog.state == .degraded)
        #expect(blog.condition.opened == 0)
        #expect(blog.condition.recent.count == 10)
    }

    @Test mutating func `it is left alone for half a minute, give or take a tenth`() {
        for (jitter, milliseconds) in [(0, 27_000), (0.5, 30_000), (1, 33_000)] as [(Double, Int64)] {
            var blog = Attempts()
            blog.fail(3, jitter: jitter)
            #expect(blog.pause == .milliseconds(milliseconds))
        }
    }

    @Test mutating func `each trial that fails doubles the pause, up to ten minutes`() {
        blog.fail(3)
        var pauses = [blog.pause]
        for _ in 0..<6 {
            blog.wait(blog.pause!)
            blog.fail()
            pauses.append(blog.pause)
            #expect(blog.change == .grew(blog.condition.recent.last!))
        }
        #expect(pauses == [30, 60, 120, 240, 480, 600, 600].map { .seconds($0) })
        #expect(blog.condition.opened == 7)
    }

    @Test mutating func `it is down since its circuit opened, however often it was tried since`() {
        blog.fail(3)
        let start = blog.now
        blog.wait(.seconds(40))
        blog.fail()
        #expect(blog.state == .down)
        #expect(blog.condition.stateSince(at: blog.now) == start)
    }

    @Test mutating func `whoever insists does not put it off for the others`() {
        blog.fail(3)
        let retryAt = blog.condition.retryAt
        blog.wait(.seconds(10))
        blog.fail()
        #expect(blog.condition.retryAt == retryAt)
        #expect(blog.condition.opened == 1)
        #expect(blog.change == .grew(blog.condition.recent.last!))
    }

    @Test mutating func `an attempt that was under way when it opened is no trial`() {
        blog.fail(3)
        let retryAt = blog.condition.retryAt
        blog.wait(.seconds(45))
        blog.end(.timeoutTotal, .provider, length: .seconds(60))
        #expect(blog.condition.retryAt == retryAt)
        #expect(blog.condition.opened == 1)
        #expect(blog.turn == .onTrial)
    }

    @Test mutating func `a longer wish of the server's is heeded, up to a day`() {
        blog.fail(3, retryAfter: .seconds(7200))
        #expect(blog.pause == .seconds(7200))
        blog.fail(retryAfter: .seconds(7260))
        #expect(blog.pause == .seconds(7260))
        blog.fail(retryAfter: .seconds(1_000_000))
        #expect(blog.pause == .seconds(24 * 3600))
    }

    @Test mutating func `a shorter wish does not shorten the pause`() {
        blog.fail(3, retryAfter: .seconds(5))
        #expect(blog.pause == .seconds(30))
        blog.fail(retryAfter: .seconds(5))
        #expect(blog.pause == .seconds(29))
    }

    // MARK: - Wanting a key

    @Test mutating func `a refusal opens it at once, and nobody tries again of themselves`() {
        blog.succeed(5)
        blog.end(.auth, .config, status: 401)
        #expect(blog.change == .began(run: [blog.condition.recent.last!]))
        #expect(blog.condition.wantsKey)
        blog.wait(.seconds(100 * 24 * 3600))
        #expect(blog.state == .down)
        #expect(blog.turn == .later(until: nil))
    }

    @Test mutating func `refused again it still wants a key, and is let in with one`() {
        blog.end(.auth, .config, status: 401)
        blog.end(.auth, .config, status: 401)
        #expect(blog.change == .grew(blog.condition.recent.last!))
        #expect(blog.condition.opened == 1)
        blog.succeed(kind: .probe)
        #expect(blog.change == .ended(at: blog.now))
        #expect(blog.state == .recovering)
        blog.succeed()
        #expect(blog.state == .healthy)
    }

    @Test mutating func `another fault than the refusal is tried again like any`() {
        blog.end(.auth, .config, status: 401)
        blog.fail()
        #expect(!blog.condition.wantsKey)
        #expect(blog.pause == .seconds(60))
    }

    // MARK: - Recovering

    @Test mutating func `it is on trial when its time has come, and recovering since then`() {
        blog.fail(3)
        blog.wait(.seconds(30) - .milliseconds(1))
        #expect(blog.turn == .later(until: blog.condition.retryAt))
        blog.wait(.milliseconds(1))
        #expect(blog.turn == .onTrial)
        #expect(blog.state == .recovering)
        let due = blog.now
        blog.wait(.seconds(100))
        #expect(blog.condition.stateSince(at: blog.now) == due)
        blog.succeed()
        #expect(blog.condition.stateSince(at: blog.now) == due)
    }

    @Test mutating func `the first good one ends the incident, the second closes the circuit`() {
        blog.fail(3)
        blog.wait(.seconds(30))
        blog.succeed()
        #expect(blog.change == .ended(at: blog.now))
        #expect(blog.state == .recovering)
        #expect(blog.turn == .onTrial)
        blog.succeed()
        #expect(blog.change == nil)
        #expect(blog.state == .healthy)
        #expect(blog.turn == .now)
        #expect(blog.condition.opened == 0)
        #expect(blog.condition.retryAt == nil)
    }

    @Test mutating func `a fault between the two opens it anew, for longer, and another incident begins`() {
        blog.fail(3)
        blog.wait(.seconds(30))
        blog.succeed()
        blog.fail()
        #expect(blog.change == .began(run: [blog.condition.recent.last!]))
        #expect(blog.state == .down)
        #expect(blog.pause == .seconds(60))
    }

    @Test mutating func `once it is back it takes new faults to open it again`() {
        blog.fail(3)
        blog.succeed(2)
        blog.fail(2)
        #expect(blog.state == .degraded)
        blog.fail()
        #expect(blog.state == .down)
        #expect(blog.condition.opened == 1)
    }

    @Test mutating func `it is let back by whoever insists and is answered`() {
        blog.fail(3)
        blog.succeed()
        #expect(blog.change == .ended(at: blog.now))
        #expect(blog.turn == .onTrial)
    }

    // MARK: - Probes

    @Test(
        arguments: [
            .unreachable, .tls, .timeoutConnect, .timeoutFirstByte, .timeoutIdle, .timeoutTotal,
        ] as [ProviderAttempt.Outcome])
    mutating func `a probe lets back who could not be reached`(outcome: ProviderAttempt.Outcome) {
        blog.fail(3, outcome, status: nil)
        blog.succeed(2, kind: .probe)
        #expect(blog.state == .healthy)
    }

    @Test(
        arguments: [.empty, .http4xx, .http5xx, .badPayload, .torn, .tooLarge] as [ProviderAttempt.Outcome])
    mutating func `a probe does not let back whose chats failed otherwise`(outcome: ProviderAttempt.Outcome) {
        blog.fail(2, .unreachable)
        blog.fail(1, outcome)
        let before = blog.condition
        blog.succeed(5, kind: .probe)
        #expect(blog.condition == before)
        #expect(blog.change == nil)
        blog.succeed()
        #expect(blog.change == .ended(at: blog.now))
    }

    @Test mutating func `a probe lets back whose probes failed`() {
        blog.fail(3, .http5xx, kind: .probe)
        #expect(blog.state == .down)
        blog.succeed(2, kind: .probe)
        #expect(blog.state == .healthy)
    }

    @Test mutating func `with nothing to disprove a probe is as good as a chat`() {
        blog.succeed(kind: .probe)
        #expect(blog.state == .healthy)
    }

    // MARK: - Too many requests

    @Test mutating func `who wants fewer requests is degraded for five minutes, and not at fault`() {
        blog.succeed(5)
        blog.limit()
        let limited = blog.now
        #expect(blog.state == .degraded)
        #expect(blog.turn == .now)
        #expect(blog.condition.stateSince(at: blog.now) == limited)
        blog.wait(.seconds(300))
        #expect(blog.state == .healthy)
        #expect(blog.condition.stateSince(at: blog.now) == blog.now)
        let healed = blog.now
        blog.succeed()
        #expect(blog.condition.stateSince(at: blog.now) == healed)
    }

    @Test mutating func `who was limited before anything is degraded, and unknown again`() {
        blog.limit(as: .quota)
        #expect(blog.state == .degraded)
        blog.wait(.seconds(300))
        #expect(blog.state == .unknown)
        #expect(blog.condition.stateSince(at: blog.now) == nil)
    }

    @Test mutating func `who says for how long is asked after the others till then`() {
        blog.succeed()
        blog.limit(retryAfter: .seconds(3600))
        let end = blog.now.advanced(by: .seconds(3600))
        #expect(blog.turn == .later(until: end))
        blog.limit(retryAfter: .seconds(10))
        #expect(blog.turn == .later(until: end))
        blog.wait(.seconds(3598))
        #expect(blog.state == .degraded)
        blog.wait(.seconds(1))
        #expect(blog.state == .healthy)
        #expect(blog.turn == .now)
        blog.limit(retryAfter: .seconds(1_000_000))
        #expect(blog.turn == .later(until: blog.now.advanced(by: .seconds(24 * 3600))))
    }

    @Test mutating func `a limit puts the next trial off`() {
        blog.fail(3)
        blog.wait(.seconds(30))
        blog.limit(retryAfter: .seconds(600))
        #expect(blog.state == .down)
        #expect(blog.pause == .seconds(600))
        #expect(blog.condition.opened == 1)
        blog.wait(.seconds(600))
        #expect(blog.turn == .onTrial)
    }

    // MARK: - Wishes

    @Test mutating func `a limit's wish outlasts the faults that open the circuit`() {
        blog.limit(retryAfter: .seconds(3600))
        blog.fail(3)
        #expect(blog.turn == .later(until: blog.now.advanced(by: .seconds(3597))))
    }

    @Test mutating func `a wish of a fault that does not open the circuit is kept`() {
        blog.fail(retryAfter: .seconds(3600))
        #expect(blog.turn == .later(until: blog.now.advanced(by: .seconds(3600))))
        blog.fail(2)
        #expect(blog.turn == .later(until: blog.now.advanced(by: .seconds(3598))))
        blog.succeed(2)
        #expect(blog.turn == .later(until: blog.now.advanced(by: .seconds(3596))))
        blog.wait(.seconds(3596))
        #expect(blog.turn == .now && blog.state == .healthy)
    }

    @Test mutating func `what began before the circuit opened, or was half open, tells of that time`() {
        blog.fail(3)
        blog.end(.ok, .none, length: .seconds(60))
        #expect(blog.state == .down && blog.change == nil)
        blog.wait(.seconds(60))
        blog.succeed()
        let before = blog.condition
        for _ in 0..<10 { blog.end(.timeoutIdle, .provider, length: .seconds(90)) }
        #expect(blog.condition == before && blog.change == nil)
        blog.fail()
        #expect(blog.state == .down && blog.condition.opened == 2)
    }

    @Test(arguments: [.unreachable, .tls, .timeoutConnect, .timeoutTotal] as [ProviderAttempt.Outcome])
    mutating func `who was not answered wants a key still`(outcome: ProviderAttempt.Outcome) {
        blog.end(.auth, .config, status: 401)
        blog.fail(1, outcome, status: nil, retryAfter: .seconds(5))
        #expect(blog.condition.wantsKey)
    }

    @Test(arguments: [Int.max, .min])
    mutating func `counts that nobody could have reached are borne`(count: Int) {
        blog.fail(3)
        var condition = blog.condition
        (condition.opened, condition.good, condition.circuit) = (count, count, .halfOpen)
        var attempt = ProviderAttempt(
            id: AttemptID(rawValue: "x"), provider: "blog", model: nil, kind: .chat, startedAt: blog.now)
        (attempt.result.outcome, attempt.result.fault) = (.http5xx, .provider)
        var failed = condition
        _ = failed.take(attempt, at: blog.now, jitter: 0.5)
        #expect(failed.opened > 0 && failed.circuit == .open)
        (attempt.result.outcome, attempt.result.fault) = (.ok, .none)
        _ = condition.take(attempt, at: blog.now, jitter: 0.5)
        #expect(condition.circuit == (count == .max ? .closed : .halfOpen))
    }

    // MARK: - Clocks

    @Test mutating func `a clock that was set back makes nothing wait`() {
        blog.fail(3)
        blog.wait(.seconds(-3600))
        #expect(blog.turn == .onTrial)
        #expect(blog.state == .recovering)
        blog.fail()
        #expect(blog.pause == .seconds(60))
    }

    @Test mutating func `a clock that was set back ends a rest`() {
        blog.succeed()
        blog.limit(retryAfter: .seconds(3600))
        blog.wait(.seconds(-7200))
        #expect(blog.turn == .now)
        #expect(blog.state == .healthy)
        blog.limit(retryAfter: .seconds(60))
        #expect(blog.turn == .later(until: blog.now.advanced(by: .seconds(60))))
    }

    @Test mutating func `a time to come that nobody could have meant is not waited for`() {
        blog.fail(3)
        var condition = blog.condition
        condition.retryAt = blog.now.advanced(by: .seconds(24 * 3600 + 1))
        #expect(condition.turn(at: blog.now) == .onTrial)
    }
}
