import ArgumentParser
import Conversations
import JSON
import Storage
import WholeFiles

extension DatabaseCommand {
    struct Repair: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "repair",
            abstract: "Salvage a damaged database into a new file.",
            discussion: """
                Reads every row that can still be read and writes it to NEWFILE, which must not be there yet. The damaged \
                file is left as it is, to the byte; no other program should write to it meanwhile. What could not be read \
                is said; the exit is 0 whenever the new file was made.

                EXAMPLE:
                  parley db repair salvaged.db
                """
        )

        @Argument(help: ArgumentHelp("The file to make.", valueName: "newfile"))
        var newFile: String

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func validate() throws {
            if newFile.isEmpty || newFile == "-" { throw ValidationError("A repair needs a file to be in.") }
        }

        func run() async throws {
            let library = try Library(global)
            let newPath = Settings.absolute(newFile)
            guard FilePath.kind(of: newPath) == .nothing else {
                throw Failure(
                    ExitStatus.cannotCreate, "file_exists", "\(newPath) is there already: name a new file")
            }
            let file = try Signals().making {
                try NamelessFile.database(at: newPath, replaces: false, besides: library)
            } discardedBy: {
                $0.discard()
            }
            global.notices.notice("reading \(library.path); nothing in it is changed")
            let report = try await SQLiteConversationStore.salvage(
                path: library.path, into: file, surroundings: library.surroundings)
            if format.json {
                try StandardOutput.write(report.json(path: library.path, newPath: newPath))
            } else {
                try StandardOutput.write(report.lines(newPath: newPath).joined(separator: "\n") + "\n")
            }
        }
    }
}
