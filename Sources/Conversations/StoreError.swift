/// What can keep a store from doing what it was asked.
package enum StoreError: Error, Equatable, Sendable {
    case noSuchChat(ChatID)
    case noSuchMessage(MessageID)
    /// A reply streams in the chat: another holds its lease.
    case chatBusy(ChatID)
    /// The chat is not as it was when it was read.
    case chatChanged(ChatID)
    /// The lease ran out and another went on: what was still to be written is not.
    case leaseLost(ChatID)
    /// No more messages go into one chat; the limit.
    case chatFull(ChatID, limit: Int)
    /// A chat of this id is there already.
    case chatExists(ChatID)

    /// There is a key of this name.
    case keyNameTaken(String)

    /// What was to be searched for is not in the engine's language; its own words for why.
    case badSearch(String)

    /// Other programs hold the file's lock for longer than we wait.
    case databaseBusy(path: String)
    case diskFull(path: String)
    case readOnly(path: String)
    case permissionDenied(path: String)
    /// The system's own words for why.
    case cannotOpen(path: String, reason: String)
    /// A file that is no SQLite database.
    case notADatabase(path: String)
    /// An SQLite database of another program.
    case foreignDatabase(path: String)
    case damaged(path: String, detail: String)
    /// Written by a later version of Parley: the schema's version, and the latest that this one knows.
    case newerSchema(path: String, version: Int, known: Int)
    /// A migration in the file is not the one that this program has under that number.
    case changedMigration(path: String, version: Int, name: String)
    /// Anything else that the engine or the disk answered.
    case failed(path: String, detail: String)
}
