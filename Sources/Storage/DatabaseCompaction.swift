package import Conversations
private import Glibc
internal import SQLite
internal import WholeFiles

/// What giving space back has come to.
package struct DatabaseCompaction: Equatable, Sendable {
    /// The file and its log, in bytes.
    package var bytesBefore: Int
    package var bytesAfter: Int
    /// Others read what was there before: the file shrinks when they are done.
    package var isHeldUp: Bool
}

extension SQLiteConversationStore {
    /// Gives the space that holds nothing any more back to the disk.
    ///
    /// The file is written anew within one transaction, so that nothing happens to it where that does not come to its
    /// end. Others go on reading; writing waits, and it waits for those who write. It takes room for two copies of what
    /// is in the file, for as long as it lasts. What is left of deleted chats goes with it.
    package func compact() async throws(StoreError) -> DatabaseCompaction {
        let bytesBefore = DatabaseFile.sizeWithLog(of: path)
        let isHeldUp = try await maintaining { connection in
            // What it leaves to writing the file anew is done here in any case.
            _ = try connection.finishErasure(limit: 0) { _ in }
            let rewriting = try connection.position(of: .rewrite)
            try BusyRetry.run { try connection.execute("VACUUM") }
            if let rewriting {
                try BusyRetry.run {
                    try connection.transaction(.immediate) { try connection.finish(.rewrite, at: rewriting) }
                }
            }
            let outcome = try connection.finishErasure(limit: .max) { _ in }
            return try outcome == .heldUp || !connection.emptyLog()
        }
        return DatabaseCompaction(
            bytesBefore: bytesBefore, bytesAfter: DatabaseFile.sizeWithLog(of: path), isHeldUp: isHeldUp)
    }

    /// Has SQLite make its temporary files beside the database, where there is room for what is in it, and not in a
    /// small `/tmp`; unless the user has named a place (`SQLITE_TMPDIR`). To be called before any database is opened.
    package static func putTemporaryFiles(besides path: String) {
        _ = unsafe setenv("SQLITE_TMPDIR", FilePath.folder(of: FilePath.followed(path)), 0)
    }
}
