import ArgumentParser
import Conversations
import Service

extension ServeCommand {
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run",
            abstract: "Serve until it is stopped.",
            discussion: """
                The first time it makes a key, and shows it this once on the standard output; a key from outside comes by \
                --token-file or PARLEY_TOKEN. It listens on this machine alone, unless --host names another address. \
                SIGINT or SIGTERM ends it: replies that are being written have 20 s to end, what has come of the others is \
                kept. A second signal ends it at once.

                EXAMPLES:
                  parley serve
                  parley serve run --log-format json
                  parley serve --host 0.0.0.0 --allow-host chat.example
                """
        )

        @OptionGroup var options: ServeOptions
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let configuration = try global.configuration()
            let settings = try options.settings(over: configuration.serve)
            let library = try Library(global)
            try await library.withFile { store in
                try await Serving(
                    settings: settings, configuration: configuration, store: store,
                    surroundings: library.surroundings, global: global
                ).run()
            }
        }
    }
}
