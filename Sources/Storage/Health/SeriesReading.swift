internal import Conversations
internal import SQLite

extension Connection {
    /// How a provider did, step by step: by hours where a step is as many whole ones, otherwise by the attempts that are kept.
    func series(_ query: HealthSeriesQuery) throws(SQLiteError) -> HealthSeries {
        let steps = SeriesSteps(query)
        var points = steps.starts.map { SeriesPoint(slot: HealthSlot(start: Timestamp(rawValue: $0))) }
        guard !points.isEmpty else { return HealthSeries(query: query, points: []) }
        if steps.length % HealthWindow.hour == 0 {
            try takeHours(of: query.provider, steps, into: &points)
        } else {
            try takeAttempts(of: query.provider, steps, into: &points)
        }
        return HealthSeries(query: query, points: points.map(\.point))
    }

    private func takeHours(
        of provider: String, _ steps: SeriesSteps, into points: inout [SeriesPoint]
    ) throws(SQLiteError) {
        let statement = try prepared(Self.hoursQuery)
        defer { statement.reset() }
        let time = steps.attempts
        try statement.bind(
            provider, time.lowerBound / HealthWindow.hour,
            (time.upperBound + HealthWindow.hour - 1) / HealthWindow.hour)
        while try statement.step() {
            let place = steps.place(of: statement.integer(0) * HealthWindow.hour)
            guard points.indices.contains(place) else { continue }
            points[place].slot.counts.add(Int(statement.integer(2)), countedAs: statement.integer(1))
            guard statement.integer(3) != 0 else { continue }
            // One that cannot be read is left out. A check of the file tells of it.
            if let firstText = LatencyHistogram(bytes: statement.bytes(4)) { points[place].firstText.add(firstText) }
            if let duration = LatencyHistogram(bytes: statement.bytes(5)) { points[place].duration.add(duration) }
        }
    }

    private func takeAttempts(
        of provider: String, _ steps: SeriesSteps, into points: inout [SeriesPoint]
    ) throws(SQLiteError) {
        let counts = try prepared(Self.rowsQuery)
        defer { counts.reset() }
        try counts.bind(provider, steps.attempts.lowerBound, steps.attempts.upperBound)
        while try counts.step() {
            points[steps.place(of: counts.integer(0))].slot.counts.add(1, countedAs: counts.integer(1))
        }
        let lengths = try prepared(Self.startedLengthsQuery)
        defer { lengths.reset() }
        try lengths.bind(provider, steps.attempts.lowerBound, steps.attempts.upperBound)
        while try lengths.step() {
            let place = steps.place(of: lengths.integer(0))
            if let firstText = lengths.optionalInteger(1) { points[place].firstText.add(firstText) }
            if let duration = lengths.optionalInteger(2) { points[place].duration.add(duration) }
        }
    }

    static let startedLengthsQuery = """
        SELECT started_at, first_text_ms, duration_ms FROM provider_attempts
        WHERE provider = ?1 AND started_at >= ?2 AND started_at < ?3 AND kind = 'chat' AND outcome = 'ok'
        """
}

/// Where the steps of a series lie, in milliseconds since 1970.
struct SeriesSteps {
    let length: Int64
    /// Whose attempts count: from the first step's start.
    let attempts: Range<Int64>

    init(_ query: HealthSeriesQuery) {
        length = query.step.milliseconds
        let since = max(query.since.held.rawValue, 0)
        let start = since - since % length
        attempts = start..<max(start, query.until.held.rawValue)
    }

    var starts: StrideTo<Int64> { stride(from: attempts.lowerBound, to: attempts.upperBound, by: Int(length)) }

    func place(of moment: Int64) -> Int { Int((moment - attempts.lowerBound) / length) }
}

private struct SeriesPoint {
    var slot: HealthSlot
    var firstText = Latencies()
    var duration = Latencies()

    var point: HealthSeries.Point {
        HealthSeries.Point(slot: slot, firstText: firstText.percentiles, duration: duration.percentiles)
    }
}
