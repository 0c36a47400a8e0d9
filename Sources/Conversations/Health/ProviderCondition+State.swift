// What a provider's condition means at a moment. Time alone makes an open circuit due and a rest end; a clock that was
// set back never makes anything wait for longer than it would have.

extension ProviderCondition {
    /// How it stands now.
    package func state(at now: Timestamp) -> ProviderState {
        switch circuit {
        case .open: return isWaiting(at: now) ? .down : .recovering
        case .halfOpen: return .recovering
        case .closed:
            if isLimited(at: now) { return .degraded }
            if recent.isEmpty { return .unknown }
            return recent.suffix(Self.tellingOfState).allSatisfy(\.isGood) ? .healthy : .degraded
        }
    }

    private static var tellingOfState: Int { 5 }

    /// Since when it stands as it does now; nil where no attempt has told yet. A provider is down since its circuit opened,
    /// however often it was tried since.
    package func stateSince(at now: Timestamp) -> Timestamp? {
        guard let changedAt else { return nil }
        var since = changedAt
        switch state(at: now) {
        case .unknown: return nil
        case .recovering:
            if circuit == .open, !isPutOff(at: now), let retryAt { since = max(since, retryAt) }
        case .healthy:
            if let end = limitEnd, end <= now { since = max(since, end) }
        case .degraded, .down: break
        }
        return min(since, now)
    }

    /// It is tried no more of itself: it wants a key.
    package var wantsKey: Bool { circuit == .open && retryAt == nil }

    /// The newest fault that is remembered: why it is down.
    package var newestFault: Verdict? { recent.last { !$0.isGood } }

    // MARK: - What is waited for

    /// Its circuit is open, and its time has not come.
    private func isWaiting(at now: Timestamp) -> Bool {
        guard let retryAt else { return true }
        return now < retryAt && !isPutOff(at: now)
    }

    /// The clock was set back: the time to wait for is one of another clock.
    func isPutOff(at now: Timestamp) -> Bool {
        guard let retryAt else { return false }
        return decidedAt.map { now < $0 } ?? false || retryAt > now.advanced(by: Self.longestRest)
    }

    /// Until when it wants no requests; nil where it wants them, or its wish is one of another clock.
    package func rest(at now: Timestamp) -> Timestamp? {
        guard let restUntil, now < restUntil, restUntil <= now.advanced(by: Self.longestRest),
            limitedAt.map({ $0 <= now }) ?? true, decidedAt.map({ $0 <= now }) ?? true
        else { return nil }
        return restUntil
    }

    private func isLimited(at now: Timestamp) -> Bool {
        if rest(at: now) != nil { return true }
        guard let limitedAt, limitedAt <= now else { return false }
        return now < limitedAt.advanced(by: Self.limitLasts)
    }

    private var limitEnd: Timestamp? {
        guard let end = limitedAt?.advanced(by: Self.limitLasts) else { return restUntil }
        return max(end, restUntil ?? end)
    }

    private static var limitLasts: Duration { .seconds(300) }
}
