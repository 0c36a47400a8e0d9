package import Conversations
package import WholeFiles

extension SQLiteConversationStore {
    /// A database and the files that SQLite puts beside it, whether they are there or not.
    package static func files(of path: String) -> [String] {
        let path = FilePath.followed(path)
        return [path] + DatabaseFile.companions.map { path + $0 }
    }

    /// Copies the database into the file, looks whether the copy is sound, and only then gives it its name. Others go on
    /// reading and writing meanwhile; what is copied is the database as it stands at one moment.
    ///
    /// The copy is one file that can be read anywhere, read-only media included.
    ///
    /// - Parameter progress: Is called every thousand pages with how many are copied, and of how many, on the thread that copies.
    /// - Returns: what the copy holds; nil, and no file, where there is no database yet.
    /// - Throws: ``StoreError``, or ``FileError`` where the file cannot be put in its place; nothing of it is left then.
    package static func backUp(
        path: String, into file: NamelessFile, surroundings: Surroundings,
        progress: @escaping @Sendable (_ copied: Int, _ all: Int) -> Void
    ) async throws -> DatabaseContents? {
        let now = surroundings.now()
        return try await BlockingWork.run {
            do {
                let copy = DatabaseCopy(source: path, file: file, journal: .none, now: now)
                guard let contents = try copy.make(progress: progress) else {
                    file.discard()
                    return nil
                }
                try file.finish()
                return contents
            } catch {
                file.discard()
                throw error
            }
        }
    }
}
