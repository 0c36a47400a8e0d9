internal import Conversations

/// What all attempts there ever were have come to, so that neither a new start nor what other programs do is missed.
///
/// Hours that lie behind are read once; the last ones each time.
actor AttemptCounters {
    private let store: any ProviderHealth
    private var settled = AttemptTotals()
    /// Up to which full hour that goes; nil before anything was read.
    private var settledUntil: Timestamp?
    /// What has been told, below which no counter goes: attempts may be taken back.
    private var told: [AttemptTotals.Key: Int] = [:]

    /// An attempt counts in the hour in which it began, and ends within these.
    private static let openHours: Int64 = 48
    private static let hour: Int64 = 3_600_000

    init(store: any ProviderHealth) {
        self.store = store
    }

    func totals(now: Timestamp) async throws -> AttemptTotals {
        try await settle(until: Timestamp(rawValue: (now.rawValue / Self.hour - Self.openHours) * Self.hour))
        let (settled, edge) = (settled, settledUntil)
        var totals = try await store.totals(begunSince: edge, before: nil)
        totals.add(settled)
        for (key, count) in told where totals.counts[key, default: 0] < count { totals.counts[key] = count }
        told = totals.counts
        return totals
    }

    private func settle(until edge: Timestamp) async throws {
        let before = settledUntil
        if let before, edge <= before { return }
        let behind = try await store.totals(begunSince: before, before: edge)
        // Another may have done it meanwhile.
        guard settledUntil == before else { return }
        settled.add(behind)
        settledUntil = edge
    }
}
