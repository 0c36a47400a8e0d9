import Conversations
import Terminal

/// What a list can show of a chat, a column each.
enum ChatColumn: String, CaseIterable {
    case id
    case fullID = "full-id"
    case created, updated, messages, provider, model, title, tags, pinned, archived
    case forkedFrom = "forked-from"
    case head

    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    /// Those of a list where nobody chooses.
    ///
    /// - Parameter width: The terminal's; a narrow one has no room for all and a title. Nil where there is none.
    static func usual(width: Int?) -> [ChatColumn] {
        width ?? .max < 60 ? [.id, .updated, .title] : [.id, .updated, .messages, .provider, .title]
    }

    /// Reads names with commas between them.
    static func columns(named names: String) throws -> [ChatColumn] {
        var columns: [ChatColumn] = []
        for name in names.split(separator: ",", omittingEmptySubsequences: false) {
            let name = name.drop { $0 == " " }
            guard let column = ChatColumn(rawValue: String(name)) else {
                throw Failure(
                    ExitStatus.usage, "usage", "--columns has no column '\(name)': there are \(Self.names)")
            }
            guard !columns.contains(column) else {
                throw Failure(ExitStatus.usage, "usage", "--columns names '\(name)' twice: once is enough")
            }
            columns.append(column)
        }
        return columns
    }
}

extension ChatColumn {
    var heading: Table.Column {
        let title = rawValue.uppercased().replacing("-", with: " ")
        return switch self {
        case .messages, .head: Table.Column(title: title, alignment: .right)
        case .provider, .model, .title, .tags: Table.Column(title: title, canShrink: true)
        default: Table.Column(title: title)
        }
    }

    func cell(of chat: Chat) -> Table.Cell {
        switch self {
        case .id: Table.Cell(line(chat.id.short))
        case .fullID: Table.Cell(line(chat.id.rawValue))
        case .created: Table.Cell(LocalTime.minute(chat.createdAt))
        case .updated: Table.Cell(LocalTime.minute(chat.updatedAt))
        case .messages: Table.Cell(String(chat.messageCount))
        case .provider: Table.Cell(line(chat.provider ?? "-"))
        case .model: Table.Cell(line(chat.model ?? "-"))
        case .title: Table.Cell(line(chat.title), mark: chat.pinned ? " *" : "")
        case .tags: Table.Cell(chat.tags.isEmpty ? "-" : line(chat.tags.joined(separator: ", ")))
        case .pinned: Table.Cell(chat.pinned ? "yes" : "no")
        case .archived: Table.Cell(chat.archived ? "yes" : "no")
        case .forkedFrom: Table.Cell(line(chat.forkedFrom.map { "\($0.chat.short) #\($0.seq)" } ?? "-"))
        case .head: Table.Cell(chat.head.map { "#\($0)" } ?? "-")
        }
    }

    private func line(_ text: String) -> String { ControlCharacterFilter.visibleLine(text) }
}
