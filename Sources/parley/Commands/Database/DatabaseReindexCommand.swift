import ArgumentParser
import JSON
import Storage

extension DatabaseCommand {
    struct Reindex: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reindex",
            abstract: "Make the index of words anew.",
            discussion: """
                For an index that 'parley db check' finds damaged. Messages are not touched, and others may go on talking.

                EXAMPLE:
                  parley db reindex
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            try await library.withPresentFile { store in
                let progress = ProgressLine("indexing", notices: global.notices)
                defer { progress.end() }
                try await store.reindex { progress.show($0) }
            }
            if format.json {
                try StandardOutput.write(
                    JSONWriter.line { json in
                        json.member("path", library.path)
                        json.member("reindexed", true)
                    })
            } else {
                try StandardOutput.write("\(library.path): the index is made anew\n")
            }
        }
    }
}
