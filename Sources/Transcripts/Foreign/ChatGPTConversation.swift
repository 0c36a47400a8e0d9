package import Conversations
package import JSON

/// A conversation of ChatGPT's data export: one element of its `conversations.json`.
///
/// The format is documented nowhere by its maker, and changes. What is known of it is what those found who read many
/// exports:
/// <https://github.com/mohamed-chs/convoviz/blob/main/docs/dev/chatgpt-spec.md>,
/// <https://github.com/jamesmoore/chatgpt-export>.
package enum ChatGPTConversation: ForeignConversation {
    package static let name = "chatgpt"

    package static func draft(
        of conversation: JSONValue, ids: inout DerivedChatIDs
    ) throws(Unreadable) -> TranscriptDraft? {
        guard case .object(let members)? = conversation["mapping"] else {
            throw Unreadable(reason: "it has no mapping of nodes, as conversations of ChatGPT have")
        }
        var tree = ForeignTree()
        for member in members { tree.append(node(member.value, key: member.key)) }
        let (entries, head) = tree.entries(tip: conversation["current_node"]?.string, provider: name)
        guard let first = entries.first else { return nil }
        let createdAt = conversation["create_time"]?.moment
        let own = [conversation["conversation_id"], conversation["id"]].lazy.compactMap { $0?.string }.first
        var draft = TranscriptDraft(
            id: ids.id(keeping: own, createdAt: createdAt, first: (role: first.role, content: first.content)))
        draft.title = ForeignText.some(conversation["title"]?.string)
        draft.createdAt = createdAt
        draft.updatedAt = conversation["update_time"]?.moment
        draft.archived = conversation["is_archived"]?.boolean ?? false
        draft.pinned = conversation["is_starred"]?.boolean ?? false || conversation["pinned_time"]?.moment != nil
        draft.head = head
        draft.messages = entries
        return draft
    }

    private static func node(_ node: JSONValue, key: String) -> ForeignTree.Node {
        let children = node["children"]?.elements?.compactMap(\.string) ?? []
        return ForeignTree.Node(
            id: key, parent: node["parent"]?.string, children: children,
            message: node["message"].flatMap(message))
    }

    /// Nil where there is nothing in it that a person wrote or was told.
    private static func message(_ message: JSONValue) -> ForeignMessage? {
        let metadata = message["metadata"]
        guard metadata?["is_visually_hidden_from_conversation"]?.boolean != true,
            let role = role(of: message), let text = ChatGPTContent(of: message).text
        else { return nil }
        var made = ForeignMessage(role: role, content: text)
        made.createdAt = message["create_time"]?.moment
        made.model = metadata?["model_slug"]?.string
        if role == .assistant {
            made.finishReason = metadata?["finish_details"]?["type"]?.string
            let isCut = message["status"]?.string == "in_progress" || made.finishReason == "interrupted"
            if isCut { made.status = .interrupted }
        }
        return made
    }

    private static func role(of message: JSONValue) -> Role? {
        switch message["author"]?["role"]?.string {
        case "user": .user
        case "system": .system
        // What a tool gave back is part of the answer.
        case "assistant", "tool": .assistant
        default: nil
        }
    }
}
