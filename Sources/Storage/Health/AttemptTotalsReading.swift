internal import Conversations
internal import SQLite

extension Connection {
    static let totalsQuery = """
        SELECT kind, outcome, n, kind = 'chat' AND outcome = 'ok', first_text, duration FROM provider_hours
        WHERE provider = ?1 AND hour >= ?2 AND hour < ?3
        """

    /// Attempts of all providers by what they were for and how they ended, of whole hours.
    func totals(begunSince start: Timestamp?, before end: Timestamp?) throws(SQLiteError) -> AttemptTotals {
        let hours = (start.map(HourKey.hour) ?? .min, end.map(HourKey.hour) ?? .max)
        var totals = AttemptTotals()
        for provider in try askedProviders() {
            let statement = try prepared(Self.totalsQuery)
            defer { statement.reset() }
            try statement.bind(provider, hours.0, hours.1)
            while try statement.step() {
                // What cannot be read is left out. A check of the file tells of it.
                guard let kind = ProviderAttempt.Kind(rawValue: statement.text(0)),
                    let outcome = ProviderAttempt.Outcome(rawValue: statement.text(1)),
                    HourCount.range.contains(statement.integer(2))
                else { continue }
                let key = AttemptTotals.Key(provider: provider, kind: kind, outcome: outcome)
                totals.counts[key, default: 0] += Int(statement.integer(2))
                guard statement.integer(3) != 0 else { continue }
                if let firstText = LatencyHistogram(bytes: statement.bytes(4)) {
                    totals.firstText[provider, default: LatencyHistogram()].add(firstText)
                }
                if let duration = LatencyHistogram(bytes: statement.bytes(5)) {
                    totals.duration[provider, default: LatencyHistogram()].add(duration)
                }
            }
        }
        return totals
    }
}
