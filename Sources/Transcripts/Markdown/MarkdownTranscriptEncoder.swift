package import Conversations
internal import JSON

/// Writes chats as Markdown that people read, and that ``MarkdownTranscriptSource`` reads back without loss.
package struct MarkdownTranscriptEncoder: TranscriptEncoder {
    private var bytes: [UInt8] = []
    private var hasChats = false
    private var previous: Int?

    package init() {}

    package var waitingBytes: Int { bytes.count }

    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    package mutating func begin(_ chat: Chat) {
        if hasChats {
            bytes.append("\n")
            bytes.append(MarkdownMarker.chat)
            bytes.append("\n")
            bytes.append(metadataOf: chat)
            bytes.append("-->\n")
        } else {
            bytes.append("---\n")
            bytes.append(metadataOf: chat)
            bytes.append("---\n")
        }
        hasChats = true
        previous = nil
        bytes.append(chat.title.isEmpty ? "\n#" : "\n# ")
        bytes.append(MarkdownWords.line(chat.title))
        bytes.append("\n\n")
    }

    package mutating func receive(_ message: Message, content: Span<UInt8>) {
        var notes = MarkdownBody.notes(on: content)
        var body: [UInt8] = []
        body.reserveCapacity(content.count + 16)
        if notes.needsOriginal {
            MarkdownBody.append(ControlPictures.picture(of: content).span, hasReturns: false, notes: &notes, to: &body)
        } else {
            MarkdownBody.append(content, hasReturns: notes.hasReturns, notes: &notes, to: &body)
        }
        let original =
            notes.needsOriginal
            ? unsafe content.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) } : nil
        var json = JSONWriter()
        json.marker(of: message, after: previous, notes: notes, original: original)
        bytes.append(MarkdownMarker.message)
        bytes.append(" ")
        bytes.append(lineSafe: json.take())
        bytes.append(MarkdownMarker.closing)
        bytes.append("\n\n## ")
        bytes.append(MarkdownWords.heading(of: message, after: previous))
        bytes.append("\n\n")
        bytes.append(contentsOf: body)
        bytes.append("\n\n")
        previous = message.id.seq
    }

    package mutating func endChat() {
        bytes.append(MarkdownMarker.wholeEnd)
        bytes.append("\n")
    }

    package mutating func finish() {}
}

/// Names and titles as Markdown shows them.
enum MarkdownWords {
    /// Who said it, when, and where it belongs: `Assistant (eliza) · 2026-01-31 12:00 UTC · #5 after #1`.
    static func heading(of message: Message, after previous: Int?) -> String {
        var heading = message.role.label
        if let provider = message.provider { heading += " (\(line(provider)))" }
        heading += " · \(message.createdAt.minuteInUTC) · #\(message.id.seq)"
        if let place = message.place(after: previous) { heading += " " + place }
        if message.status != .complete { heading += " · \(message.status.rawValue)" }
        return heading
    }

    /// A text on one line that means itself: what Markdown would take for its own has a backslash.
    static func line(_ text: String) -> String {
        var line = ""
        for character in ControlPictures.line(text).unicodeScalars {
            if special.contains(character) { line.unicodeScalars.append("\\") }
            line.unicodeScalars.append(character)
        }
        return line
    }

    /// What ``line(_:)`` was made of, as far as it can be told.
    static func text(ofLine line: Substring) -> String {
        var text = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if scalar == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            if isEscaped, !special.contains(scalar) { text.append("\\") }
            text.append(scalar)
            isEscaped = false
        }
        if isEscaped { text.append("\\") }
        return String(text)
    }

    private static let special = Set("\\`*_[]<>#|~&".unicodeScalars)
}
