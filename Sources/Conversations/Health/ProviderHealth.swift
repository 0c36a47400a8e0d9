/// What is known of how providers do, shared by all processes. It is kept as attempts end: nothing has to be reckoned up.
///
/// Each method is one transaction.
package protocol ProviderHealth: Sendable {
    /// How these providers stand; who was never asked is not among them.
    func conditions(of providers: [String]) async throws(StoreError) -> [String: ProviderCondition]
    /// Asks to be the one that tries a provider whose turn is ``ProviderTurn/onTrial``. The trial is over when its attempt
    /// is closed, or its time has run out.
    ///
    /// - Parameters:
    ///   - attempt: The one that is about to begin. It may ask again, to have longer, or to give the trial up.
    ///   - until: When others may try if we say nothing more.
    /// - Returns: false where another is at it, or the provider's turn is another by now.
    func claimTrial(
        of provider: String, for attempt: AttemptID, now: Timestamp, until: Timestamp
    ) async throws(StoreError) -> Bool

    /// How providers did over a time.
    func health(_ query: HealthQuery) async throws(StoreError) -> HealthReport
    func latency(of provider: String, since: Timestamp, now: Timestamp) async throws(StoreError) -> LatencyReport
    /// How a provider did from step to step.
    func series(_ query: HealthSeriesQuery) async throws(StoreError) -> HealthSeries
    /// How many attempts began then or later, and before an hour: both are full hours.
    func totals(begunSince start: Timestamp?, before end: Timestamp?) async throws(StoreError) -> AttemptTotals
    /// The latest first.
    func incidents(matching query: IncidentQuery) async throws(StoreError) -> [ProviderIncident]
    /// The newest first. One whose end nobody can write down any more stands as aborted.
    func attempts(matching query: AttemptQuery) async throws(StoreError) -> AttemptPage

    /// Does away with attempts that began before a moment, some thousands at the most; what is reckoned of them stays.
    /// Where that was done within the hour, and nothing was left over, it does nothing.
    func pruneAttempts(begunBefore moment: Timestamp) async throws(StoreError)
}
