internal import CSQLite

/// How far a copy has come.
package struct BackupProgress: Equatable, Sendable {
    package var copiedPages: Int
    package var pages: Int
}

extension Connection {
    /// Copies the whole database into another one, which then is the same, page by page.
    ///
    /// What is copied is the database as it stands when this is called, while others go on writing to it: a copy whose
    /// source changes under it would begin anew with each step, and never end beside a busy writer; so one unchanging
    /// view is held for all of it. Not to be called within a transaction. <https://www.sqlite.org/backup.html>
    ///
    /// - Parameters:
    ///   - target: Takes the copy; nobody else may use it meanwhile.
    ///   - pagesAtOnce: How many pages are copied between two calls of `eachStep`.
    ///   - eachStep: Is called after each step but the last. What it throws ends the copying.
    package func copy(
        to target: Connection, pagesAtOnce: Int32 = 1000, eachStep: (BackupProgress) throws -> Void = { _ in }
    ) throws {
        try transaction(.deferred) {
            // A transaction only begins with its first reading.
            try run("PRAGMA schema_version")
            let backup = try unsafe Backup(from: handle, to: target.handle)
            while let progress = try backup.step(pages: pagesAtOnce) { try eachStep(progress) }
        }
    }
}

/// One `sqlite3_backup`, ended when it is let go of.
@safe private final class Backup {
    private let target: OpaquePointer
    private var handle: OpaquePointer?

    init(from source: OpaquePointer, to target: OpaquePointer) throws(SQLiteError) {
        unsafe self.target = target
        unsafe handle = sqlite3_backup_init(target, "main", source, "main")
        guard unsafe handle != nil else { throw unsafe Connection.error(of: target, sql: nil) }
    }

    deinit { finish() }

    /// Copies so many more pages.
    ///
    /// - Returns: nil when all are copied.
    func step(pages: Int32) throws(SQLiteError) -> BackupProgress? {
        let code = unsafe sqlite3_backup_step(handle, pages)
        let count = unsafe Int(sqlite3_backup_pagecount(handle))
        let rest = unsafe Int(sqlite3_backup_remaining(handle))
        switch code {
        case SQLITE_OK: return BackupProgress(copiedPages: count - rest, pages: count)
        case SQLITE_DONE:
            finish()
            return nil
        default:
            // Only when it is ended does the target know what was wrong.
            finish()
            throw SQLiteError(
                code: code, message: unsafe String(cString: sqlite3_errstr(code)),
                systemError: unsafe sqlite3_system_errno(target))
        }
    }

    private func finish() {
        _ = unsafe sqlite3_backup_finish(handle)
        unsafe handle = nil
    }
}
