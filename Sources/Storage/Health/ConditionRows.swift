internal import Conversations
internal import SQLite

/// How a provider stands as its row tells: its condition, and what is shown of it beside that.
struct ConditionRow: Equatable {
    /// The one attempt that tries a provider while it is down, by lease.
    struct Trial: Equatable {
        var attempt: AttemptID
        var since: Timestamp
        var until: Timestamp

        /// One that lies ahead was written before the clock was set back.
        func holds(at now: Timestamp) -> Bool { since <= now && now < until }
    }

    /// The last error that neither the user nor this machine brought about.
    struct LastError: Equatable {
        var at: Timestamp
        var attempt: AttemptID
        var outcome: ProviderAttempt.Outcome
        var httpStatus: Int?
    }

    var condition = ProviderCondition()
    var trial: Trial?
    /// When it was first asked.
    var firstAt: Timestamp?
    /// When it last answered well.
    var okAt: Timestamp?
    var error: LastError?
    /// The machine that it was last asked on, where that lies over the network.
    var host: String?
    /// When that last answered anything.
    var answeredAt: Timestamp?
    /// When it could last not be reached; nil where it has answered since.
    var unreachableAt: Timestamp?
    /// It was not back when the network was: until it answers, that it cannot be reached is its own, and tells nothing of
    /// the network.
    var isApart = false
    /// Of a row that stands as it did before: the attempt that first could not reach it.
    var firstUnreachable: AttemptID?
}

extension ConditionRow {
    /// Takes in an attempt that has ended.
    ///
    /// - Returns: what it does to the provider's history of incidents.
    mutating func take(_ attempt: ProviderAttempt, at now: Timestamp, jitter: Double) -> IncidentChange? {
        if trial?.attempt == attempt.id { trial = nil }
        takeReach(of: attempt, at: now)
        // One for a nonce serves another, which counts.
        guard attempt.kind != .nonce else { return nil }
        firstAt = min(firstAt ?? attempt.startedAt, attempt.startedAt)
        let result = attempt.result
        if result.outcome == .ok {
            okAt = now
        } else if [.provider, .limit, .config].contains(result.fault) {
            error = LastError(
                at: now, attempt: attempt.id, outcome: result.outcome, httpStatus: result.httpStatus)
        }
        return condition.take(attempt, at: now, jitter: jitter)
    }

    private mutating func takeReach(of attempt: ProviderAttempt, at now: Timestamp) {
        guard let host = attempt.host else { return }
        self.host = host
        if attempt.result.hasAnswer {
            answeredAt = now
            unreachableAt = nil
            isApart = false
        } else if attempt.result.outcome == .unreachable {
            unreachableAt = now
        }
    }
}

extension ProviderAttempt.Result {
    /// The other side was there, whatever it said.
    var hasAnswer: Bool { outcome == .ok || httpStatus != nil }
}

// MARK: - Rows

extension ConditionRow {
    /// The columns that ``Statement/conditionRow()`` reads, in its order.
    static let columns = """
        circuit, changed_at, opened, good, retry_at, decided_at, limited_at, rest_until, recent, trial_by, trial_since, \
        trial_until, first_at, ok_at, error_at, error_attempt, error_outcome, error_status, host, answered_at, \
        unreachable_at, is_apart, first_unreachable
        """
    static let columnCount: Int32 = 23
}

extension Statement {
    /// The row's condition, whose columns come first.
    ///
    /// - Throws: ``RowError`` where the row holds what no version of ours has written.
    func conditionRow() throws(RowError) -> ConditionRow {
        guard let circuit = ProviderCondition.Circuit(rawValue: text(0)) else {
            throw RowError(detail: "a provider's condition has an unknown circuit")
        }
        var row = ConditionRow()
        row.condition.circuit = circuit
        row.condition.changedAt = timestamp(1)
        row.condition.opened = try conditionCount(2)
        row.condition.good = try conditionCount(3)
        row.condition.retryAt = timestamp(4)
        row.condition.decidedAt = timestamp(5)
        row.condition.limitedAt = timestamp(6)
        row.condition.restUntil = timestamp(7)
        row.condition.recent = try RecentVerdicts.verdicts(text(8))
        if let attempt = optionalText(9), let since = timestamp(10), let until = timestamp(11) {
            row.trial = ConditionRow.Trial(attempt: AttemptID(rawValue: attempt), since: since, until: until)
        }
        row.firstAt = timestamp(12)
        row.okAt = timestamp(13)
        if let at = timestamp(14), let attempt = optionalText(15), let word = optionalText(16) {
            guard let outcome = ProviderAttempt.Outcome(rawValue: word) else {
                throw RowError(detail: "a provider's last error has an unknown outcome")
            }
            row.error = ConditionRow.LastError(
                at: at, attempt: AttemptID(rawValue: attempt), outcome: outcome,
                httpStatus: optionalInteger(17).map { Int($0) })
        }
        row.host = optionalText(18)
        row.answeredAt = timestamp(19)
        row.unreachableAt = timestamp(20)
        row.isApart = integer(21) != 0
        row.firstUnreachable = optionalText(22).map { AttemptID(rawValue: $0) }
        return row
    }

    /// No condition has counted further in a lifetime of attempts.
    private func conditionCount(_ column: Int32) throws(RowError) -> Int {
        guard (0...Int64(Int32.max)).contains(integer(column)) else {
            throw RowError(detail: "a provider's condition has counts that cannot be")
        }
        return Int(integer(column))
    }

    func timestamp(_ column: Int32) -> Timestamp? {
        optionalInteger(column).map { Timestamp(rawValue: $0) }
    }
}

extension Connection {
    static let conditionQuery = """
        SELECT \(ConditionRow.columns) FROM provider_conditions WHERE provider = ?1 AND is_former = ?2
        """

    /// How a provider stands; nil where it was never asked.
    ///
    /// - Parameter former: As it stood before it could not be reached.
    func conditionRow(of provider: String, former: Bool = false) throws -> ConditionRow? {
        let statement = try prepared(Self.conditionQuery)
        defer { statement.reset() }
        try statement.bind(provider, former)
        return try statement.step() ? statement.conditionRow() : nil
    }

    /// The same; nil also where the row cannot be read.
    func readableConditionRow(of provider: String, former: Bool = false) throws(SQLiteError) -> ConditionRow? {
        do {
            return try conditionRow(of: provider, former: former)
        } catch {
            guard let error = error as? SQLiteError else { return nil }
            throw error
        }
    }

    /// The same, to be written again: a row that cannot be read is begun anew, since nothing else is to be lost for it. What
    /// the attempts tell of it is reckoned up when the file is next opened.
    func conditionRowToGoOn(of provider: String, at now: Timestamp) throws -> ConditionRow {
        do {
            return try conditionRow(of: provider) ?? ConditionRow()
        } catch is RowError {
            try endIncident(of: provider, at: now)
            try write(ConditionRow(), of: provider)
            try reckonAnewWhenOpened()
            return ConditionRow()
        }
    }

    func write(_ row: ConditionRow, of provider: String, former: Bool = false) throws(SQLiteError) {
        let condition = row.condition
        try run(
            """
            INSERT OR REPLACE INTO provider_conditions (provider, is_former, \(ConditionRow.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
                ?24, ?25)
            """,
            provider, former, condition.circuit.rawValue, condition.changedAt?.rawValue, condition.opened,
            condition.good, condition.retryAt?.rawValue, condition.decidedAt?.rawValue, condition.limitedAt?.rawValue,
            condition.restUntil?.rawValue, RecentVerdicts.text(condition.recent), row.trial?.attempt.rawValue,
            row.trial?.since.rawValue, row.trial?.until.rawValue, row.firstAt?.rawValue, row.okAt?.rawValue,
            row.error?.at.rawValue, row.error?.attempt.rawValue, row.error?.outcome.rawValue, row.error?.httpStatus,
            row.host, row.answeredAt?.rawValue, row.unreachableAt?.rawValue, row.isApart,
            row.firstUnreachable?.rawValue)
    }
}
