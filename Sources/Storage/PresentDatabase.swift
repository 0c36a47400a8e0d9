internal import Conversations
private import Glibc
internal import SQLite
internal import WholeFiles

/// What stands where a backup is to be restored: a sound database, a damaged one, another file, or only a log that has
/// lost its file.
struct PresentDatabase {
    /// Without links.
    var path: String

    /// Moves what waits in the log into the file, where both are sound. What is damaged, or no database at all, stays as
    /// it lies, to the byte.
    ///
    /// - Returns: whether the file is all there is of it, without any log.
    /// - Throws: where it is another program's database, which has nothing to do with our backups; where it is in use.
    func settle() throws -> Bool {
        do {
            guard try isSound() else { return false }
            guard DatabaseFile.hasLog(path) else { return true }
            let connection = try DatabaseFile.open(path, .readWrite).connection
            if try connection.number("PRAGMA wal_checkpoint(TRUNCATE)") != 0 {
                throw StoreError.databaseBusy(path: path)
            }
            return true
        } catch {
            switch StoreError(translating: error, path: path) {
            case .damaged, .notADatabase, .newerSchema, .changedMigration, .failed: return false
            case let error: throw error
            }
        }
    }

    private func isSound() throws -> Bool {
        let connection = try DatabaseFile.openForChecking(path)
        return try !DatabaseFile.hasLog(path) || connection.damagedPages().isEmpty
    }

    /// Gives the file a second name, and takes its log to that. At every step there is a whole file at its path, and
    /// the file with its log under at least one name.
    ///
    /// The path is then to be taken by another file, which must not find a log that is not its own: SQLite would replay
    /// it. <https://www.sqlite.org/howtocorrupt.html> (1.4)
    ///
    /// - Returns: the second name; nil where no file stands there.
    func keepAside(now: Timestamp) throws -> String? {
        let aside = freeName(now: now)
        let isThere: Bool
        do {
            isThere = try keep(path, as: aside)
            for companion in DatabaseFile.companions { _ = try keep(path + companion, as: aside + companion) }
        } catch {
            for companion in [""] + DatabaseFile.companions { _ = unsafe unlink(aside + companion) }
            throw error
        }
        FilePath.syncFolder(of: path)
        for companion in DatabaseFile.companions { _ = unsafe unlink(path + companion) }
        // No log is to come back after a power cut and find another file.
        FilePath.syncFolder(of: path)
        return isThere ? aside : nil
    }

    /// `parley.db.before-restore-20260131-120000`, in UTC, and with a number behind it where that is taken.
    private func freeName(now: Timestamp) -> String {
        let digits = now.rfc3339.prefix(19).filter { $0.isNumber }
        let name = "\(path).before-restore-\(digits.prefix(8))-\(digits.suffix(6))"
        let isFree = { (name: String) in
            ([""] + DatabaseFile.companions).allSatisfy { FilePath.kind(of: name + $0) == .nothing }
        }
        if isFree(name) { return name }
        var number = 2
        while !isFree("\(name)-\(number)") { number += 1 }
        return "\(name)-\(number)"
    }

    private func keep(_ name: String, as aside: String) throws -> Bool {
        guard FilePath.kind(of: name) != .nothing else { return false }
        guard unsafe link(name, aside) == 0 else {
            let reason = SystemError.last
            guard reason.number == EPERM || reason.number == ENOTSUP else { throw reason }
            throw StoreError.cannotOpen(path: path, reason: "it cannot be kept aside, its file system has no links")
        }
        _ = unsafe chmod(aside, 0o600)
        return true
    }
}
