import Conversations
import JSON
import Terminal
import Transcripts

/// The branches of a chat, as a person and as a program reads them: `from` is the first message that the branch in view
/// has not.
enum BranchTable {
    static func text(of branches: [Branch], style: Style) -> String {
        let isForScreen = StandardOutput.isTerminal
        let table = Table(
            columns: [
                Table.Column(title: "BRANCH", alignment: .right), Table.Column(title: "UPDATED"),
                Table.Column(title: "MESSAGES", alignment: .right),
                Table.Column(title: "FROM", alignment: .right), Table.Column(title: "ENDS IN"),
            ], style: style,
            width: isForScreen ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
        return table.text(
            of: branches.map { branch in
                [
                    String(branch.tip.id.seq), LocalTime.minute(branch.updatedAt), String(branch.messageCount),
                    branch.leavesViewAt.map(String.init) ?? "in view",
                    ControlCharacterFilter.visibleLine(branch.ending),
                ].map { Table.Cell($0) }
            })
    }

    static func json(of branches: [Branch], in chat: Chat) -> [UInt8] {
        JSONWriter.line { json in
            json.member("chat", chat.id.rawValue)
            json.array("branches") { json in
                for branch in branches {
                    json.object { json in
                        json.member("id", branch.tip.id.description)
                        json.member("seq", branch.tip.id.seq)
                        json.member("messages", branch.messageCount)
                        json.member("in_view", branch.isInView)
                        json.member("from", branch.leavesViewAt)
                        json.member("updated_at", branch.updatedAt)
                        json.member("role", branch.tip.role.rawValue)
                        json.member("status", branch.tip.status.rawValue)
                        json.member("ending", branch.ending)
                    }
                }
            }
        }
    }
}

extension Branch {
    /// When something was last said in it.
    fileprivate var updatedAt: Timestamp { tip.finishedAt ?? tip.createdAt }

    /// The beginning of what its last message says, in one line.
    fileprivate var ending: String {
        let text = tip.content.isEmpty ? tip.error.map { "\(tip.status.rawValue): \($0.message)" } ?? "" : tip.content
        return String(text.prefix(80).map { $0.isNewline ? " " : $0 })
    }
}
