/// Which attempts are asked for, and how many.
package struct AttemptQuery: Equatable, Sendable {
    /// Of these providers; empty for all.
    package var providers: [String] = []
    /// Begun then or later.
    package var since: Timestamp?
    /// Begun before then.
    package var until: Timestamp?
    /// Ended so; nil for any way.
    package var outcome: ProviderAttempt.Outcome?
    package var kind: ProviderAttempt.Kind?
    /// Who asks: of attempts made for others' chats, neither the message nor the other side's words, which may quote it, are
    /// told. Nil where all of them may be.
    package var asker: Owner?
    /// Older than this one: what the page before ended with.
    package var before: AttemptID?
    /// At least 1.
    package var limit: Int

    package init(limit: Int) {
        self.limit = limit
    }
}

/// Some attempts, the newest first, and where to go on.
package struct AttemptPage: Equatable, Sendable {
    package var attempts: [ProviderAttempt]
    /// The last of them where there are more; nil at the end.
    package var next: AttemptID?

    package init(attempts: [ProviderAttempt], next: AttemptID?) {
        self.attempts = attempts
        self.next = next
    }
}
