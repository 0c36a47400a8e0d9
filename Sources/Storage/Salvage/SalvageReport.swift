package import Conversations

/// What a salvage brought into the new database, and what it could not.
package struct SalvageReport: Sendable, Equatable {
    /// Messages of a chat that are not there any more, from one sequence number to another.
    package struct MissingMessages: Sendable, Equatable {
        package var chat: ChatID
        package var numbers: ClosedRange<Int>
    }

    package var chats = 0
    package var messages = 0
    package var attempts = 0
    /// Chats whose own row was lost, made anew for their messages.
    package var recoveredChats: [ChatID] = []
    /// What is known to be missing; where a chat has gaps from before the damage, they are in it.
    package var missing: [MissingMessages] = []
    /// Messages of which only the beginning could be read.
    package var shortenedMessages: [MessageID] = []
    /// Rows with bytes that were no characters: each is U+FFFD now.
    package var rowsWithReplacedCharacters = 0
    /// Rows in which something else than a text had to be put right.
    package var mendedRows = 0
    /// Rows that could not be read, or are of no use without what is lost.
    package var droppedRows = 0
    /// Pages of which nothing could be read.
    package var unreadablePages: [ClosedRange<Int>] = []
    /// Pages that contradict themselves: rows of theirs may be lost.
    package var inconsistentPages: [Int] = []
    /// The log beside the file is damaged: what was written last may be lost.
    package var isLogDamaged = false
    /// Somebody wrote to the file meanwhile: the copy may be torn.
    package var hasChangedMeanwhile = false

    /// Everything was readable.
    package var isWhole: Bool {
        recoveredChats.isEmpty && missing.isEmpty && shortenedMessages.isEmpty && rowsWithReplacedCharacters == 0
            && mendedRows == 0 && droppedRows == 0 && unreadablePages.isEmpty && inconsistentPages.isEmpty
            && !isLogDamaged && !hasChangedMeanwhile
    }
}

/// Why there is no salvaged database.
package enum SalvageError: Error, Equatable, Sendable {
    /// There is nothing at the damaged file's path.
    case noDatabase(path: String)
    /// The operating system does not let the damaged file be read; its own words for why.
    case cannotRead(path: String, reason: String)
    /// Not one row could be read.
    case nothingReadable(path: String)
}
