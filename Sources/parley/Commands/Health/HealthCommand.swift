import ArgumentParser

struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "See how providers have answered.",
        usage: """
            parley health [<provider> ...] [--since <when>] [--ascii] [--json]
            parley health <subcommand>
            """,
        discussion: """
            'parley health summary --help' tells what the table shows. A provider that is called like a subcommand is reached \
            by 'parley health summary NAME'.

            EXAMPLES:
              parley health
              parley health blog --since 7d
              parley health incidents
              parley health check
            """,
        subcommands: [Summary.self, History.self, Incidents.self, Latency.self, Check.self],
        defaultSubcommand: Summary.self
    )
}
