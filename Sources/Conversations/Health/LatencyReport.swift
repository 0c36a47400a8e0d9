/// How long one provider's good replies took, from a moment until now.
package struct LatencyReport: Equatable, Sendable {
    /// One measure of them.
    package struct Distribution: Equatable, Sendable {
        package var percentiles: Percentiles
        /// How many lay where; those of no range are none.
        package var histogram: LatencyHistogram

        package init(percentiles: Percentiles, histogram: LatencyHistogram) {
            self.percentiles = percentiles
            self.histogram = histogram
        }
    }

    package var provider: String
    /// As in ``HealthReport``.
    package var since: Timestamp
    package var now: Timestamp
    /// Until the first text; nil where there was no good reply.
    package var firstText: Distribution?
    /// Until the end.
    package var duration: Distribution?

    package init(provider: String, since: Timestamp, now: Timestamp) {
        self.provider = provider
        self.since = since
        self.now = now
    }
}
