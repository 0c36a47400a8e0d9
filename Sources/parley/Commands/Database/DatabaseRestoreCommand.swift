import ArgumentParser
import JSON
import Storage
import WholeFiles

extension DatabaseCommand {
    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Go back to a backup.",
            discussion: """
                Looks through the backup first. The database that is there, damaged or not, is kept aside under another \
                name; it asks for nothing, since nothing is lost. No other program may have the database open.

                EXAMPLE:
                  parley db restore conversations.db
                """
        )

        @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
        var file: String

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            let place = try Signals().making {
                try SQLiteConversationStore.beginRestoration(of: library.path, from: file)
            } discardedBy: {
                $0.discard()
            }
            let restoration = try await SQLiteConversationStore.restore(
                path: library.path, from: file, into: place, surroundings: library.surroundings)
            if format.json {
                try StandardOutput.write(
                    JSONWriter.line { json in
                        json.member("path", library.path)
                        json.member("restored_from", Settings.absolute(file))
                        json.member("kept_aside", restoration.keptAside)
                        json.member("chats", restoration.contents.chats)
                        json.member("messages", restoration.contents.messages)
                    })
            } else {
                let aside = restoration.keptAside.map { "; the file before is \($0)" } ?? ""
                try StandardOutput.write(
                    "\(library.path): restored from \(file), \(restoration.contents.description)\(aside)\n")
            }
        }
    }
}
