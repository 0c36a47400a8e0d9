import ArgumentParser
import JSON

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
            try StandardOutput.write(JSONWriter.line { $0.member("path", path) })
        }
    }
}
