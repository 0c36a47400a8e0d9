internal import SQLite

/// Work that is begun and not done, written down in the file so that the next program can go on with it.
enum PendingWork: String {
    /// Messages up to a key are in the index, the others are still to come.
    case index
    /// What was deleted may still be read from the index's segments or the log;
    case erase
    /// and from pages that are still in use.
    case rewrite
    /// Attempts of an older file are not in the health history's tables yet.
    case reckon
}

extension Connection {
    static let pendingQuery = "SELECT position FROM pending_work WHERE task = ?1"

    /// How far the work has come; nil where there is none.
    func position(of work: PendingWork) throws(SQLiteError) -> Int64? {
        let statement = try prepared(Self.pendingQuery)
        defer { statement.reset() }
        try statement.bind(work.rawValue)
        return try statement.step() ? statement.integer(0) : nil
    }

    func setPosition(of work: PendingWork, to position: Int64) throws(SQLiteError) {
        try run(
            "INSERT INTO pending_work (task, position) VALUES (?1, ?2) ON CONFLICT (task) DO UPDATE SET position = ?2",
            work.rawValue, position)
    }

    /// Notes that rows have changed their size: they may have been moved to other pages and left copies, and the next deletion
    /// has to do away with those.
    func noteMovedRows() throws(SQLiteError) {
        try setPosition(of: .rewrite, to: (position(of: .rewrite) ?? 0) &+ 1)
    }

    /// Notes that the work is done, unless it has come to another position meanwhile.
    func finish(_ work: PendingWork, at position: Int64) throws(SQLiteError) {
        try run("DELETE FROM pending_work WHERE task = ?1 AND position = ?2", work.rawValue, position)
    }
}
