internal import Conversations
internal import SQLite

/// What a window has of one provider's attempts.
struct AttemptTally {
    var slots: [HealthSlot]
    var firstText = Latencies()
    var duration = Latencies()

    init(slots: [HealthSlot]) {
        self.slots = slots
    }

    var counts: AttemptCounts {
        slots.reduce(into: AttemptCounts()) { $0 += $1.counts }
    }
}

extension Connection {
    func tally(of provider: String, in window: HealthWindow) throws -> AttemptTally {
        var tally = AttemptTally(slots: window.slots)
        switch window.source {
        case .rows:
            try countRows(of: provider, begunIn: window.attempts, of: window, into: &tally)
            try takeLengths(of: provider, of: window, into: &tally)
        case .rowsAndHours:
            try countRows(of: provider, begunIn: window.attemptsBeforeHours, of: window, into: &tally)
            try takeHours(of: provider, of: window, withHistograms: false, into: &tally)
            try takeLengths(of: provider, of: window, into: &tally)
        case .hours:
            try takeHours(of: provider, of: window, withHistograms: true, into: &tally)
        }
        return tally
    }

    /// How an attempt counts. Those for a nonce and those that go on are left out before.
    private static let countedAs = """
        CASE WHEN outcome = 'ok' THEN 0 WHEN fault = 'provider' THEN 1 WHEN fault = 'limit' THEN 2 ELSE 3 END
        """

    static let rowsQuery = """
        SELECT started_at, \(countedAs) FROM provider_attempts
        WHERE provider = ?1 AND started_at >= ?2 AND started_at < ?3 AND kind <> 'nonce' AND outcome <> 'pending'
        """

    private func countRows(
        of provider: String, begunIn time: Range<Int64>, of window: HealthWindow, into tally: inout AttemptTally
    ) throws(SQLiteError) {
        let statement = try prepared(Self.rowsQuery)
        defer { statement.reset() }
        try statement.bind(provider, time.lowerBound, time.upperBound)
        while try statement.step() {
            let slot = window.slot(of: statement.integer(0))
            tally.slots[slot].counts.add(1, countedAs: statement.integer(1))
        }
    }

    static let lengthsQuery = """
        SELECT first_text_ms, duration_ms FROM provider_attempts
        WHERE provider = ?1 AND started_at >= ?2 AND started_at < ?3 AND kind = 'chat' AND outcome = 'ok'
        """

    private func takeLengths(
        of provider: String, of window: HealthWindow, into tally: inout AttemptTally
    ) throws(SQLiteError) {
        let statement = try prepared(Self.lengthsQuery)
        defer { statement.reset() }
        try statement.bind(provider, window.attempts.lowerBound, window.attempts.upperBound)
        while try statement.step() {
            if let firstText = statement.optionalInteger(0) { tally.firstText.add(firstText) }
            if let duration = statement.optionalInteger(1) { tally.duration.add(duration) }
        }
    }

    static let hoursQuery = """
        SELECT hour, \(countedAs), n, kind = 'chat' AND outcome = 'ok', first_text, duration FROM provider_hours
        WHERE provider = ?1 AND hour >= ?2 AND hour < ?3 AND kind <> 'nonce'
        """

    private func takeHours(
        of provider: String, of window: HealthWindow, withHistograms: Bool, into tally: inout AttemptTally
    ) throws(SQLiteError) {
        let statement = try prepared(Self.hoursQuery)
        defer { statement.reset() }
        try statement.bind(provider, window.hours.lowerBound, window.hours.upperBound)
        while try statement.step() {
            let slot = window.slot(of: statement.integer(0) * HealthWindow.hour)
            tally.slots[slot].counts.add(Int(statement.integer(2)), countedAs: statement.integer(1))
            guard withHistograms, statement.integer(3) != 0 else { continue }
            // One that cannot be read is left out. A check of the file tells of it.
            if let firstText = LatencyHistogram(bytes: statement.bytes(4)) { tally.firstText.add(firstText) }
            if let duration = LatencyHistogram(bytes: statement.bytes(5)) { tally.duration.add(duration) }
        }
    }
}

extension AttemptCounts {
    /// - Parameter column: What ``Connection/countedAs`` gives.
    mutating func add(_ count: Int, countedAs column: Int64) {
        switch column {
        case 0: self += AttemptCounts(ok: count)
        case 1: self += AttemptCounts(faults: count)
        case 2: self += AttemptCounts(limited: count)
        default: self += AttemptCounts(other: count)
        }
    }
}
