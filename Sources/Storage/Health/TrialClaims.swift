internal import Conversations
internal import SQLite

extension Connection {
    /// Takes the lease for trying a provider that is down, unless another holds it or its turn is another by now.
    func claimTrial(of provider: String, for attempt: AttemptID, now: Timestamp, until: Timestamp) throws -> Bool {
        // One that its process has left is no trial any more.
        if try readableConditionRow(of: provider)?.trial != nil { try closeAbandonedAttempts(at: now) }
        // Of one that cannot be read nothing is known against the provider.
        var row = try conditionRowToGoOn(of: provider, at: now)
        guard row.condition.turn(at: now) == .onTrial else { return false }
        if let trial = row.trial, trial.attempt != attempt, try holds(trial, at: now) { return false }
        row.trial = ConditionRow.Trial(attempt: attempt, since: now, until: until)
        try write(row, of: provider)
        return true
    }

    /// Within this time an attempt is written down that has the lease: otherwise its process has died before.
    private static let longestBeforeAttempt = Duration.seconds(60)

    private func holds(_ trial: ConditionRow.Trial, at now: Timestamp) throws -> Bool {
        guard trial.holds(at: now) else { return false }
        return try now < trial.since.advanced(by: Self.longestBeforeAttempt)
            || firstText(Self.isAttemptQuery, trial.attempt.rawValue) != nil
    }

    static let isAttemptQuery = "SELECT id FROM provider_attempts WHERE id = ?1"
}
