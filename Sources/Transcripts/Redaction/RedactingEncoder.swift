package import Conversations

/// Writes chats as another encoder does, but with what is likely to be secret replaced by words such as `[redacted key]`:
/// in texts, titles, system prompts, tags, metadata and errors. Ids, roles, names of providers and times stay.
///
/// It is a help for whoever passes a transcript on, and no promise: Docs/Transcripts.md says what is found.
package struct RedactingEncoder: TranscriptEncoder {
    private var encoder: any TranscriptEncoder

    package init(_ encoder: any TranscriptEncoder) {
        self.encoder = encoder
    }

    package var waitingBytes: Int { encoder.waitingBytes }

    package mutating func take() -> [UInt8] { encoder.take() }

    package mutating func begin(_ chat: Chat) throws {
        var chat = chat
        chat.title = Redactor.redacted(chat.title)
        chat.system = chat.system.map(Redactor.redacted)
        // Two may have become the same.
        chat.tags = chat.tags.map(Redactor.redacted).inTagOrder
        for (name, value) in chat.metadata { chat.metadata[name] = Redactor.redacted(value, of: name) }
        try encoder.begin(chat)
    }

    package mutating func receive(_ message: Message, content: Span<UInt8>) throws {
        var message = message
        if let error = message.error {
            message.error = MessageError(code: error.code, message: Redactor.redacted(error.message))
        }
        guard let redacted = Redactor.redacted(content) else { return try encoder.receive(message, content: content) }
        try encoder.receive(message, content: redacted.span)
    }

    package mutating func endChat() throws { try encoder.endChat() }

    package mutating func finish() { encoder.finish() }
}
