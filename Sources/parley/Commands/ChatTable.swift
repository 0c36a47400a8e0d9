import Conversations
import Terminal

/// A list of chats as a person reads it.
struct ChatTable {
    private let columns: [ChatColumn]
    private let table: Table

    /// - Parameters:
    ///   - columns: nil for the usual ones.
    ///   - width: The terminal's; nil where there is none, and titles go whole.
    init(columns: [ChatColumn]? = nil, style: Style, width: Int?) {
        self.columns = columns ?? ChatColumn.usual(width: width)
        table = Table(columns: self.columns.map(\.heading), style: style, width: width)
    }

    func text(of chats: [Chat]) -> String {
        table.text(of: chats.map { chat in columns.map { $0.cell(of: chat) } })
    }
}
