import ArgumentParser

struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "See how providers have answered.",
        discussion: """
            EXAMPLES:
              parley health history
              parley health history --since 24h --outcome timeout_idle
            """,
        subcommands: [History.self]
    )
}
