import ArgumentParser

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Let programs talk, over HTTP.",
        usage: """
            parley serve [--host <name>] [--port <number>] [--token-file <path>] …
            parley serve keys <subcommand>
            """,
        discussion: """
            Clients of OpenAI's interface take http://127.0.0.1:8765/v1 for their base URL, and a key; the model is the name \
            of a provider, such as eliza. 'parley serve run --help' tells all options.

            EXAMPLES:
              parley serve
              parley serve --port 9000 --token-file ~/.config/parley/token
              parley serve keys add telegram-bot
            """,
        subcommands: [Run.self, Keys.self],
        defaultSubcommand: Run.self
    )
}
