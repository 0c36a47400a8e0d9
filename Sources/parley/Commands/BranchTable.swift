import Conversations
import Terminal
import Transcripts

/// The branches of a chat, as a person reads them: FROM is the first message that the branch in view has not.
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
}
