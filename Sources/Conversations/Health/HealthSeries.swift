/// What is asked for of how one provider did, step by step.
package struct HealthSeriesQuery: Equatable, Sendable {
    package var provider: String
    package var since: Timestamp
    /// Attempts that began before.
    package var until: Timestamp
    /// Steps are so long, and begin at multiples of it since 1970. At least a minute.
    package var step: Duration

    package init(provider: String, since: Timestamp, until: Timestamp, step: Duration) {
        precondition(step >= .seconds(60), "no step is that short")
        self.provider = provider
        self.since = since
        self.until = until
        self.step = step
    }
}

/// How one provider did, step by step.
package struct HealthSeries: Equatable, Sendable {
    package struct Point: Equatable, Sendable {
        package var slot: HealthSlot
        /// Of chat attempts that ended well; nil where there were none.
        package var firstText: Percentiles?
        package var duration: Percentiles?

        package init(slot: HealthSlot, firstText: Percentiles? = nil, duration: Percentiles? = nil) {
            self.slot = slot
            self.firstText = firstText
            self.duration = duration
        }
    }

    package var query: HealthSeriesQuery
    /// Every step that has begun by then, the oldest first; the first begins at or before what was asked for.
    package var points: [Point]

    package init(query: HealthSeriesQuery, points: [Point]) {
        self.query = query
        self.points = points
    }
}
