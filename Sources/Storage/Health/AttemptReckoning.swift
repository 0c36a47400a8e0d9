internal import Conversations
internal import SQLite

// Reckoning up attempts of which that was not done when they ended: in a file of an earlier version, in one that was made
// of what could be read of a damaged one, and where rows of what was reckoned up made no sense. It is one transaction,
// before the first attempt is closed, so that each is counted once.

extension Connection {
    /// Reckons up what an earlier version has left. Where there is nothing to do, no lock is taken.
    func reckonAttemptsIfDue() throws {
        guard try BusyRetry.run({ try position(of: .reckon) }) != nil else { return }
        do {
            try reckonOnce { try reckonAttempts() }
        } catch let error as SQLiteError where error.isCorrupt {
            // What is damaged keeps nobody from talking: only what comes is counted. A check of the file tells of it.
            try reckonOnce {}
        }
    }

    /// Notes that what was reckoned up is not all that the attempts tell.
    func reckonAnewWhenOpened() throws(SQLiteError) {
        try setPosition(of: .reckon, to: (position(of: .reckon) ?? 0) &+ 1)
    }

    private func reckonOnce(_ reckon: () throws -> Void) throws {
        try BusyRetry.run {
            try transaction(.immediate) {
                guard let position = try position(of: .reckon) else { return }
                try reckon()
                try finish(.reckon, at: position)
            }
        }
    }

    private static let endedQuery = """
        SELECT id, provider, kind, started_at, outcome, fault, http_status, first_text_ms, duration_ms, retry_after_ms, \
            owner, chat
        FROM provider_attempts WHERE outcome != 'pending' ORDER BY id
        """

    /// Reckons up all attempts that have ended, in the order in which they began.
    func reckonAttempts() throws {
        var book = HealthBook()
        let statement = try prepared(Self.endedQuery)
        defer { statement.reset() }
        while try statement.step() {
            guard let attempt = statement.endedAttempt() else { continue }
            let chat = statement.optionalText(10).flatMap { owner in
                statement.optionalText(11).map { AttemptChat(owner: owner, chat: $0) }
            }
            try book.take(attempt, of: chat) { id throws(SQLiteError) in try self.chat(ofAttempt: id) }
        }
        try keep(book)
    }

    /// What was reckoned up before gives way, but for what the attempts that are left cannot tell.
    private func keep(_ book: HealthBook) throws {
        for (key, count) in book.hours { try keepGreater(count, of: key) }
        try dropUnreadableHours()
        try dropUnreadableConditions()
        for (provider, row) in book.rows {
            let before = try conditionRow(of: provider)
            try write(before.map(row.goingOn(from:)) ?? row, of: provider)
            try dropIncidents(of: provider, endedAfter: book.start)
        }
        for (provider, incident) in book.incidents { try insert(incident, of: provider) }
    }
}

extension Connection {
    private func dropUnreadableConditions() throws(SQLiteError) {
        let statement = try prepared("SELECT \(ConditionRow.columns), provider FROM provider_conditions")
        defer { statement.reset() }
        var unreadable: [String] = []
        while try statement.step() {
            if (try? statement.conditionRow()) == nil { unreadable.append(statement.text(ConditionRow.columnCount)) }
        }
        for provider in unreadable {
            try run("DELETE FROM provider_conditions WHERE provider = ?1", provider)
            try dropIncidents(of: provider, endedAfter: Timestamp(rawValue: .max))
        }
        // Nothing of it can be taken back: it is reckoned up anew.
        try run("DELETE FROM provider_conditions WHERE is_former = 1")
    }

    /// And that which goes on.
    private func dropIncidents(of provider: String, endedAfter moment: Timestamp) throws(SQLiteError) {
        try run(
            "DELETE FROM provider_incidents WHERE provider = ?1 AND (ended_at IS NULL OR ended_at >= ?2)",
            provider, moment.rawValue)
    }
}

extension ConditionRow {
    /// With what is in no attempt, or in none that is kept.
    fileprivate func goingOn(from before: ConditionRow) -> ConditionRow {
        var row = before
        row.condition = condition
        if let firstAt { row.firstAt = min(before.firstAt ?? firstAt, firstAt) }
        row.okAt = okAt ?? before.okAt
        row.error = error ?? before.error
        return row
    }
}

extension Statement {
    /// What has to be known of an attempt to reckon it up; nil where the row holds a word that we do not know.
    fileprivate func endedAttempt() -> ProviderAttempt? {
        guard let kind = ProviderAttempt.Kind(rawValue: text(2)),
            let outcome = ProviderAttempt.Outcome(rawValue: text(4)),
            let fault = ProviderAttempt.Fault(rawValue: text(5))
        else { return nil }
        var attempt = ProviderAttempt(
            id: AttemptID(rawValue: text(0)), provider: text(1), model: nil, kind: kind,
            startedAt: Timestamp(rawValue: integer(3)))
        attempt.result.outcome = outcome
        attempt.result.fault = fault
        attempt.result.httpStatus = optionalInteger(6).map { Int($0) }
        attempt.result.firstTextMilliseconds = optionalInteger(7)
        attempt.result.durationMilliseconds = optionalInteger(8)
        attempt.result.retryAfterMilliseconds = optionalInteger(9)
        return attempt
    }
}

/// What many attempts come to, reckoned up before any of it is written.
private struct HealthBook {
    private(set) var hours: [HourKey: HourCount] = [:]
    /// When the first of them began.
    private(set) var start = Timestamp(rawValue: .max)
    private(set) var rows: [String: ConditionRow] = [:]
    private var ended: [(String, IncidentDraft)] = []
    private var open: [String: IncidentDraft] = [:]

    /// With their providers, in the order of their ends; those that go on are the last.
    var incidents: [(String, IncidentDraft)] { ended + open.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    mutating func take(
        _ attempt: ProviderAttempt, of chat: AttemptChat?,
        chatOf: (AttemptID) throws(SQLiteError) -> AttemptChat?
    ) throws(SQLiteError) {
        start = min(start, attempt.startedAt)
        let key = HourKey(attempt)
        hours[key, default: HourCount()].add(attempt, isTimed: key.isTimed)
        let end = attempt.startedAt.advanced(byMilliseconds: attempt.result.durationMilliseconds ?? 0)
        guard let change = rows[attempt.provider, default: ConditionRow()].take(attempt, at: end, jitter: 0.5) else {
            return
        }
        switch change {
        case .began(let run):
            guard let first = run.first else { return }
            var incident = IncidentDraft(first: first)
            for fault in run { incident.add(fault, for: try chatOf(fault.id)) }
            open[attempt.provider] = incident
        case .grew(let fault): open[attempt.provider]?.add(fault, for: chat)
        case .ended(let end):
            guard var incident = open.removeValue(forKey: attempt.provider) else { return }
            incident.endedAt = end
            ended.append((attempt.provider, incident))
        }
    }
}
