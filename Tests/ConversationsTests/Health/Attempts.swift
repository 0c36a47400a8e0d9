import Conversations

/// Attempts on one provider, one after the other, as the rules about its condition are told.
struct Attempts {
    private(set) var condition = ProviderCondition()
    /// What came of the last one for the history of incidents.
    private(set) var change: IncidentChange?
    private(set) var now: Timestamp
    private var count = 0

    init(at start: Timestamp = Timestamp(rawValue: 1_000_000_000)) {
        now = start
    }

    /// Time goes by, or, below zero, the clock is set back.
    mutating func wait(_ duration: Duration) {
        now = now.advanced(by: duration)
    }

    var state: ProviderState { condition.state(at: now) }
    var turn: ProviderTurn { condition.turn(at: now) }
    /// How long until it may be tried again; nil where that is not said.
    var pause: Duration? { condition.retryAt.map { .milliseconds($0.rawValue - now.rawValue) } }

    /// Good ones, one a second.
    mutating func succeed(_ times: Int = 1, kind: ProviderAttempt.Kind = .chat) {
        for _ in 0..<times { end(.ok, .none, kind: kind) }
    }

    /// Faults of the provider's, one a second.
    mutating func fail(
        _ times: Int = 1, _ outcome: ProviderAttempt.Outcome = .http5xx, kind: ProviderAttempt.Kind = .chat,
        status: Int? = 503, retryAfter: Duration? = nil, jitter: Double = 0.5
    ) {
        for _ in 0..<times {
            end(outcome, .provider, kind: kind, status: status, retryAfter: retryAfter, jitter: jitter)
        }
    }

    mutating func limit(retryAfter: Duration? = nil, as outcome: ProviderAttempt.Outcome = .rateLimited) {
        end(outcome, .limit, status: 429, retryAfter: retryAfter)
    }

    /// - Parameter length: It began so long before its end. A second passes before it ends.
    mutating func end(
        _ outcome: ProviderAttempt.Outcome, _ fault: ProviderAttempt.Fault, kind: ProviderAttempt.Kind = .chat,
        status: Int? = nil, retryAfter: Duration? = nil, length: Duration = .zero, jitter: Double = 0.5
    ) {
        wait(.seconds(1))
        count += 1
        var attempt = ProviderAttempt(
            id: AttemptID(rawValue: "\(count)"), provider: "blog", model: nil, kind: kind,
            startedAt: now.advanced(by: .zero - length))
        attempt.result.outcome = outcome
        attempt.result.fault = fault
        attempt.result.httpStatus = status
        attempt.result.retryAfterMilliseconds = retryAfter?.milliseconds
        change = condition.take(attempt, at: now, jitter: jitter)
    }
}
