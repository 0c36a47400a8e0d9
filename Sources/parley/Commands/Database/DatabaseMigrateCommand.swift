import ArgumentParser
import JSON
import Storage

extension DatabaseCommand {
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
                try StandardOutput.write(
                    JSONWriter.line { json in
                        json.member("path", library.path)
                        json.member("schema_version", version)
                    })
            } else {
                try StandardOutput.write("\(library.path): schema \(version), up to date\n")
            }
        }
    }
}
