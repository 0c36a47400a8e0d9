import ArgumentParser
import JSON
import Storage
import Terminal

extension DatabaseCommand {
    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stats",
            abstract: "Print what is in the database, in numbers.",
            discussion: """
                EXAMPLE:
                  parley db stats --json
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            let statistics = try await library.withPresentFile { try await $0.statistics() }
            let numbers = [
                ("schema_version", statistics.schemaVersion), ("file_bytes", statistics.fileBytes),
                ("log_bytes", statistics.logBytes), ("free_bytes", statistics.freeBytes),
                ("chats", statistics.chats), ("archived_chats", statistics.archivedChats),
                ("messages", statistics.messages), ("attempts", statistics.attempts),
                ("responses", statistics.responses), ("service_keys", statistics.serviceKeys),
            ]
            if format.json {
                try StandardOutput.write(
                    JSONWriter.line { json in
                        json.member("path", library.path)
                        for (name, number) in numbers { json.member(named: name, number) }
                    })
            } else {
                for (name, number) in [("path", library.path)] + numbers.map({ ($0, String($1)) }) {
                    let label = name.split(separator: "_").joined(separator: " ")
                    try StandardOutput.write(DisplayWidth.padded(label, toColumns: 16) + number + "\n")
                }
            }
        }
    }
}
