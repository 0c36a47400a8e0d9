package import Conversations
package import JSON

/// How one conversation of another tool's is read, of which a file has a list.
package protocol ForeignConversation {
    /// What the tool is called: the word after `--from`.
    static var name: String { get }

    /// The chat; nil where nothing was said in it.
    static func draft(of conversation: JSONValue, ids: inout DerivedChatIDs) throws(Unreadable) -> TranscriptDraft?
}

/// Why a conversation cannot be read.
package struct Unreadable: Error, Equatable {
    package var reason: String
}
