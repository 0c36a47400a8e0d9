package import Conversations
package import JSON

/// A conversation of Claude's data export: one element of its `conversations.json`.
///
/// The format is documented nowhere by its maker. What is known of it is what those found who read exports, such as
/// <https://github.com/Sinity/polylogue>; parents and the current leaf are in what the web client reads, and in newer
/// exports.
package enum ClaudeConversation: ForeignConversation {
    package static let name = "claude"

    package static func draft(
        of conversation: JSONValue, ids: inout DerivedChatIDs
    ) throws(Unreadable) -> TranscriptDraft? {
        guard let messages = conversation["chat_messages"]?.elements else {
            throw Unreadable(reason: "it has no chat_messages, as conversations of Claude have")
        }
        let model = conversation["model"]?.string
        let isTree = messages.contains { $0["parent_message_uuid"]?.string != nil }
        var tree = ForeignTree()
        for (index, message) in messages.enumerated() {
            // Without parents it is a list, and ids are of no use: two messages may have the same.
            let id = isTree ? message["uuid"]?.string : String(index)
            let parent = isTree ? message["parent_message_uuid"]?.string : String(index - 1)
            tree.append(ForeignTree.Node(id: id, parent: parent, message: self.message(message, model: model)))
        }
        let tip = isTree ? conversation["current_leaf_message_uuid"]?.string : String(messages.count - 1)
        let (entries, head) = tree.entries(tip: tip, provider: name)
        guard let first = entries.first else { return nil }
        let createdAt = conversation["created_at"]?.moment
        var draft = TranscriptDraft(
            id: ids.id(
                keeping: conversation["uuid"]?.string, createdAt: createdAt,
                first: (role: first.role, content: first.content)))
        draft.title = ForeignText.some(conversation["name"]?.string)
        draft.createdAt = createdAt
        draft.updatedAt = conversation["updated_at"]?.moment
        draft.pinned = conversation["is_starred"]?.boolean ?? false
        draft.head = head
        draft.messages = entries
        return draft
    }

    private static func message(_ message: JSONValue, model: String?) -> ForeignMessage? {
        guard let text = ClaudeContent.text(of: message) else { return nil }
        let isUsers = ["human", "user"].contains(message["sender"]?.string)
        var made = ForeignMessage(role: isUsers ? .user : .assistant, content: text)
        made.createdAt = message["created_at"]?.moment
        if !isUsers {
            made.model = message["model"]?.string ?? model
            made.finishReason = message["stop_reason"]?.string
            if made.finishReason == "user_canceled" { made.status = .interrupted }
        }
        return made
    }
}
