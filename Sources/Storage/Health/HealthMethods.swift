package import Conversations
internal import SQLite

// What is known of how providers do, each promise one transaction of the connection's.
extension SQLiteConversationStore: ProviderHealth {
    package func conditions(of providers: [String]) async throws(StoreError) -> [String: ProviderCondition] {
        try await reading { connection in
            var conditions: [String: ProviderCondition] = [:]
            for provider in providers {
                conditions[provider] = try connection.readableConditionRow(of: provider)?.condition
            }
            return conditions
        }
    }

    package func claimTrial(
        of provider: String, for attempt: AttemptID, now: Timestamp, until: Timestamp
    ) async throws(StoreError) -> Bool {
        // Who waits for its turn no longer wants it.
        try await writing(heedingCancellation: true) { [surroundings] connection in
            // The wait for the file's lock may have lasted: a lease counts from the moment at which it is written.
            let waited = max(surroundings.now().rawValue - now.rawValue, 0)
            return try connection.claimTrial(
                of: provider, for: attempt, now: now.advanced(byMilliseconds: waited),
                until: until.advanced(byMilliseconds: waited))
        }
    }

    package func health(_ query: HealthQuery) async throws(StoreError) -> HealthReport {
        try await reading { try $0.health(query) }
    }

    package func latency(
        of provider: String, since: Timestamp, now: Timestamp
    ) async throws(StoreError) -> LatencyReport {
        try await reading { try $0.latency(of: provider, since: since, now: now) }
    }

    package func series(_ query: HealthSeriesQuery) async throws(StoreError) -> HealthSeries {
        try await reading { try $0.series(query) }
    }

    package func totals(begunSince start: Timestamp?, before end: Timestamp?) async throws(StoreError) -> AttemptTotals
    {
        try await reading { try $0.totals(begunSince: start, before: end) }
    }

    package func incidents(matching query: IncidentQuery) async throws(StoreError) -> [ProviderIncident] {
        try await reading { try $0.incidents(matching: query) }
    }

    package func attempts(matching query: AttemptQuery) async throws(StoreError) -> AttemptPage {
        try await reading { [surroundings] in try $0.attempts(matching: query, now: surroundings.now()) }
    }

    package func pruneAttempts(begunBefore moment: Timestamp) async throws(StoreError) {
        try await maintaining { [surroundings] connection in
            try connection.pruneAttempts(begunBefore: moment, now: surroundings.now())
        }
    }
}
