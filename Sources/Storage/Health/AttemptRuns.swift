internal import Conversations
internal import SQLite

// Lists of attempts, the newest first, whatever they are narrowed to.
//
// The attempts of one provider, kind and outcome are a run: an index keeps them side by side, in the order of their ids,
// which is that of time. There are some dozens of runs, however many attempts there are. A page is put together from the
// newest of each run that is asked for, so that it costs the same over ten attempts and over a million, and a rare
// outcome is not looked for among all others.

/// What the attempts of a run have in common, as their rows have it.
private struct AttemptRun {
    var provider: String
    var kind: String
    var outcome: String

    func isIn(_ query: AttemptQuery) -> Bool {
        (query.providers.isEmpty || query.providers.contains(provider))
            && (query.kind.map { $0.rawValue == kind } ?? true)
            && (query.outcome.map { $0.rawValue == outcome || isOpen && $0 == .aborted } ?? true)
    }

    /// They have not ended; of some nobody will write down any more that they have, and those stand as aborted.
    var isOpen: Bool { outcome == ProviderAttempt.Outcome.pending.rawValue }
}

extension Connection {
    func attempts(matching query: AttemptQuery, now: Timestamp) throws -> AttemptPage {
        // One more than asked for tells whether the list goes on.
        let count = max(query.limit, query.limit &+ 1)
        let runs = try attemptRuns().filter { $0.isIn(query) }
        let abandoned = try runs.contains(where: \.isOpen) ? Set(abandonedAttempts(at: now).map(\.rawValue)) : []
        var ids: [String] = []
        for run in runs {
            let end = try end(of: run.provider, in: query)
            guard run.isOpen, let outcome = query.outcome else {
                ids += try newestIDs(of: run, before: end, limit: count)
                continue
            }
            // There are few that are open.
            ids += try newestIDs(of: run, before: end, limit: .max).filter {
                abandoned.contains($0) == (outcome == .aborted)
            }
        }
        var attempts: [ProviderAttempt] = []
        var skipped = 0
        for id in ids.sorted(by: >) where attempts.count < count && skipped < Self.mostSkipped {
            guard var attempt = try attempt(AttemptID(rawValue: id), as: query.asker) else { continue }
            // Ids are in order of time, but where a clock was set back: a few tell nothing of those after them.
            guard attempt.startedAt.rawValue >= query.since?.rawValue ?? .min else {
                skipped += 1
                continue
            }
            if let until = query.until, attempt.startedAt >= until { continue }
            if abandoned.contains(id) { attempt.abandon() }
            attempts.append(attempt)
        }
        guard attempts.count > query.limit else { return AttemptPage(attempts: attempts, next: nil) }
        attempts.removeLast(attempts.count - query.limit)
        return AttemptPage(attempts: attempts, next: attempts.last?.id)
    }

    /// After so many that are too old there are only such.
    private static let mostSkipped = 100

    /// Greater than any id.
    private static let pastAllIDs = "\u{10FFFF}"

    static let nextRunQuery = """
        SELECT provider, kind, outcome FROM provider_attempts
        WHERE (provider, kind, outcome, id) > (?1, ?2, ?3, ?4) ORDER BY provider, kind, outcome, id LIMIT 1
        """

    /// Each run there is, found by stepping from one to the next in the index.
    private func attemptRuns() throws(SQLiteError) -> [AttemptRun] {
        let statement = try prepared(Self.nextRunQuery)
        defer { statement.reset() }
        var runs: [AttemptRun] = []
        try statement.bind("", "", "", "")
        while try statement.step() {
            let run = AttemptRun(provider: statement.text(0), kind: statement.text(1), outcome: statement.text(2))
            runs.append(run)
            statement.reset()
            try statement.bind(run.provider, run.kind, run.outcome, Self.pastAllIDs)
        }
        return runs
    }

    static let firstSinceQuery = """
        SELECT min(id) FROM provider_attempts WHERE provider = ?1 AND started_at = (
            SELECT min(started_at) FROM provider_attempts WHERE provider = ?1 AND started_at >= ?2)
        """

    /// The id that all of a provider's attempts that are asked for come before.
    private func end(of provider: String, in query: AttemptQuery) throws(SQLiteError) -> String {
        var end = query.before?.rawValue ?? Self.pastAllIDs
        if let until = query.until, let first = try firstText(Self.firstSinceQuery, provider, until.rawValue) {
            end = min(end, first)
        }
        return end
    }

    static let newestOfRunQuery = """
        SELECT id FROM provider_attempts WHERE provider = ?1 AND kind = ?2 AND outcome = ?3 AND id < ?4
        ORDER BY id DESC LIMIT ?5
        """

    private func newestIDs(of run: AttemptRun, before end: String, limit: Int) throws(SQLiteError) -> [String] {
        let statement = try prepared(Self.newestOfRunQuery)
        defer { statement.reset() }
        try statement.bind(run.provider, run.kind, run.outcome, end, limit)
        var ids: [String] = []
        while try statement.step() { ids.append(statement.text(0)) }
        return ids
    }
}
