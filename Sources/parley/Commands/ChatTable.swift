import Conversations
import Terminal

/// A list of chats as a person reads it.
struct ChatTable {
    let style: Style
    /// The terminal's width; nil where there is none, and titles go whole.
    let columns: Int?

    func text(of chats: [Chat]) -> String {
        let rows = chats.map { chat in
            [
                chat.id.short, LocalTime.minute(chat.updatedAt), String(chat.messageCount),
                line(chat.provider ?? "-"), line(chat.title) + (chat.pinned ? " *" : ""),
            ]
        }
        let head = ["ID", "UPDATED", "MESSAGES", "PROVIDER", "TITLE"]
        let widths = head.indices.dropLast().map { column in
            ([head] + rows).map { DisplayWidth.columns(of: $0[column]) }.max() ?? 0
        }
        let lines = [style.bold(row(head, widths: widths))] + rows.map { row($0, widths: widths) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func row(_ cells: [String], widths: [Int]) -> String {
        var text = ""
        for (column, width) in widths.enumerated() {
            let alignment: DisplayWidth.Alignment = column == 2 ? .right : .left
            text += DisplayWidth.padded(cells[column], toColumns: width, alignment: alignment) + "  "
        }
        let used = widths.reduce(0) { $0 + $1 + 2 }
        let title = cells[cells.count - 1]
        guard let columns else { return text + title }
        return DisplayWidth.truncated(
            text + DisplayWidth.truncated(title, toColumns: max(columns - used, 10)), toColumns: columns)
    }

    private func line(_ text: String) -> String { ControlCharacterFilter.visibleLine(text) }
}
