import ArgumentParser

extension ServeCommand {
    struct Keys: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys",
            abstract: "Say which programs may talk.",
            discussion: """
                Each key opens the conversations of one owner, called like the key. The key 'local' opens those of this \
                terminal. A service that runs knows of a new key at once, and of a revoked one within a second.

                EXAMPLES:
                  parley serve keys add telegram-bot
                  parley serve keys list
                  parley serve keys revoke telegram-bot
                """,
            subcommands: [Add.self, List.self, Revoke.self]
        )
    }
}
