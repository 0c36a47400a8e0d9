internal import Conversations
internal import SQLite

// Doing away with attempts that are no longer kept: what is reckoned of them stays. It is done by whoever writes, when
// nobody waits for them, and waits for nobody itself.

extension Connection {
    /// How many attempts are done away with in one transaction, and in how many: others get to write between two.
    private static let prunedAtOnce = 1000
    private static let pruningsInARow = 10

    static let lastPruningQuery = "SELECT done_at FROM attempt_pruning WHERE only = 1"

    /// Where that was done within the hour, and nothing was left over, nothing happens.
    ///
    /// - Throws: busy, at once, where others write.
    func pruneAttempts(begunBefore moment: Timestamp, now: Timestamp) throws {
        let last = Timestamp(rawValue: try number(Self.lastPruningQuery))
        guard !(now.advanced(by: .zero - .seconds(3600))...now).contains(last) else { return }
        for _ in 0..<Self.pruningsInARow {
            let isDone = try BusyRetry.run(limit: .zero) {
                try transaction(.immediate) {
                    try SchemaMigrator.refuseLaterTables(in: self)
                    return try pruneSomeAttempts(begunBefore: moment, now: now)
                }
            }
            if isDone { return }
        }
    }

    /// One that is open waits for its end.
    private static let pruned = """
        provider = ?1 AND started_at < ?2 AND outcome != 'pending' ORDER BY started_at LIMIT ?3
        """
    static let greatestToPruneQuery = """
        SELECT max(started_at) FROM (SELECT started_at FROM provider_attempts WHERE \(pruned))
        """
    static let pruneQuery =
        "DELETE FROM provider_attempts WHERE id IN (SELECT id FROM provider_attempts WHERE \(pruned))"
    static let nextAttemptedQuery =
        "SELECT provider FROM provider_attempts WHERE provider > ?1 ORDER BY provider LIMIT 1"

    /// - Returns: whether nothing is left over.
    private func pruneSomeAttempts(begunBefore moment: Timestamp, now: Timestamp) throws(SQLiteError) -> Bool {
        var left = Self.prunedAtOnce
        var greatest: Int64?
        var provider = ""
        while left > 0, let next = try firstText(Self.nextAttemptedQuery, provider) {
            provider = next
            let last = try firstText(Self.greatestToPruneQuery, provider, moment.rawValue, left).flatMap { Int64($0) }
            guard let last else { continue }
            greatest = max(greatest ?? last, last)
            try run(Self.pruneQuery, provider, moment.rawValue, left)
            left -= changes
        }
        let isDone = left > 0
        // What is gone began before this moment, whatever was asked for.
        try run(
            """
            INSERT INTO attempt_pruning (only, done_at, begun_before) VALUES (1, ?1, ?2)
            ON CONFLICT (only) DO UPDATE SET done_at = ?1, begun_before = max(begun_before, ?2)
            """,
            isDone ? now.rawValue : 0, greatest.map { $0 + 1 } ?? Int64.min)
        return isDone
    }
}
