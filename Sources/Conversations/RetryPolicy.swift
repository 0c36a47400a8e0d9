/// When to ask a provider again, and when to go to the next. A value without a clock.
///
/// The same provider is asked again at most twice, after a wait that doubles and is jittered, and only where that may
/// mend it; all waits of an exchange together stay within five seconds, so that a longer wish of the other side ends its
/// turn. What a provider has learned to do otherwise is tried at once.
struct RetryPolicy {
    static let maximumRetries = 2
    static let maximumLessons = 4
    static let firstWait = Duration.milliseconds(500)
    static let maximumWait = Duration.seconds(5)

    enum Step: Equatable {
        case again(after: Duration)
        case another
        case giveUp
    }

    private var waited = Duration.zero
    private var retries = 0
    private var lessons = 0
    private var hasRenewedNonce = false

    /// What to do after a failure before any text.
    ///
    /// - Parameter jitter: From 0 to 1, at random.
    mutating func step(after error: ProviderError, jitter: Double) -> Step {
        switch error.remedy {
        case .none: return .giveUp
        case .another: return .another
        case .again:
            if error.cause == .nonceRejected {
                guard !hasRenewedNonce else { return .another }
                hasRenewedNonce = true
            } else {
                guard lessons < Self.maximumLessons else { return .another }
                lessons += 1
            }
            return .again(after: .zero)
        case .patience:
            guard retries < Self.maximumRetries else { return .another }
            let backoff = Self.firstWait * (1 << retries) * (0.5 + jitter / 2)
            let wait = max(backoff, error.retryAfter ?? .zero)
            guard waited + wait <= Self.maximumWait else { return .another }
            retries += 1
            waited += wait
            return .again(after: wait)
        }
    }

    /// The next provider's turn: it has its own tries, but no new time.
    mutating func turn() {
        retries = 0
        lessons = 0
        hasRenewedNonce = false
    }
}
