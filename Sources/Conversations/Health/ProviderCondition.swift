/// What is kept of a provider's attempts to tell how it stands: a pure function of the condition before, an attempt that
/// has ended, and the time.
///
/// The rules and where they are from: Docs/Health.md.
package struct ProviderCondition: Equatable, Sendable {
    /// An attempt that counted, for or against the provider.
    package struct Verdict: Equatable, Sendable {
        package var id: AttemptID
        package var startedAt: Timestamp
        package var kind: ProviderAttempt.Kind
        package var outcome: ProviderAttempt.Outcome
        package var httpStatus: Int?

        package var isGood: Bool { outcome == .ok }

        package init(
            id: AttemptID, startedAt: Timestamp, kind: ProviderAttempt.Kind, outcome: ProviderAttempt.Outcome,
            httpStatus: Int?
        ) {
            self.id = id
            self.startedAt = startedAt
            self.kind = kind
            self.outcome = outcome
            self.httpStatus = httpStatus
        }

        init(_ attempt: ProviderAttempt) {
            self.init(
                id: attempt.id, startedAt: attempt.startedAt, kind: attempt.kind, outcome: attempt.result.outcome,
                httpStatus: attempt.result.httpStatus)
        }
    }

    /// Of the breaker that stands before the provider.
    package enum Circuit: String, Sendable {
        case closed
        case open
        /// One attempt was good since it was open.
        case halfOpen = "half_open"
    }

    /// The newest ten that counted, the oldest first.
    package var recent: [Verdict] = []
    package var circuit = Circuit.closed
    /// Since when it stands as the last attempt has left it; nil where none has told. A trial that fails leaves it as it was.
    package var changedAt: Timestamp?
    /// How often in a row the circuit has opened; 0 once it is closed.
    package var opened = 0
    /// How many were good in a row since it was open.
    package var good = 0
    /// When an open circuit may be tried again; nil where only a person's wish tries it: it wants a key.
    package var retryAt: Timestamp?
    /// When the last wait was decided: a clock that stands before has been set back, and nothing is waited for.
    package var decidedAt: Timestamp?
    /// When it last wanted fewer requests, and until when it, limited or at fault, wants none.
    package var limitedAt: Timestamp?
    package var restUntil: Timestamp?

    package init() {}

    /// Nothing is waited for longer, whatever a server says or a clock that was set back makes of it: a day.
    package static let longestRest = Duration.seconds(24 * 3600)
}

/// What an attempt does to the history of incidents.
package enum IncidentChange: Equatable, Sendable {
    /// The provider is down: an incident begins, whose faults so far are these, the oldest first.
    case began(run: [ProviderCondition.Verdict])
    /// One more fault of the incident that is open.
    case grew(ProviderCondition.Verdict)
    /// The first good attempt ended it.
    case ended(at: Timestamp)
}
