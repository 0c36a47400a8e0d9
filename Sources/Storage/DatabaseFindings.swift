/// Something that a check of the database found.
package struct DatabaseFinding: Equatable, Sendable {
    package enum Severity: String, Sendable {
        /// The file is not as it should be.
        case damage
        /// Worth knowing; nothing is wrong with the file.
        case note
    }

    package var severity: Severity
    /// A short word that programs can compare.
    package var code: String
    package var message: String
    /// What to do about it.
    package var advice: String
}

/// What a file holds, in numbers.
package struct DatabaseStatistics: Equatable, Sendable {
    package var schemaVersion: Int
    /// The file, and the log that waits beside it, in bytes.
    package var fileBytes: Int
    package var logBytes: Int
    /// Bytes within the file that hold nothing.
    package var freeBytes: Int
    package var chats: Int
    package var archivedChats: Int
    package var messages: Int
    package var attempts: Int
}
