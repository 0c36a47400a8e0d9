internal import Conversations
internal import SQLite
internal import WholeFiles

/// What a copy of a database holds, in numbers.
package struct DatabaseContents: Equatable, Sendable {
    package var bytes: Int
    package var chats: Int
    package var messages: Int
}

/// A copy of a whole database, as it stands at one moment, in a file that has no name yet.
struct DatabaseCopy {
    /// How the file is left.
    enum Journal: String {
        /// It can be read where nothing can be written, and by those who know nothing of logs.
        case none = "DELETE"
        /// Whoever opens it holds a lock on it for as long, even to read.
        case log = "WAL"
    }

    var source: String
    var file: NamelessFile
    var journal: Journal
    var now: Timestamp

    /// Copies, and looks whether the copy is sound: all that `db check` looks for.
    ///
    /// - Returns: nil where there is nothing to copy: no file, or nothing has been put in it yet.
    /// - Throws: what is wrong as ``StoreError``, of the source or of the file. The source stays as it is.
    func make(progress: (_ copied: Int, _ all: Int) -> Void) throws -> DatabaseContents? {
        guard try copy(progress: progress) else { return nil }
        do {
            return try verified()
        } catch {
            // Page for page it is the source, and what is wrong with it is wrong there.
            throw StoreError(translating: error, path: source)
        }
    }

    private func copy(progress: (_ copied: Int, _ all: Int) -> Void) throws -> Bool {
        let from: Connection
        do {
            guard try DatabaseFile.exists(source) else { return false }
            from = try DatabaseFile.openForChecking(source)
            guard try SchemaMigrator.state(of: from) != .empty else { return false }
        } catch {
            throw StoreError(translating: error, path: source)
        }
        do {
            let target = try Connection(path: file.temporaryPath, access: .readWrite)
            // What is wrong before the end is thrown away, and what is whole is put on the disk before it gets its name.
            try target.execute(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
            try from.copy(to: target) { progress($0.copiedPages, $0.pages) }
            try target.execute("PRAGMA journal_mode = \(journal.rawValue)")
            return true
        } catch let error as SQLiteError where error.isCorrupt || error.isFailedRead {
            throw StoreError(translating: error, path: source)
        } catch {
            throw StoreError(translating: error, path: file.path)
        }
    }

    private func verified() throws -> DatabaseContents {
        let connection = try DatabaseFile.openForChecking(file.temporaryPath)
        // The index can be made anew from what is copied: that it is damaged is no reason to have no copy.
        let damage = try connection.findings(now: now).first { $0.severity == .damage && !$0.isOfIndex }
        if let damage {
            throw StoreError.damaged(path: source, detail: damage.message)
        }
        return DatabaseContents(
            bytes: DatabaseFile.size(of: file.temporaryPath),
            chats: Int(try connection.number("SELECT count(*) FROM chats")),
            messages: Int(try connection.number("SELECT coalesce(sum(message_count), 0) FROM chats")))
    }
}
