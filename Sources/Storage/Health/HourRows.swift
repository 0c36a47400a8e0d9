internal import Conversations
internal import SQLite

/// Which attempts are counted together: those of one provider and sort that began in one hour.
struct HourKey: Hashable {
    var provider: String
    /// Whole hours since 1970.
    var hour: Int64
    var kind: ProviderAttempt.Kind
    var outcome: ProviderAttempt.Outcome
    var fault: ProviderAttempt.Fault

    init(_ attempt: ProviderAttempt) {
        provider = attempt.provider
        hour = Self.hour(of: attempt.startedAt)
        kind = attempt.kind
        outcome = attempt.result.outcome
        fault = attempt.result.fault
    }

    /// Rounded towards the past.
    static func hour(of moment: Timestamp) -> Int64 {
        let (hours, rest) = moment.rawValue.quotientAndRemainder(dividingBy: 3_600_000)
        return rest < 0 ? hours - 1 : hours
    }

    /// Of replies that went well it is also counted how long they took.
    var isTimed: Bool { kind == .chat && outcome == .ok }
}

/// How many they were, and how many of them took how long.
struct HourCount {
    /// How many there can be.
    static let range: ClosedRange<Int64> = 1...Int64(UInt32.max)

    var count: Int64 = 0
    var firstText = LatencyHistogram()
    var duration = LatencyHistogram()

    mutating func add(_ attempt: ProviderAttempt, isTimed: Bool) {
        count += 1
        guard isTimed else { return }
        if let time = attempt.result.firstTextMilliseconds { firstText.add(time) }
        if let time = attempt.result.durationMilliseconds { duration.add(time) }
    }
}

extension Connection {
    /// Counts an attempt in its hour.
    func count(_ attempt: ProviderAttempt) throws {
        let key = HourKey(attempt)
        guard key.isTimed else { return try add(1, to: key) }
        var count = try hourCount(of: key)
        count.add(attempt, isTimed: true)
        try write(count, of: key)
    }

    private func write(_ count: HourCount, of key: HourKey) throws(SQLiteError) {
        try run(
            "INSERT OR REPLACE INTO provider_hours (\(Self.hourColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            key.provider, key.hour, key.kind.rawValue, key.outcome.rawValue, key.fault.rawValue, count.count,
            Self.kept(count.firstText), Self.kept(count.duration))
    }

    /// Counts an attempt with others than before: those of a fault that is not the provider's.
    func recount(_ attempt: ProviderAttempt, as fault: ProviderAttempt.Fault) throws(SQLiteError) {
        var key = HourKey(attempt)
        try uncount(key)
        key.fault = fault
        try add(1, to: key)
    }

    /// Takes one that has no length out of its hour.
    func uncount(_ key: HourKey) throws(SQLiteError) {
        try run(
            "DELETE FROM provider_hours WHERE \(Self.hourKeyCondition) AND n <= 1",
            key.provider, key.hour, key.kind.rawValue, key.outcome.rawValue, key.fault.rawValue)
        try run(
            "UPDATE provider_hours SET n = n - 1 WHERE \(Self.hourKeyCondition)",
            key.provider, key.hour, key.kind.rawValue, key.outcome.rawValue, key.fault.rawValue)
    }

    /// Where an hour is counted already, the greater number is right: of the attempts that the other was made from, some
    /// are gone. One that cannot be read gives way.
    func keepGreater(_ count: HourCount, of key: HourKey) throws(SQLiteError) {
        do {
            guard try hourCount(of: key).count < count.count else { return }
        } catch {
            if let error = error as? SQLiteError { throw error }
        }
        try write(count, of: key)
    }

    /// Does away with what cannot be read of the hours: those that tell nothing, and histograms of the others.
    func dropUnreadableHours() throws(SQLiteError) {
        let statement = try prepared("SELECT \(Self.hourColumns) FROM provider_hours")
        defer { statement.reset() }
        var unreadable: [(row: UnreadableHour, firstText: [UInt8]?, duration: [UInt8]?)] = []
        while try statement.step() {
            let hasWords = statement.hasKnownWords(from: 2)
            let histograms = [statement.bytes(6), statement.bytes(7)].map { LatencyHistogram(bytes: $0) }
            guard !hasWords || !HourCount.range.contains(statement.integer(5)) || histograms.contains(nil) else {
                continue
            }
            unreadable.append(
                (
                    UnreadableHour(
                        provider: statement.text(0), hour: statement.integer(1),
                        words: (2...4).map { statement.text($0) },
                        isCounted: hasWords && HourCount.range.contains(statement.integer(5))),
                    histograms[0].flatMap(Self.kept), histograms[1].flatMap(Self.kept)
                ))
        }
        for (row, firstText, duration) in unreadable {
            if row.isCounted {
                try run(
                    "UPDATE provider_hours SET first_text = ?6, duration = ?7 WHERE \(Self.hourKeyCondition)",
                    row.provider, row.hour, row.words[0], row.words[1], row.words[2], firstText, duration)
            } else {
                try run(
                    "DELETE FROM provider_hours WHERE \(Self.hourKeyCondition)",
                    row.provider, row.hour, row.words[0], row.words[1], row.words[2])
            }
        }
    }

    // MARK: - Rows

    private static let hourColumns = "provider, hour, kind, outcome, fault, n, first_text, duration"
    static let hourKeyCondition = "provider = ?1 AND hour = ?2 AND kind = ?3 AND outcome = ?4 AND fault = ?5"
    static let hourQuery = "SELECT n, first_text, duration FROM provider_hours WHERE \(hourKeyCondition)"

    /// - Throws: ``RowError`` where the row holds what no version of ours has written.
    private func hourCount(of key: HourKey) throws -> HourCount {
        let statement = try prepared(Self.hourQuery)
        defer { statement.reset() }
        try statement.bind(
            key.provider, key.hour, key.kind.rawValue, key.outcome.rawValue, key.fault.rawValue)
        var count = HourCount()
        guard try statement.step() else { return count }
        guard HourCount.range.contains(statement.integer(0)),
            let firstText = LatencyHistogram(bytes: statement.bytes(1)),
            let duration = LatencyHistogram(bytes: statement.bytes(2))
        else { throw RowError(detail: "an hour of a provider's attempts makes no sense") }
        count.count = statement.integer(0)
        (count.firstText, count.duration) = (firstText, duration)
        return count
    }

    private func add(_ count: Int64, to key: HourKey) throws(SQLiteError) {
        try run(
            """
            INSERT INTO provider_hours (provider, hour, kind, outcome, fault, n) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (provider, hour, kind, outcome, fault) DO UPDATE SET n = n + ?6
            """,
            key.provider, key.hour, key.kind.rawValue, key.outcome.rawValue, key.fault.rawValue, count)
    }

    /// NULL where nothing is counted.
    private static func kept(_ histogram: LatencyHistogram) -> [UInt8]? {
        let bytes = histogram.bytes
        return bytes.isEmpty ? nil : bytes
    }
}

/// The key of a row that cannot be read.
private struct UnreadableHour {
    var provider: String
    var hour: Int64
    /// Its kind, outcome and fault.
    var words: [String]
    /// It tells how many, if not how long.
    var isCounted: Bool
}

extension Statement {
    /// Whether three columns hold a kind, an outcome and a fault.
    func hasKnownWords(from column: Int32) -> Bool {
        ProviderAttempt.Kind(rawValue: text(column)) != nil
            && ProviderAttempt.Outcome(rawValue: text(column + 1)) != nil
            && ProviderAttempt.Fault(rawValue: text(column + 2)) != nil
    }
}
