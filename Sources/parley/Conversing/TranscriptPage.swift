import Conversations
import Terminal

/// A conversation as a person reads it.
struct TranscriptPage {
    let style: Style
    /// A person looks at it: what could harm the terminal is made visible.
    let isForScreen: Bool

    /// The chat's title, and a line with what it is.
    ///
    /// - Parameter count: How many of its messages are shown.
    func heading(of chat: Chat, showing count: Int) -> String {
        let part = count < chat.messageCount ? "\(count) of " : ""
        let facts = [
            chat.id.rawValue, chat.provider.map(line), chat.model.map(line),
            "\(part)\(chat.messageCount) message" + (chat.messageCount == 1 ? "" : "s"),
            LocalTime.minute(chat.updatedAt),
        ]
        return style.bold(line(chat.title)) + "\n" + style.dim(facts.compactMap(\.self).joined(separator: " · ")) + "\n"
    }

    /// Who said it and when, and what.
    func text(of message: Message) -> String {
        speaker(of: message) + "\n" + (isForScreen ? ControlCharacterFilter.visible(message.content) : message.content)
    }

    func speaker(of message: Message) -> String {
        let name =
            switch message.role {
            case .user: style.bold("you")
            case .system: style.bold("system")
            case .assistant: style.colour(message.provider.map(line) ?? "assistant", .cyan)
            }
        let state: String? =
            switch message.status {
            case .complete: nil
            case .streaming: "still coming"
            case .interrupted, .failed: message.status.rawValue + (message.error.map { ": " + line($0.message) } ?? "")
            }
        let facts = ["#\(message.id.seq)", LocalTime.minute(message.createdAt), state].compactMap(\.self)
        return name + style.dim(" (\(facts.joined(separator: ", ")))")
    }

    private func line(_ text: String) -> String { ControlCharacterFilter.visibleLine(text) }
}
