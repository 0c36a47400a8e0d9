// How an attempt changes a provider's condition. The circuit is Envoy's and Nygard's breaker: closed, open, half open.

extension ProviderCondition {
    /// Takes in an attempt that has ended.
    ///
    /// - Parameters:
    ///   - now: Its end.
    ///   - jitter: From 0 to 1, at random: so that not all processes come back at once.
    /// - Returns: what it does to the provider's history of incidents; nil for nothing.
    package mutating func take(_ attempt: ProviderAttempt, at now: Timestamp, jitter: Double) -> IncidentChange? {
        let before = (state: state(at: now), since: stateSince(at: now), circuit: circuit)
        let change = fold(attempt, at: now, jitter: jitter)
        let state = state(at: now)
        if state != .unknown && !(before.circuit == .open && circuit == .open) {
            // What time alone has changed meanwhile has changed at its own moment.
            changedAt = state == before.state ? before.since ?? now : now
        }
        return change
    }

    private mutating func fold(_ attempt: ProviderAttempt, at now: Timestamp, jitter: Double) -> IncidentChange? {
        let verdict = Verdict(attempt)
        let rest = attempt.result.retryAfterMilliseconds.map {
            min(Duration.milliseconds(max($0, 0)), Self.longestRest)
        }
        switch attempt.bearing {
        case .nothing: return nil
        case .limited:
            heed(rest, at: now)
            limitedAt = now
            return nil
        case .good:
            // What began before the circuit opened tells of the time before.
            guard circuit != .open || !isOlder(verdict, at: now) else { return nil }
            guard attempt.kind != .probe || run.allSatisfy(\.canBeProbed) else { return nil }
            note(verdict)
            return succeed(at: now)
        case .fault:
            let isTrial = wasTrial(verdict, endingAt: now)
            heed(rest, at: now)
            // What hung while it was down, and ends only now, tells of that time.
            guard circuit != .halfOpen || !isOlder(verdict, at: now) else { return nil }
            note(verdict)
            return fail(verdict, isTrial: isTrial, at: now, jitter: jitter)
        case .refused:
            heed(rest, at: now)
            note(verdict)
            return refuse(verdict, at: now)
        }
    }

    private mutating func note(_ verdict: Verdict) {
        recent = (recent + [verdict]).suffix(Self.remembered)
    }

    private static var remembered: Int { 10 }

    /// It began before the circuit became what it is, or, half open, before the attempt that made it so.
    private func isOlder(_ verdict: Verdict, at now: Timestamp) -> Bool {
        guard var start = changedAt, start <= now else { return false }
        if circuit == .halfOpen, let good = recent.last(where: \.isGood)?.startedAt, good <= now {
            start = max(start, good)
        }
        return verdict.startedAt < start
    }

    // MARK: - Good

    private mutating func succeed(at now: Timestamp) -> IncidentChange? {
        switch circuit {
        case .closed: return nil
        case .open:
            circuit = .halfOpen
            good = 1
            return .ended(at: now)
        case .halfOpen:
            good = Self.next(after: good)
            if good >= Self.goodToClose { close() }
            return nil
        }
    }

    private static var goodToClose: Int { 2 }

    private mutating func close() {
        circuit = .closed
        opened = 0
        good = 0
        retryAt = nil
        // What lies behind it is no reason to open again.
        recent.removeAll { !$0.isGood }
    }

    // MARK: - Faults

    private mutating func fail(
        _ verdict: Verdict, isTrial: Bool, at now: Timestamp, jitter: Double
    ) -> IncidentChange? {
        switch circuit {
        case .closed:
            guard hasFailedTooOften else { return nil }
            open(at: now, jitter: jitter)
            // What was good between older faults was no part of it: it begins with the first fault since.
            return .began(run: Array(run))
        case .halfOpen:
            open(at: now, jitter: jitter)
            return .began(run: [verdict])
        case .open:
            // Otherwise someone would not wait. Their insistence does not put it off for the others.
            if isTrial { open(at: now, jitter: jitter) }
            return .grew(verdict)
        }
    }

    private var hasFailedTooOften: Bool {
        let faults = recent.count { !$0.isGood }
        return run.count >= Self.faultsInARow || recent.count >= Self.enough && faults * 2 >= recent.count
    }

    private static var faultsInARow: Int { 3 }
    /// Of how many verdicts a share says something.
    private static var enough: Int { 5 }

    private mutating func open(at now: Timestamp, jitter: Double) {
        circuit = .open
        opened = Self.next(after: opened)
        good = 0
        let doubled = Self.firstWait * (1 << min(opened - 1, 16))
        let pause = min(doubled, Self.longestWait) * (0.9 + 0.2 * min(max(jitter, 0), 1))
        let moment = now.advanced(by: pause)
        wait(until: max(moment, rest(at: now) ?? moment), at: now)
    }

    private static var firstWait: Duration { .seconds(30) }
    private static var longestWait: Duration { .seconds(600) }

    /// Never shortens a wait, but for one that a clock set back has made of it.
    private mutating func wait(until moment: Timestamp, at now: Timestamp) {
        if !isPutOff(at: now), let retryAt, retryAt >= moment { return }
        retryAt = moment
        decidedAt = now
    }

    /// One more, whatever a file that was meddled with holds.
    private static func next(after count: Int) -> Int { min(max(count, 0), .max - 1) + 1 }

    /// It began when the circuit's time had come, and not before; or there was no such time, as a key was wanted, and it has
    /// come further than that: it was answered.
    private func wasTrial(_ verdict: Verdict, endingAt now: Timestamp) -> Bool {
        guard let retryAt else { return verdict.httpStatus != nil }
        return verdict.startedAt >= retryAt || isPutOff(at: now)
    }

    /// Trying again of oneself is no use without another key.
    private mutating func refuse(_ verdict: Verdict, at now: Timestamp) -> IncidentChange {
        let wasOpen = circuit == .open
        if !wasOpen { opened = Self.next(after: opened) }
        circuit = .open
        good = 0
        (retryAt, decidedAt) = (nil, now)
        return wasOpen ? .grew(verdict) : .began(run: [verdict])
    }

    // MARK: - Its own wish

    /// It wants to be left alone for so long, whether it is at fault or limited. A later wish shortens none before.
    private mutating func heed(_ wish: Duration?, at now: Timestamp) {
        // What a clock that was set back has left is void.
        if let limitedAt, limitedAt > now { (self.limitedAt, restUntil) = (nil, nil) }
        guard let wish, wish > .zero else { return }
        let moment = now.advanced(by: wish)
        restUntil = max(rest(at: now) ?? moment, moment)
        if circuit == .open && retryAt != nil {
            wait(until: moment, at: now)
        } else {
            if isPutOff(at: now) { retryAt = nil }
            decidedAt = now
        }
    }
}

// MARK: - What speaks against it

extension ProviderCondition {
    /// The faults since the last good one, the oldest first.
    private var run: ArraySlice<Verdict> {
        recent[(recent.lastIndex(where: \.isGood).map { $0 + 1 } ?? 0)...]
    }

    /// Why it stays down though a probe is good: the newest fault of which only a chat tells that it is over. nil where
    /// there is none, or it is not down.
    package var faultBeyondProbes: Verdict? {
        circuit == .open ? run.last { !$0.canBeProbed } : nil
    }
}

extension ProviderCondition.Verdict {
    /// Whether a probe tells that it is over: a probe finds the way to the other side and, with a key, in; not whether
    /// anybody answers there.
    fileprivate var canBeProbed: Bool {
        switch outcome {
        case .unreachable, .tls, .timeoutConnect, .timeoutFirstByte, .timeoutIdle, .timeoutTotal, .auth: true
        default: kind == .probe
        }
    }
}
