private import Glibc
internal import SQLite

/// Waiting for other processes' writes.
///
/// SQLite's own time-out wakes those who wait in no order, so that a few can starve; a transaction that was refused is
/// therefore begun anew, after a pause of random length, until the limit.
enum BusyRetry {
    /// How long one statement waits for a lock, in milliseconds.
    static let statementTimeout: Int32 = 2000
    /// How long a transaction is tried, in seconds: then the database is reported busy.
    static let limit = 30.0

    /// Blocks the thread while it waits: call it on a worker's.
    static func run<Result>(_ transaction: () throws -> Result) throws -> Result {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(limit)
        while true {
            do {
                return try transaction()
            } catch let error as SQLiteError where error.isBusy && clock.now < deadline {
                usleep(.random(in: 1000...20_000))
            }
        }
    }
}
