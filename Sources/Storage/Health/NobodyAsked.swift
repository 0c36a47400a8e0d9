package import Conversations

extension HealthReport {
    /// What there is to tell where nothing has been kept yet.
    package static func ofNobodyAsked(_ query: HealthQuery) -> HealthReport {
        let window = HealthWindow(since: query.since, now: query.now, keptSince: nil, hoursAreWhole: true)
        return HealthReport(
            since: window.since, now: window.now,
            providers: query.providers.map { provider in
                ProviderSummary(provider: provider, state: .unknown, counts: AttemptCounts(), slots: window.slots)
            })
    }
}
