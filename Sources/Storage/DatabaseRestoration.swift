package import Conversations
internal import SQLite
package import WholeFiles

/// What a restoration has come to.
package struct DatabaseRestoration: Equatable, Sendable {
    package var contents: DatabaseContents
    /// Where the file is that stood there before; nil where none did.
    package var keptAside: String?
}

/// Why a file is no backup to restore from.
package enum RestoreError: Error, Equatable, Sendable {
    case noSuchFile(path: String)
    /// It is the very database that would be replaced.
    case isTheDatabase(path: String)
    /// What is wrong with it: `it is damaged (…)`.
    case unfit(path: String, reason: String)
}

extension SQLiteConversationStore {
    /// Puts what is in a backup in the database's place. The backup stays as it is, and so does the database until the
    /// copy of the backup is whole and sound; then it is kept aside. At every moment a whole file stands at its path.
    ///
    /// - Parameter file: The place of the database itself, replacing what is there, if something is.
    /// - Throws: ``RestoreError`` where the backup is none; ``StoreError``, ``FileError``. Nothing has changed then.
    package static func restore(
        path: String, from backup: String, into file: NamelessFile, surroundings: Surroundings
    ) async throws -> DatabaseRestoration {
        let now = surroundings.now()
        return try await BlockingWork.run {
            do {
                let contents = try copied(backup, into: file, now: now)
                return DatabaseRestoration(contents: contents, keptAside: try replaced(path, by: file, now: now))
            } catch {
                file.discard()
                throw error
            }
        }
    }

    /// Begins the file that will stand in the database's place, in a folder that is made where it is missing.
    ///
    /// - Throws: ``RestoreError`` where the backup is missing, or is the database; ``StoreError``, ``FileError``.
    package static func beginRestoration(of path: String, from backup: String) throws -> NamelessFile {
        do {
            guard try DatabaseFile.exists(backup) else { throw RestoreError.noSuchFile(path: backup) }
        } catch {
            throw refusal(of: backup, error)
        }
        if DatabaseFile.areTheSame(backup, path) || files(of: path).contains(FilePath.followed(backup)) {
            throw RestoreError.isTheDatabase(path: backup)
        }
        do {
            let isThere = try DatabaseFile.exists(path)
            try DatabaseFile.createFolder(of: path)
            return try NamelessFile(path: path, replaces: isThere)
        } catch let error as FileError {
            throw error
        } catch {
            throw StoreError(translating: error, path: path)
        }
    }

    private static func copied(
        _ backup: String, into file: NamelessFile, now: Timestamp
    ) throws -> DatabaseContents {
        do {
            // With a log to come, those who only read keep a lock on it, too: the next restoration wants to know of them.
            let copy = DatabaseCopy(source: backup, file: file, journal: .log, now: now)
            if let contents = try copy.make(progress: { _, _ in }) { return contents }
        } catch {
            throw refusal(of: backup, error)
        }
        throw RestoreError.unfit(path: backup, reason: "there is nothing in it")
    }

    /// - Returns: where the file is that stood there before.
    private static func replaced(_ path: String, by file: NamelessFile, now: Timestamp) throws -> String? {
        do {
            guard try DatabaseFile.exists(path) else {
                // A log without its file would be replayed into ours.
                _ = try PresentDatabase(path: file.path).keepAside(now: now)
                try file.finish()
                return nil
            }
            let present = PresentDatabase(path: file.path)
            let isWhole = try present.settle()
            guard let lock = try DatabaseLock(file.path), !isWhole || !DatabaseFile.hasLog(file.path) else {
                throw StoreError.databaseBusy(path: path)
            }
            let aside = try present.keepAside(now: now)
            try file.finish()
            _ = consume lock
            return aside
        } catch FileError.isThere {
            // Another program has made one just now.
            throw StoreError.databaseBusy(path: path)
        } catch let error as FileError {
            throw error
        } catch {
            throw StoreError(translating: error, path: path)
        }
    }

    /// What is wrong with a backup, where it is the backup that something is wrong with.
    private static func refusal(of backup: String, _ error: any Error) -> any Error {
        let reason: String
        switch error as? StoreError {
        case .notADatabase(backup): reason = "it is not a database"
        case .foreignDatabase(backup): reason = "it is a database of another program"
        case .damaged(backup, let detail): reason = "it is damaged (\(detail))"
        case .newerSchema(backup, let version, let known):
            reason = "it was written by a later Parley (schema \(version), this one knows \(known))"
        case .changedMigration(backup, let version, let name):
            reason = "it was made with another migration \(version) (\(name)) than this Parley has"
        case .cannotOpen(backup, let words): reason = "it cannot be opened, \(words)"
        default: return error is SystemError ? StoreError(translating: error, path: backup) : error
        }
        return RestoreError.unfit(path: backup, reason: reason)
    }
}
