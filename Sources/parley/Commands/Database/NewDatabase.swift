import Storage
import WholeFiles

extension NamelessFile {
    /// Begins a file that is to be a database, and is no part of the one that there is.
    ///
    /// - Throws: ``Failure`` where something stands beside its place that SQLite would take for a part of it: a log that
    ///   was left there would be replayed into it.
    static func database(at path: String, replaces: Bool, besides library: Library) throws -> NamelessFile {
        let spared = SQLiteConversationStore.files(of: library.path)
        if !spared.contains(FilePath.followed(path)) {
            for place in SQLiteConversationStore.files(of: path).dropFirst() where FilePath.kind(of: place) != .nothing
            {
                throw Failure(
                    ExitStatus.cannotCreate, "file_exists",
                    "\(place) is there already, as if it were a part of the file to make: move it away, or name another"
                )
            }
        }
        return try NamelessFile(path: path, replaces: replaces, sparing: spared)
    }
}
