import ArgumentParser
import Storage
import Terminal
import Transcripts

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Look after the database file.",
        discussion: """
            EXAMPLES:
              parley db path
              parley db check
            """,
        subcommands: [Path.self, Check.self, Stats.self, Migrate.self]
    )
}

extension DatabaseCommand {
    struct Path: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "path",
            abstract: "Print where the database is.",
            discussion: """
                EXAMPLE:
                  ls -l "$(parley db path)"
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() throws {
            let path = try Library(global).path
            guard format.json else { return try StandardOutput.write(path + "\n") }
            try StandardOutput.writeObject { $0.member("path", path) }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Look for damage.",
            discussion: """
                Goes through the whole file and changes nothing. Exits with 0 when it is sound, with 74 when it is damaged.

                EXAMPLE:
                  parley db check
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            let findings = try await library.withPresentFile { try await $0.check() }
            let isSound = !findings.contains { $0.severity == .damage }
            if format.json {
                try StandardOutput.writeObject { json in
                    json.member("path", library.path)
                    json.member("sound", isSound)
                    json.array("findings") { json in
                        for finding in findings {
                            json.object { json in
                                json.member("severity", finding.severity.rawValue)
                                json.member("code", finding.code)
                                json.member("message", finding.message)
                                json.member("advice", finding.advice)
                            }
                        }
                    }
                }
            } else {
                for finding in findings {
                    try StandardOutput.write("\(finding.severity.rawValue): \(finding.message): \(finding.advice)\n")
                }
                try StandardOutput.write("\(library.path): \(isSound ? "sound" : "damaged")\n")
            }
            if !isSound { throw ExitCode(ExitStatus.inputOutput) }
        }
    }

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
            ]
            if format.json {
                try StandardOutput.writeObject { json in
                    json.member("path", library.path)
                    for (name, number) in numbers { json.member(name, number) }
                }
            } else {
                for (name, number) in [("path", library.path)] + numbers.map({ ($0, String($1)) }) {
                    let label = name.split(separator: "_").joined(separator: " ")
                    try StandardOutput.write(DisplayWidth.padded(label, toColumns: 16) + number + "\n")
                }
            }
        }
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "migrate",
            abstract: "Bring the tables up to date.",
            discussion: """
                Every command that writes does so by itself; this one does nothing else. A missing database is made.

                EXAMPLE:
                  parley db migrate
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            let version = try await library.withFile { try await $0.statistics().schemaVersion }
            if format.json {
                try StandardOutput.writeObject { json in
                    json.member("path", library.path)
                    json.member("schema_version", version)
                }
            } else {
                try StandardOutput.write("\(library.path): schema \(version), up to date\n")
            }
        }
    }
}

extension Library {
    /// Lends the store of a file that has to be there.
    fileprivate func withPresentFile<Result>(
        _ body: (SQLiteConversationStore) async throws -> Result
    ) async throws -> Result {
        try await withExistingFile { store in
            guard let store else {
                throw Failure(
                    ExitStatus.noInput, "no_database", "there is no database at \(path) yet: 'parley chat' makes one")
            }
            return try await body(store)
        }
    }
}

extension StandardOutput {
    /// One JSON object and a line end.
    fileprivate static func writeObject(_ members: (inout JSONWriter) -> Void) throws {
        var json = JSONWriter()
        json.object(members)
        json.lineEnd()
        try write(json.take())
    }
}
