package import Conversations
internal import JSON

/// Writes chats as JSON: one document, or one chat a line.
package struct JSONTranscriptEncoder: TranscriptEncoder {
    /// How much of a long text is written before it is handed over, in bytes.
    private static let pieceLength = 1 << 16

    private let isDocument: Bool
    private var json = JSONWriter()
    /// Of the chat that is being written.
    private var words = MessageJSONWords(of: ChatID(rawValue: ""))

    /// - Parameter exportedAt: For the envelope; nil for a chat a line without one.
    package init(exportedAt: Timestamp?) {
        isDocument = exportedAt != nil
        guard let exportedAt else { return }
        json.open(UInt8(ascii: "{"))
        json.member("format", "parley.transcript")
        json.member("version", 1)
        json.member("exported_at", exportedAt)
        json.key("chats")
        json.open(UInt8(ascii: "["))
    }

    package var waitingBytes: Int { json.bytes.count }

    package mutating func take() -> [UInt8] { json.take() }

    package mutating func begin(_ chat: Chat) {
        words = MessageJSONWords(of: chat.id)
        if isDocument { json.lineEnd() } else { json.beginDocument() }
        json.open(UInt8(ascii: "{"))
        json.chatMembers(chat)
        json.key("messages")
        json.open(UInt8(ascii: "["))
    }

    package mutating func receive(_ message: Message, content: Span<UInt8>) {
        json.openMessage(message, words)
        json.addText(content)
        json.closeMessage(message, &words)
    }

    package mutating func receive(
        _ message: Message, content: Span<UInt8>, handingOverTo write: (Span<UInt8>) throws -> Void
    ) throws {
        json.openMessage(message, words)
        var rest = content
        while rest.count > Self.pieceLength {
            json.addText(rest.extracting(first: Self.pieceLength))
            rest = rest.extracting(droppingFirst: Self.pieceLength)
            try json.handOver(to: write)
        }
        json.addText(rest)
        json.closeMessage(message, &words)
    }

    package mutating func handOver(to write: (Span<UInt8>) throws -> Void) throws {
        try json.handOver(to: write)
    }

    package mutating func endChat() {
        json.close(UInt8(ascii: "]"))
        json.close(UInt8(ascii: "}"))
        if !isDocument { json.lineEnd() }
    }

    package mutating func finish() {
        guard isDocument else { return }
        json.lineEnd()
        json.close(UInt8(ascii: "]"))
        json.close(UInt8(ascii: "}"))
        json.lineEnd()
    }
}
