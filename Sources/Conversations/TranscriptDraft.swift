/// A chat as a file has it, with no more than the file says: what is missing is made up when it is whole.
package struct TranscriptDraft: Sendable {
    package var id: ChatID
    package var title: String?
    package var createdAt: Timestamp?
    package var updatedAt: Timestamp?
    package var provider: String?
    package var model: String?
    package var system: String?
    package var tags: [String] = []
    package var pinned = false
    package var archived = false
    package var forkedFrom: MessageID?
    package var metadata: [String: String] = [:]
    /// The tip of the branch in view; nil for the last message.
    package var head: Int?
    /// By number, parents before children.
    package var messages: [Entry] = []

    /// A message as a file has it.
    package struct Entry: Sendable {
        package var seq: Int
        package var parent: Int?
        package var role: Role
        package var content: String
        package var status = MessageStatus.complete
        package var provider: String?
        package var model: String?
        package var createdAt: Timestamp?
        package var finishedAt: Timestamp?
        package var finishReason: String?
        package var usage: TokenUsage?
        package var error: MessageError?

        package init(seq: Int, parent: Int?, role: Role, content: String, createdAt: Timestamp? = nil) {
            self.seq = seq
            self.parent = parent
            self.role = role
            self.content = content
            self.createdAt = createdAt
        }
    }

    package init(id: ChatID) {
        self.id = id
    }

    /// The name of the note in which a chat remembers the tool that it comes from.
    package static let origin = "imported_from"

    /// The whole chat. A message without a time has that of the one before it, or of the chat; a chat without one that
    /// of its first message, or `now`. Without a title it gets one from the user's first words.
    package func transcript(now: Timestamp) -> Transcript {
        let began = createdAt ?? messages.lazy.compactMap(\.createdAt).first ?? now
        var time = began
        var made: [Message] = []
        made.reserveCapacity(messages.count)
        for entry in messages {
            time = entry.createdAt ?? time
            made.append(
                Message(
                    id: MessageID(chat: id, seq: entry.seq), parent: entry.parent, role: entry.role,
                    content: entry.content,
                    // Nobody writes it here.
                    status: entry.status == .streaming ? .interrupted : entry.status, provider: entry.provider,
                    model: entry.model, createdAt: time, finishedAt: entry.finishedAt,
                    finishReason: entry.finishReason, usage: entry.usage, error: entry.error))
        }
        let last = made.last
        let chat = Chat(
            id: id, title: title ?? ChatTitle.made(from: messages.first { $0.role == .user }?.content ?? ""),
            createdAt: began, updatedAt: updatedAt ?? last.map { max($0.finishedAt ?? $0.createdAt, began) } ?? began,
            provider: provider, model: model, system: system, tags: tags, pinned: pinned, archived: archived,
            forkedFrom: forkedFrom, metadata: metadata, head: head ?? last?.id.seq, messageCount: made.count)
        return Transcript(chat: chat, messages: made)
    }
}
