internal import SQLite

/// What follows from an attempt that ended is on a damaged page. No transaction recovers that has met one: the next leaves the
/// reckoning out, and keeps what was said and how the attempt ended.
struct DamagedReckoning: Error {
    var cause: SQLiteError

    /// In the transaction that is tried.
    @TaskLocal static var isLeftOut = false
}
