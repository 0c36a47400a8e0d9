import ArgumentParser
import Conversations
import JSON
import Storage

extension ServeCommand.Keys {
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Let nobody in by a key any more.",
            discussion: """
                Its owner's conversations stay. A service that runs refuses the key within a second.

                EXAMPLE:
                  parley serve keys revoke telegram-bot
                """
        )

        @Argument(help: "The key's name.")
        var name: String

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            let key = try await library.withExistingFile { store in
                try await store?.revoke(name: name)
            }
            guard let key else {
                throw Failure(
                    ExitStatus.noInput, "no_such_key",
                    "there is no key '\(name)': 'parley serve keys list' shows those there are")
            }
            guard format.json else { return global.notices.notice("\(name) lets nobody in any more") }
            try StandardOutput.write(JSONWriter.line { $0.serviceKey(key) })
        }
    }
}
