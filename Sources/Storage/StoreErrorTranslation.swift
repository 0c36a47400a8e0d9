internal import Conversations
private import Glibc
internal import SQLite

extension StoreError {
    /// What an error met inside the store means to its caller.
    init(translating error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as SQLiteError: self = Self.meaning(of: error, path: path)
        case let error as DamagedReckoning: self = Self.meaning(of: error.cause, path: path)
        case SchemaError.foreign: self = .foreignDatabase(path: path)
        case SchemaError.changed(let version, let name):
            self = .changedMigration(path: path, version: version, name: name)
        case SchemaError.brokenReferences(let version, let name):
            self = .failed(path: path, detail: "migration \(version) (\(name)) would leave rows that refer to nothing")
        case SchemaError.newer(let version, let known): self = .newerSchema(path: path, version: version, known: known)
        case let error as RowError: self = .damaged(path: path, detail: error.detail)
        case let error as SystemError: self = Self.meaning(of: error.number, path: path)
        default: self = .failed(path: path, detail: "\(error)")
        }
    }

    private static func meaning(of error: SQLiteError, path: String) -> StoreError {
        if error.isBusy || error.isMoved { return .databaseBusy(path: path) }
        if error.isFull || error.systemError == ENOSPC || error.systemError == EDQUOT { return .diskFull(path: path) }
        if error.isCorrupt { return .damaged(path: path, detail: error.message) }
        if error.isNotADatabase { return .notADatabase(path: path) }
        // SQLite falls back to reading where it may not write, and of a write that failed it does not always know the
        // reason: the system does.
        let isAgainstWriting = error.isReadOnly || error.isCannotOpen || error.isInputOutput && !error.isFailedRead
        if isAgainstWriting, let reason = SystemError.againstWriting(to: path) {
            return meaning(of: reason.number, path: path)
        }
        if error.systemError == EACCES || error.systemError == EPERM { return .permissionDenied(path: path) }
        if error.isReadOnly || error.systemError == EROFS { return .readOnly(path: path) }
        if error.isCannotOpen {
            let reason = error.systemError == 0 ? error.message : SystemError(number: error.systemError).description
            return .cannotOpen(path: path, reason: reason)
        }
        let isKnown = error.isInputOutput && error.systemError != 0
        let reason = isKnown ? ", \(SystemError(number: error.systemError))" : ""
        return .failed(path: path, detail: "\(error.message)\(reason) (SQLite \(error.code))")
    }

    private static func meaning(of number: Int32, path: String) -> StoreError {
        switch number {
        case EACCES, EPERM: .permissionDenied(path: path)
        case EROFS: .readOnly(path: path)
        case ENOSPC, EDQUOT: .diskFull(path: path)
        default: .cannotOpen(path: path, reason: SystemError(number: number).description)
        }
    }
}

/// What the operating system answered.
struct SystemError: Error, CustomStringConvertible {
    var number: Int32

    /// The error of the call that failed last on this thread.
    static var last: SystemError { SystemError(number: errno) }

    /// What keeps this process from writing to the file, or from putting others beside it; nil where nothing does.
    static func againstWriting(to path: String) -> SystemError? {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        for place in [path, folder] where unsafe access(place, W_OK) != 0 && errno != ENOENT { return .last }
        return nil
    }

    var description: String { unsafe String(cString: strerror(number)) }
}
