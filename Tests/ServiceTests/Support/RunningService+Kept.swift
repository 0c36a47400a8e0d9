import Conversations
import Storage
import Testing

// What is on disk behind a running service, of the terminal's user.
extension RunningService {
    /// The last active first.
    func chats() async throws -> [Chat] {
        var query = ChatQuery()
        query.limit = 100
        return try await store.chats(matching: query, of: .local).chats
    }

    /// The branch in view of the chat that is the only one.
    func onlyBranch() async throws -> (chat: Chat, messages: [Message]) {
        let chats = try await chats()
        try #require(chats.count == 1)
        let (chat, messages) = try #require(try await store.branch(of: chats[0].id, of: .local, last: nil))
        return (chat, messages)
    }

    /// How the attempts ended, the newest first.
    func outcomes() async throws -> [ProviderAttempt.Outcome] {
        try await store.attempts(matching: AttemptQuery(limit: 100)).attempts.map(\.result.outcome)
    }
}
