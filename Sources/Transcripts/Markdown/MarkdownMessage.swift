internal import Conversations
internal import JSON

/// A message as it stands in a Markdown file: what its marker says, and then its text.
struct MarkdownMessage {
    var seq: Int
    var parent: Int?
    var role: Role
    var content = ""
    var status = MessageStatus.complete
    var provider: String?
    var model: String?
    var createdAt: Timestamp?
    var finishedAt: Timestamp?
    var finishReason: String?
    var usage: TokenUsage?
    var error: MessageError?
    var notes = MarkdownBodyNotes()
    var original: String?

    /// - Parameters:
    ///   - json: What stands in the marker: an object, of which only `role` has to be there.
    ///   - line: Which line it is.
    ///   - previous: The message before it, which it goes on from unless it says otherwise.
    init(marker json: ArraySlice<UInt8>, at line: Int, after previous: MarkdownMessage?) throws {
        seq = (previous?.seq ?? 0) + 1
        parent = previous?.seq
        role = .user
        var hasRole = false
        do {
            var reader = JSONReader(json)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                let name = reader.text(of: key)
                guard try reader.kind() != .null || name == "parent" else {
                    try reader.null()
                    continue
                }
                if name == "role" { hasRole = true }
                try receive(name, from: &reader, at: line)
            }
            try reader.end()
        } catch is JSONError {
            throw MarkdownFault(line, "its marker is no JSON object of the right kind")
        }
        guard hasRole else { throw MarkdownFault(line, "its marker names no role") }
        guard (1...MessageFamily.maximumSeq).contains(seq) else {
            throw MarkdownFault(line, "its seq has to be from 1 to \(MessageFamily.maximumSeq)")
        }
    }

    private mutating func receive(_ name: String, from json: inout JSONReader, at line: Int) throws {
        switch name {
        case "seq":
            guard let number = try Self.integer(from: &json) else {
                throw MarkdownFault(line, "its seq is no whole number")
            }
            seq = number
        case "parent":
            if try json.kind() == .null {
                try json.null()
                parent = nil
                return
            }
            guard let number = try Self.integer(from: &json) else {
                throw MarkdownFault(line, "its parent is neither the number of a message nor null")
            }
            parent = number
        case "role": role = try Self.word(from: &json, "role", at: line)
        case "status": status = try Self.word(from: &json, "status", at: line)
        case "provider": provider = json.text(of: try json.string())
        case "model": model = json.text(of: try json.string())
        case "created_at": createdAt = try Self.time(from: &json, name, at: line)
        case "finished_at": finishedAt = try Self.time(from: &json, name, at: line)
        case "finish_reason": finishReason = json.text(of: try json.string())
        case "usage":
            let value = try json.value()
            guard let input = value["input_tokens"]?.integer, let output = value["output_tokens"]?.integer else {
                throw MarkdownFault(line, "its usage has to have input_tokens and output_tokens")
            }
            usage = TokenUsage(inputTokens: input, outputTokens: output)
        case "error":
            let value = try json.value()
            guard let code = value["code"]?.string, let message = value["message"]?.string else {
                throw MarkdownFault(line, "its error has to have a code and a message")
            }
            error = MessageError(code: code, message: message)
        case "line_ends": notes.hasReturns = json.text(of: try json.string()) == "crlf"
        case "fence": notes.fence = Array(json.text(of: try json.string()).utf8)
        case "text": original = json.text(of: try json.string())
        default: try json.skip()
        }
    }

    /// Nil where it is anything else.
    private static func integer(from json: inout JSONReader) throws -> Int? {
        try json.kind() == .number ? try json.number().integer : nil
    }

    private static func word<Word: RawRepresentable<String>>(
        from json: inout JSONReader, _ name: String, at line: Int
    ) throws -> Word {
        guard let word = Word(rawValue: json.text(of: try json.string())) else {
            throw MarkdownFault(line, "nobody knows its \(name)")
        }
        return word
    }

    private static func time(from json: inout JSONReader, _ name: String, at line: Int) throws -> Timestamp {
        guard let time = Timestamp(rfc3339: json.text(of: try json.string())) else {
            throw MarkdownFault(line, "its \(name) is no time such as 2026-01-31T12:00:00.000Z")
        }
        return time
    }

    /// The message of this chat.
    ///
    /// - Parameter time: When it was begun, where it does not say.
    func message(of chat: ChatID, at time: Timestamp) -> Message {
        Message(
            id: MessageID(chat: chat, seq: seq), parent: parent, role: role, content: content, status: status,
            provider: provider, model: model, createdAt: createdAt ?? time, finishedAt: finishedAt,
            finishReason: finishReason, usage: usage, error: error)
    }
}
