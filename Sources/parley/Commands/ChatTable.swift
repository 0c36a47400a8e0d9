import Conversations
import Terminal

/// A list of chats as a person reads it.
struct ChatTable {
    private let table: Table

    /// - Parameter width: The terminal's; nil where there is none, and titles go whole.
    init(style: Style, width: Int?) {
        table = Table(
            columns: [
                Table.Column(title: "ID"), Table.Column(title: "UPDATED"),
                Table.Column(title: "MESSAGES", alignment: .right), Table.Column(title: "PROVIDER"),
                Table.Column(title: "TITLE"),
            ], style: style, width: width)
    }

    func text(of chats: [Chat]) -> String {
        table.text(
            of: chats.map { chat in
                [
                    chat.id.short, LocalTime.minute(chat.updatedAt), String(chat.messageCount),
                    line(chat.provider ?? "-"), line(chat.title) + (chat.pinned ? " *" : ""),
                ].map { Table.Cell($0) }
            })
    }

    private func line(_ text: String) -> String { ControlCharacterFilter.visibleLine(text) }
}
