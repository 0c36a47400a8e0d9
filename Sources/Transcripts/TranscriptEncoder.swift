package import Conversations

/// The forms in which whole conversations leave Parley.
package enum TranscriptFormat: String, Sendable, CaseIterable {
    /// One document: an envelope with all chats.
    case json
    /// One chat a line, without an envelope.
    case jsonl
    /// For reading anywhere, and it reads back as well as JSON.
    case markdown
    /// A page that needs nothing else.
    case html
    /// Plain text.
    case text

    /// The form that a person names: by its name, or by what its files end in.
    package init?(name: String) {
        switch name.lowercased() {
        case "md": self = .markdown
        case "htm": self = .html
        case "txt": self = .text
        case let name:
            guard let format = Self(rawValue: name) else { return nil }
            self = format
        }
    }

    /// The form that a file's name ends in; nil where it ends in none of them.
    package init?(fileName: String) {
        guard let point = fileName.lastIndex(of: "."), !fileName[point...].contains("/") else { return nil }
        self.init(name: String(fileName[fileName.index(after: point)...]))
    }

    /// What writes this form, and has begun its document.
    package func encoder(exportedAt: Timestamp) -> any TranscriptEncoder {
        switch self {
        case .json: JSONTranscriptEncoder(exportedAt: exportedAt)
        case .jsonl: JSONTranscriptEncoder(exportedAt: nil)
        case .markdown: MarkdownTranscriptEncoder()
        case .html: HTMLTranscriptEncoder()
        case .text: TextTranscriptEncoder()
        }
    }
}

/// Turns chats, as they are read, into a transcript: chats in, bytes out.
///
/// Take the bytes whenever there are many: an encoder needs memory for what it has not handed over, and no more.
package protocol TranscriptEncoder: TranscriptReceiver, Sendable {
    /// How many bytes wait to be taken.
    var waitingBytes: Int { get }
    /// Hands over what has been written so far.
    mutating func take() -> [UInt8]
    /// Lends what has been written so far, and forgets it.
    mutating func handOver(to write: (Span<UInt8>) throws -> Void) throws
    /// Takes the chat's next message, and may hand over while it is at it, where the text is long.
    mutating func receive(
        _ message: Message, content: Span<UInt8>, handingOverTo write: (Span<UInt8>) throws -> Void
    ) throws
    /// Ends the document.
    mutating func finish()
}

extension TranscriptEncoder {
    package mutating func handOver(to write: (Span<UInt8>) throws -> Void) throws {
        try write(take().span)
    }

    package mutating func receive(
        _ message: Message, content: Span<UInt8>, handingOverTo write: (Span<UInt8>) throws -> Void
    ) throws {
        try receive(message, content: content)
    }
}
