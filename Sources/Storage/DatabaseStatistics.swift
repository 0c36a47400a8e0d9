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
    /// Replies that programs can ask for again.
    package var responses: Int
    /// Keys that let programs in, without those that were revoked.
    package var serviceKeys: Int
}
