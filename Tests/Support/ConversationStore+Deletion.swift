package import Conversations

extension ConversationStore {
    /// Deletes chats as they are just now.
    package func delete(_ ids: [ChatID], of owner: Owner) async throws(StoreError) {
        var chats: [Chat] = []
        for id in ids {
            guard let chat = try await chat(id, of: owner) else { throw .noSuchChat(id) }
            chats.append(chat)
        }
        try await delete(chats)
    }
}
