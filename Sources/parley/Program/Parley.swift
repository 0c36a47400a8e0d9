import ArgumentParser
import CMalloc
import Glibc

struct Parley: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "Conversations that are never lost.",
        discussion: """
            Every chat, message and reply is kept in one SQLite file: talk today, go on tomorrow.

            EXAMPLES:
              parley chat                      talk, at a prompt
              parley chat "Good morning"       say one thing and get one reply
              parley resume                    go on with the latest conversation
              parley list                      what there is
              parley search train Rome         where it was said
              parley export --all              take everything away, as JSON

            CHAT stands for 'last', an id, the beginning or the last 8 characters of one, or a title.
            """,
        version: Version.current,
        subcommands: [
            ChatCommand.self, ResumeCommand.self, RetryCommand.self, EditMessageCommand.self, ForkCommand.self,
            ListCommand.self, SearchCommand.self, ShowCommand.self, EditCommand.self, ExportCommand.self,
            ImportCommand.self, DeleteCommand.self, ProvidersCommand.self, HealthCommand.self, ServeCommand.self,
            DatabaseCommand.self,
        ]
    )
}

enum Version {
    static let current = "0.1.0"
}

@main
enum Program {
    static func main() async {
        StandardDescriptors.fill()
        // Threads of one heap: in one of its own each would grow it by a page a time, with a call of the system for each.
        _ = mallopt(M_ARENA_MAX, 1)
        Signals.ignoreFailedWrites()
        do {
            let words = try unsafe Arguments.words(CommandLine.unsafeArgv, count: Int(CommandLine.argc))
            var command = try Arguments.command(of: words)
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
            exit(ExitStatus.done)
        } catch {
            exit(report(error, for: Array(CommandLine.arguments.dropFirst())))
        }
    }

    /// Tells the user what an error means.
    ///
    /// - Returns: the status to exit with.
    private static func report(_ error: any Error, for words: [String]) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        if Parley.exitCode(for: error) == .success {
            // Asked for help or the version: that is a result.
            do {
                try StandardOutput.write(Parley.fullMessage(for: error) + "\n")
                return ExitStatus.done
            } catch {
                return report(error, for: words)
            }
        }
        let failure =
            Parley.exitCode(for: error) == .validationFailure
            ? Failure(ExitStatus.usage, "usage", UsageMessage.text(for: error, words: words)) : Failure(error)
        guard failure.status != ExitStatus.done else { return failure.status }
        if Arguments.wantJSON(words) {
            try? StandardOutput.write(failure.json)
        } else {
            Notices.error(failure.message)
        }
        return failure.status
    }
}
