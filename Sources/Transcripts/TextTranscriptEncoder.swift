package import Conversations

/// Writes chats as plain text, as `show` prints them, for reading and for tools that look for lines.
package struct TextTranscriptEncoder: TranscriptEncoder {
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
        if hasChats { bytes.append("\n" + String(repeating: "=", count: 72) + "\n\n") }
        hasChats = true
        previous = nil
        let count = "\(chat.messageCount) message" + (chat.messageCount == 1 ? "" : "s")
        let facts = [
            chat.id.rawValue, chat.provider.map(ControlPictures.line), chat.model.map(ControlPictures.line), count,
            chat.updatedAt.minuteInUTC,
        ]
        bytes.append(ControlPictures.line(chat.title) + "\n")
        bytes.append(facts.compactMap(\.self).joined(separator: " · ") + "\n")
        if !chat.tags.isEmpty {
            bytes.append("tags: " + chat.tags.map(ControlPictures.line).joined(separator: ", ") + "\n")
        }
        if let system = chat.system { bytes.append("\nsystem prompt\n" + system + "\n") }
    }

    package mutating func receive(_ message: Message, content: Span<UInt8>) {
        bytes.append("\n" + speaker(of: message) + "\n")
        bytes.append(content, 0..<content.count)
        bytes.append("\n")
        previous = message.id.seq
    }

    package mutating func endChat() {}

    package mutating func finish() {}

    private func speaker(of message: Message) -> String {
        let name =
            switch message.role {
            case .user: "you"
            case .system: "system"
            case .assistant: message.provider.map(ControlPictures.line) ?? "assistant"
            }
        let facts = [
            "#\(message.id.seq)", message.createdAt.minuteInUTC, message.place(after: previous), message.state,
        ]
        return name + " (" + facts.compactMap(\.self).joined(separator: ", ") + ")"
    }
}
