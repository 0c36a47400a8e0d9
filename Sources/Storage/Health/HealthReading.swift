internal import Conversations
internal import SQLite

extension Connection {
    func health(_ query: HealthQuery) throws -> HealthReport {
        let window = try window(since: query.since, now: query.now)
        var summaries: [ProviderSummary] = []
        for provider in query.providers { summaries.append(try summary(of: provider, in: window, as: query.asker)) }
        if query.includesOthers {
            for provider in try askedProviders() where !query.providers.contains(provider) {
                let summary = try summary(of: provider, in: window, as: query.asker)
                if summary.counts.all > 0 { summaries.append(summary) }
            }
        }
        return HealthReport(
            since: window.since, now: window.now, providers: summaries, networkDownSince: try networkDownSince())
    }

    func latency(of provider: String, since: Timestamp, now: Timestamp) throws -> LatencyReport {
        let window = try window(since: since, now: now)
        let tally = try tally(of: provider, in: window)
        var report = LatencyReport(provider: provider, since: window.since, now: window.now)
        report.firstText = tally.firstText.distribution
        report.duration = tally.duration.distribution
        return report
    }

    static let keptSinceQuery = "SELECT begun_before FROM attempt_pruning WHERE only = 1"

    private func window(since: Timestamp, now: Timestamp) throws(SQLiteError) -> HealthWindow {
        let statement = try prepared(Self.keptSinceQuery)
        defer { statement.reset() }
        let keptSince = try statement.step() ? Timestamp(rawValue: statement.integer(0)) : nil
        return HealthWindow(
            since: since, now: now, keptSince: keptSince, hoursAreWhole: try position(of: .reckon) == nil)
    }

    static let nextProviderQuery =
        "SELECT provider FROM provider_hours WHERE provider > ?1 ORDER BY provider LIMIT 1"

    /// Each provider that was ever asked, by name.
    func askedProviders() throws(SQLiteError) -> [String] {
        let statement = try prepared(Self.nextProviderQuery)
        defer { statement.reset() }
        var providers: [String] = []
        try statement.bind("")
        while try statement.step() {
            let provider = statement.text(0)
            providers.append(provider)
            statement.reset()
            try statement.bind(provider)
        }
        return providers
    }

    private func summary(
        of provider: String, in window: HealthWindow, as asker: Owner?
    ) throws -> ProviderSummary {
        let tally = try tally(of: provider, in: window)
        // Of one that cannot be read, how it stands is not known; what it did is.
        let row = try readableConditionRow(of: provider)
        let condition = row?.condition ?? ProviderCondition()
        var summary = ProviderSummary(
            provider: provider, state: condition.state(at: window.now), counts: tally.counts, slots: tally.slots)
        summary.stateSince = condition.stateSince(at: window.now)
        summary.retryAt = summary.state == .down ? condition.retryAt : condition.rest(at: window.now)
        summary.firstText = tally.firstText.percentiles
        summary.duration = tally.duration.percentiles
        guard let row else { return summary }
        summary.availability = try availability(of: provider, askedSince: row.firstAt, in: window)
        summary.lastOKAt = row.okAt
        summary.lastError = try lastError(of: row, as: asker)
        return summary
    }

    private func availability(
        of provider: String, askedSince first: Timestamp?, in window: HealthWindow
    ) throws(SQLiteError) -> Double? {
        guard let first, first < window.now, window.since < window.now else { return nil }
        let observed = max(first, window.since).rawValue..<window.now.rawValue
        let down = try timeDown(of: provider, within: observed)
        return 1 - Double(down) / Double(observed.upperBound - observed.lowerBound)
    }

    static let errorTextQuery =
        "SELECT error_text FROM provider_attempts WHERE id = ?1 AND (?2 IS NULL OR owner IS NULL OR owner = ?2)"

    private func lastError(
        of row: ConditionRow, as asker: Owner?
    ) throws(SQLiteError) -> ProviderSummary.LastError? {
        guard let error = row.error else { return nil }
        return ProviderSummary.LastError(
            at: error.at, outcome: error.outcome, httpStatus: error.httpStatus,
            text: try firstText(Self.errorTextQuery, error.attempt.rawValue, asker?.rawValue))
    }
}

extension Latencies {
    fileprivate var distribution: LatencyReport.Distribution? {
        percentiles.map { LatencyReport.Distribution(percentiles: $0, histogram: histogram) }
    }
}
