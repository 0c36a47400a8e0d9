/// A time in which a provider, or this machine's network, did not work.
package struct ProviderIncident: Equatable, Sendable {
    /// nil for this machine's network.
    package var provider: String?
    /// The start of its first fault.
    package var startedAt: Timestamp
    /// The end of the first good attempt after it; nil while it goes on.
    package var endedAt: Timestamp?
    /// The most frequent of its faults.
    package var cause: ProviderAttempt.Outcome
    package var httpStatus: Int?
    /// How many attempts it cost, and how many chats they were made for.
    package var attempts: Int
    package var chats: Int

    package init(
        provider: String?, startedAt: Timestamp, endedAt: Timestamp?, cause: ProviderAttempt.Outcome,
        httpStatus: Int?, attempts: Int, chats: Int
    ) {
        self.provider = provider
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.cause = cause
        self.httpStatus = httpStatus
        self.attempts = attempts
        self.chats = chats
    }
}

/// Which incidents are asked for, and how many at most.
package struct IncidentQuery: Equatable, Sendable {
    /// Of these providers, without the network's; empty for all.
    package var providers: [String] = []
    /// Those that went on then or began later.
    package var since: Timestamp
    /// At least 1.
    package var limit: Int

    package init(since: Timestamp, limit: Int) {
        self.since = since
        self.limit = limit
    }
}
