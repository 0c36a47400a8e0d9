import ArgumentParser
import Conversations
import JSON
import Storage
import Terminal

extension ServeCommand.Keys {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show which keys there are.",
            discussion: """
                The oldest first, those that were revoked too. The keys themselves are kept nowhere.

                EXAMPLE:
                  parley serve keys list --json
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            let keys = try await library.withExistingFile { try await $0?.keys() ?? [] }
            guard format.json else { return try StandardOutput.write(text(of: keys)) }
            try StandardOutput.write(
                JSONWriter.line { json in
                    json.array("keys") { json in
                        for key in keys { json.object { $0.serviceKey(key) } }
                    }
                })
        }

        private func text(of keys: [ServiceKey]) -> String {
            let table = Table(
                columns: [
                    Table.Column(title: "NAME", canShrink: true), Table.Column(title: "OWNER", canShrink: true),
                    Table.Column(title: "CREATED"), Table.Column(title: "REVOKED"),
                ], style: global.style(for: StandardOutput.descriptor),
                width: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
            return table.text(
                of: keys.map { key in
                    [
                        Table.Cell(ControlCharacterFilter.visibleLine(key.name)),
                        Table.Cell(ControlCharacterFilter.visibleLine(key.owner.rawValue)),
                        Table.Cell(LocalTime.minute(key.createdAt)),
                        Table.Cell(key.revokedAt.map(LocalTime.minute) ?? "-"),
                    ]
                })
        }
    }
}
