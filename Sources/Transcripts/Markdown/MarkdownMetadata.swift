internal import Conversations
internal import JSON

// What Markdown has no words for, as JSON in front matter and comments: Docs/Transcripts.md tells the shape.

enum MarkdownMarker {
    static let message: StaticString = "<!-- parley:message"
    static let chat: StaticString = "<!-- parley:chat"
    static let end: StaticString = "<!-- parley:end"
    static let wholeEnd: StaticString = "<!-- parley:end -->"
    /// What all of them begin with, and no line of a message does.
    static let beginning: StaticString = "<!-- parley:"
    static let closing: StaticString = " -->"
    static let format = "parley.transcript"
    static let version = 1
}

extension [UInt8] {
    mutating func append(_ word: StaticString) {
        unsafe append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// Adds JSON with all that could end a comment or a line, or that editors and YAML do not take as it stands, escaped:
    /// `<`, `>`, DEL, C1 controls, U+2028, U+2029 and U+FEFF. They stand in strings only, where JSON escapes them alike.
    mutating func append(lineSafe json: [UInt8]) {
        var index = 0
        while index < json.count {
            let byte = json[index]
            let next = index + 1 < json.count ? json[index + 1] : 0
            let last = index + 2 < json.count ? json[index + 2] : 0
            switch (byte, next, last) {
            case (UInt8(ascii: "<"), _, _): append("\\u003c")
            case (UInt8(ascii: ">"), _, _): append("\\u003e")
            case (0x7F, _, _): append("\\u007f")
            case (0xC2, 0x80...0x9F, _):
                append("\\u00" + String(next, radix: 16))
                index += 1
            case (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9):
                append(last == 0xA8 ? "\\u2028" : "\\u2029")
                index += 2
            case (0xEF, 0xBB, 0xBF):
                append("\\ufeff")
                index += 2
            default: append(byte)
            }
            index += 1
        }
    }

    /// Adds a chat's metadata, a line a key: `key: value`, which YAML reads as well.
    mutating func append(metadataOf chat: Chat) {
        var json = JSONWriter()
        json.object { json in
            json.member("format", MarkdownMarker.format)
            json.member("version", MarkdownMarker.version)
            json.chatMembers(chat)
        }
        append(linesOf: json.take())
    }

    /// The members of an object, a line each.
    private mutating func append(linesOf object: [UInt8]) {
        // The object is our own: where it could not be read, that would be a defect of the writer.
        var reader = JSONReader(object[...])
        do {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                append(reader.text(of: key))
                append(": ")
                let start = reader.position
                try reader.skip()
                append(lineSafe: Array(object[start..<reader.position]))
                append(UInt8(ascii: "\n"))
            }
        } catch {
            preconditionFailure("a chat was written as no JSON")
        }
    }
}

/// What a message's marker says of how its text was written.
struct MarkdownBodyNotes: Equatable {
    /// All line ends were CR LF, and are LF in the file.
    var hasReturns = false
    /// The fence that was added at the end, since the text leaves one open.
    var fence: [UInt8]?
    /// It has controls that no file of text should have: the file shows their pictures, and this is the text.
    var needsOriginal = false
}

extension JSONWriter {
    /// A message's marker: what is not in its text. What goes without saying is left out.
    ///
    /// - Parameters:
    ///   - previous: The message before it in the file, which it goes on from unless another is named.
    ///   - original: The text, where the notes need it.
    mutating func marker(of message: Message, after previous: Int?, notes: MarkdownBodyNotes, original: String?) {
        object { json in
            json.member("seq", message.id.seq)
            if message.parent != previous {
                json.key("parent")
                if let parent = message.parent { json.integer(parent) } else { json.null() }
            }
            json.member("role", message.role.rawValue)
            if message.status != .complete { json.member("status", message.status.rawValue) }
            json.member("provider", message.provider)
            json.member("model", message.model)
            json.member("created_at", message.createdAt)
            json.member("finished_at", message.finishedAt)
            json.member("finish_reason", message.finishReason)
            if let usage = message.usage {
                json.object("usage") { json in
                    json.member("input_tokens", usage.inputTokens)
                    json.member("output_tokens", usage.outputTokens)
                }
            }
            if let error = message.error {
                json.object("error") { json in
                    json.member("code", error.code)
                    json.member("message", error.message)
                }
            }
            if notes.hasReturns { json.member("line_ends", "crlf") }
            json.member("fence", notes.fence.map { String(decoding: $0, as: UTF8.self) })
            json.member("text", original)
        }
    }
}
