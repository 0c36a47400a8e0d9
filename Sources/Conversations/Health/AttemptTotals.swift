/// How many attempts there were, each with its sort and its end, and how long replies took.
package struct AttemptTotals: Equatable, Sendable {
    package struct Key: Hashable, Sendable {
        package var provider: String
        package var kind: ProviderAttempt.Kind
        package var outcome: ProviderAttempt.Outcome

        package init(provider: String, kind: ProviderAttempt.Kind, outcome: ProviderAttempt.Outcome) {
            self.provider = provider
            self.kind = kind
            self.outcome = outcome
        }
    }

    package var counts: [Key: Int] = [:]
    /// By provider, of chat attempts that ended well.
    package var firstText: [String: LatencyHistogram] = [:]
    package var duration: [String: LatencyHistogram] = [:]

    package init() {}

    package mutating func add(_ other: AttemptTotals) {
        for (key, count) in other.counts { counts[key, default: 0] += count }
        for (provider, histogram) in other.firstText { firstText[provider, default: .init()].add(histogram) }
        for (provider, histogram) in other.duration { duration[provider, default: .init()].add(histogram) }
    }
}
