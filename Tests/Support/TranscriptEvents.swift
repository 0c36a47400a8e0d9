package import Conversations

/// A chat as it is read: the chat, then its messages by sequence number, then its end.
package enum TranscriptEvent: Sendable {
    case chat(Chat)
    case message(Message)
    case endOfChat
}

/// Passes on what is read, an event at a time.
private struct EventReceiver: TranscriptReceiver, Sendable {
    let body: @Sendable (TranscriptEvent) throws -> Void

    func begin(_ chat: Chat) throws {
        try body(.chat(chat))
    }

    func receive(_ message: Message, content: Span<UInt8>) throws {
        var message = message
        message.content = unsafe content.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        try body(.message(message))
    }

    func endChat() throws {
        try body(.endOfChat)
    }
}

extension ConversationStore {
    /// Reads whole chats, an event at a time, on the reader's own thread.
    package func read(
        _ selection: ChatSelection, of owner: Owner, _ body: @escaping @Sendable (TranscriptEvent) throws -> Void
    ) async throws {
        _ = try await read(selection, of: owner, into: EventReceiver(body: body))
    }
}

extension ChatSelection {
    /// Every chat.
    package static let everything = ChatSelection.all(ChatConditions(), archived: nil)
}
