import ArgumentParser
import JSON
import Storage
import WholeFiles

extension DatabaseCommand {
    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup",
            abstract: "Copy the database into a file.",
            discussion: """
                Others may go on talking meanwhile. The copy is looked through before it gets its name, is one file that \
                can be read anywhere, and only you can read it.

                EXAMPLES:
                  parley db backup conversations.db
                  parley db backup --force /media/stick/parley.db
                """
        )

        @Argument(help: ArgumentHelp("The file to make.", valueName: "file"))
        var file: String

        @Flag(help: "Replace a file that is there already.")
        var force = false

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func validate() throws {
            if file.isEmpty || file == "-" { throw ValidationError("A backup needs a file to be in.") }
        }

        func run() async throws {
            let library = try Library(global)
            let place = try Signals().making {
                try NamelessFile.database(at: file, replaces: force, besides: library)
            } discardedBy: {
                $0.discard()
            }
            guard let contents = try await backUp(library, into: place) else { throw library.noDatabase }
            library.tellOfExposure()
            if format.json {
                try StandardOutput.write(
                    JSONWriter.line { json in
                        json.member("path", library.path)
                        json.member("backup", Settings.absolute(file))
                        json.member("bytes", contents.bytes)
                        json.member("chats", contents.chats)
                        json.member("messages", contents.messages)
                        json.member("verified", true)
                    })
            } else {
                try StandardOutput.write(
                    "\(file): \(contents.description), \(FileSize.text(contents.bytes)), verified\n")
            }
        }

        private func backUp(_ library: Library, into place: NamelessFile) async throws -> DatabaseContents? {
            let progress = ProgressLine("backing up", notices: global.notices)
            defer { progress.end() }
            return try await SQLiteConversationStore.backUp(
                path: library.path, into: place, surroundings: library.surroundings,
                progress: { progress.show(Double($0) / Double(max($1, 1))) })
        }
    }
}

extension DatabaseContents {
    /// `1 chat, 2 messages`
    var description: String {
        "\(chats) chat\(chats == 1 ? "" : "s"), \(messages) message\(messages == 1 ? "" : "s")"
    }
}
