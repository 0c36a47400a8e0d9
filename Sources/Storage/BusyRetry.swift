private import Glibc
internal import SQLite

/// Waiting for other processes' writes.
///
/// SQLite's own waiting sleeps longer each time, up to 100 ms, and looks only once between: among many writers those who
/// have waited longest look least often, and a few starve. Here each looks again after a short pause of random length, as
/// often as any other (Docs/Storage.md has the figures). And a transaction that was refused is begun anew, until the limit.
enum BusyRetry {
    /// How long a transaction is tried: then the database is reported busy.
    static let limit = Duration.seconds(30)
    /// How long a statement outside of one waits for a lock.
    private static let statementLimit = Duration.seconds(2)
    /// In microseconds.
    private static let pauses: ClosedRange<UInt32> = 200...2000

    /// How long is waited, and for whom.
    private struct Patience {
        let deadline: ContinuousClock.Instant
        var heedsCancellation = false

        var isAtEnd: Bool { ContinuousClock.now >= deadline || (heedsCancellation && Task.isCancelled) }
    }

    /// Of the transaction that is tried.
    @TaskLocal private static var patience: Patience?
    /// Called where a statement begins to wait, on the thread that waits.
    @TaskLocal static var tellOfWait: (@Sendable () -> Void)?

    /// Blocks the thread while it waits: call it on a worker's.
    ///
    /// - Parameter heedsCancellation: A task that is cancelled waits no longer: for what need not be written any more.
    static func run<Result>(
        limit: Duration = limit, heedingCancellation heedsCancellation: Bool = false,
        _ transaction: () throws -> Result
    ) throws -> Result {
        let patience = Patience(deadline: .now + limit, heedsCancellation: heedsCancellation)
        return try $patience.withValue(patience) {
            while true {
                do {
                    return try transaction()
                } catch let error as SQLiteError where error.isBusy && !patience.isAtEnd {
                    pause()
                }
            }
        }
    }

    private static func pause() {
        usleep(.random(in: pauses))
    }

    /// How the statements of one connection wait for a lock: true after a pause, false when it is time to give up.
    fileprivate static func waiting() -> (_ refusals: Int) -> Bool {
        var ofStatement = Patience(deadline: .now)
        return { refusals in
            if refusals == 0 { ofStatement = Patience(deadline: .now + statementLimit) }
            guard !(patience ?? ofStatement).isAtEnd else { return false }
            if refusals == 0 { tellOfWait?() }
            pause()
            return true
        }
    }
}

extension Connection {
    /// Has every statement wait its time for others' locks.
    func waitForLocks() {
        setBusyHandler(BusyRetry.waiting())
    }
}
