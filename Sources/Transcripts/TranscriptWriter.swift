package import Conversations
import JSON

/// The forms in which whole conversations leave Parley.
package enum TranscriptFormat: String, Sendable, CaseIterable {
    /// One document: an envelope with all chats.
    case json
    /// One chat a line, without an envelope.
    case jsonl
}

/// Turns chats, as they are read, into a transcript: events in, bytes out.
///
/// Take the bytes whenever there are many: the writer needs memory for what it has not handed over, and no more.
package struct TranscriptWriter: Sendable {
    private let format: TranscriptFormat
    private var json = JSONWriter()

    /// A writer that has begun its document.
    package init(format: TranscriptFormat, exportedAt: Timestamp) {
        self.format = format
        guard format == .json else { return }
        json.open(UInt8(ascii: "{"))
        json.member("format", "parley.transcript")
        json.member("version", 1)
        json.member("exported_at", exportedAt)
        json.key("chats")
        json.open(UInt8(ascii: "["))
    }

    /// How many bytes wait to be taken.
    package var waitingBytes: Int { json.bytes.count }

    /// Hands over what has been written so far.
    package mutating func take() -> [UInt8] { json.take() }

    /// Writes the next event; chats come one after the other, each closed by its end.
    package mutating func receive(_ event: TranscriptEvent) {
        switch event {
        case .chat(let chat):
            if format == .json { json.lineEnd() } else { json.beginDocument() }
            json.open(UInt8(ascii: "{"))
            json.chatMembers(chat)
            json.key("messages")
            json.open(UInt8(ascii: "["))
        case .message(let message):
            json.message(message)
        case .endOfChat:
            json.close(UInt8(ascii: "]"))
            json.close(UInt8(ascii: "}"))
            if format == .jsonl { json.lineEnd() }
        }
    }

    /// Ends the document.
    package mutating func finish() {
        guard format == .json else { return }
        json.lineEnd()
        json.close(UInt8(ascii: "]"))
        json.close(UInt8(ascii: "}"))
        json.lineEnd()
    }
}
