/// What is asked of the health history: how these providers did, from a moment until now.
package struct HealthQuery: Equatable, Sendable {
    /// In the order in which they are reported; each is, whether it was ever asked or not.
    package var providers: [String]
    /// Providers that are not among them and were asked since then come after them, by name.
    package var includesOthers: Bool
    package var since: Timestamp
    package var now: Timestamp
    /// As in ``AttemptQuery``.
    package var asker: Owner?

    package init(
        providers: [String], includesOthers: Bool = false, since: Timestamp, now: Timestamp, asker: Owner? = nil
    ) {
        self.providers = providers
        self.includesOthers = includesOthers
        self.since = since
        self.now = now
        self.asker = asker
    }

    /// Windows longer than this are reckoned by whole hours, and their percentiles from histograms.
    package static let longestExact = Duration.seconds(30 * 24 * 3600)
}

/// Attempts that asked for an answer, by how they ended. Those for a nonce serve others, which count.
package struct AttemptCounts: Equatable, Sendable {
    package var ok = 0
    /// The provider's own.
    package var faults = 0
    /// Refused for their number.
    package var limited = 0
    /// Nobody's that bears on the provider: stopped, refused for what was said, without a key, without a network.
    package var other = 0

    package init(ok: Int = 0, faults: Int = 0, limited: Int = 0, other: Int = 0) {
        self.ok = ok
        self.faults = faults
        self.limited = limited
        self.other = other
    }

    package var all: Int { ok.saturatingSum(faults).saturatingSum(limited).saturatingSum(other) }
    /// Those that tell whether the provider works.
    package var counted: Int { ok.saturatingSum(faults) }
    /// From 0 to 1; nil where nothing tells.
    package var success: Double? { counted == 0 ? nil : Double(ok) / Double(counted) }

    package static func += (one: inout AttemptCounts, other: AttemptCounts) {
        one.ok = one.ok.saturatingSum(other.ok)
        one.faults = one.faults.saturatingSum(other.faults)
        one.limited = one.limited.saturatingSum(other.limited)
        one.other = one.other.saturatingSum(other.other)
    }
}

extension Int {
    /// A damaged file has numbers that nobody has counted: no sum of them ends the program.
    fileprivate func saturatingSum(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}

/// A part of a window of time, and what was tried in it.
package struct HealthSlot: Equatable, Sendable {
    /// It lasts until the next one's start, the last until now.
    package var start: Timestamp
    package var counts: AttemptCounts

    package init(start: Timestamp, counts: AttemptCounts = AttemptCounts()) {
        self.start = start
        self.counts = counts
    }
}

/// Some percentiles by the nearest rank, in milliseconds.
package struct Percentiles: Equatable, Sendable {
    package var p50: Int64
    package var p75: Int64
    package var p90: Int64
    package var p95: Int64
    package var p99: Int64
    /// Of how many lengths of time.
    package var count: Int
    /// Otherwise they are from histograms, and at most 1/32 from the truth.
    package var isExact: Bool

    package init(p50: Int64, p75: Int64, p90: Int64, p95: Int64, p99: Int64, count: Int, isExact: Bool) {
        self.p50 = p50
        self.p75 = p75
        self.p90 = p90
        self.p95 = p95
        self.p99 = p99
        self.count = count
        self.isExact = isExact
    }
}

/// How one provider did.
package struct ProviderSummary: Equatable, Sendable {
    package struct LastError: Equatable, Sendable {
        package var at: Timestamp
        package var outcome: ProviderAttempt.Outcome
        package var httpStatus: Int?
        /// The other side's words, as long as the attempt is kept.
        package var text: String?

        package init(at: Timestamp, outcome: ProviderAttempt.Outcome, httpStatus: Int?, text: String?) {
            self.at = at
            self.outcome = outcome
            self.httpStatus = httpStatus
            self.text = text
        }
    }

    package var provider: String
    package var state: ProviderState
    /// Since when; nil where it is not known.
    package var stateSince: Timestamp?
    /// When a provider that is down is tried again of itself.
    package var retryAt: Timestamp?
    /// The share of the observed part of the window, from 0 to 1, in which no incident was open; nil where it was not
    /// observed at all.
    package var availability: Double?
    package var counts: AttemptCounts
    /// Of chat attempts that ended well.
    package var firstText: Percentiles?
    package var duration: Percentiles?
    /// Ever.
    package var lastOKAt: Timestamp?
    /// Ever; what the user or this machine brought about is none.
    package var lastError: LastError?
    /// The oldest first; together they are the whole window.
    package var slots: [HealthSlot]

    package init(provider: String, state: ProviderState, counts: AttemptCounts, slots: [HealthSlot]) {
        self.provider = provider
        self.state = state
        self.counts = counts
        self.slots = slots
    }
}

package struct HealthReport: Equatable, Sendable {
    /// The window's start: as asked, or the full hour before in windows that are reckoned by hours.
    package var since: Timestamp
    package var now: Timestamp
    package var providers: [ProviderSummary]
    /// Since when this machine's own network seems to be down; nil where it does not.
    package var networkDownSince: Timestamp?

    package init(
        since: Timestamp, now: Timestamp, providers: [ProviderSummary], networkDownSince: Timestamp? = nil
    ) {
        self.since = since
        self.now = now
        self.providers = providers
        self.networkDownSince = networkDownSince
    }
}
