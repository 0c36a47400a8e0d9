import ArgumentParser
import Conversations
import JSON
import Storage
import Terminal
import Transcripts

extension HealthCommand {
    struct Incidents: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "incidents",
            abstract: "Show when providers were down, for how long and why.",
            discussion: """
                The latest first; without names also those of this machine's own network. One begins with the first of the \
                faults that put a provider down, and ends with its first good attempt. CAUSE is the most frequent of its \
                faults; ATTEMPTS and CHATS are how many it hit.

                EXAMPLES:
                  parley health incidents
                  parley health incidents blog --since 7d --json
                """
        )

        @Argument(help: ArgumentHelp("Only of these providers.", valueName: "provider"))
        var providers: [String] = []

        @Option(
            help: ArgumentHelp(
                "Only those that went on then or began later: 24h, 7d, 4w, or a date.", valueName: "when"))
        var since = "90d"

        @Option(help: ArgumentHelp("How many at the most.", valueName: "number"))
        var limit = 50

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit has to be 1 or more.") }
        }

        func run() async throws {
            let library = try Library(global)
            let window = try HealthWindow(since: since, now: library.surroundings.now())
            let known = try KnownProviders(global)
            let names = providers.withoutRepetitions
            // One more than asked for tells whether there are more.
            var query = IncidentQuery(since: window.since, limit: max(limit, limit &+ 1))
            query.providers = names
            let found = try await library.withExistingFile { [query] store in
                try await known.check(names, in: store)
                return try await store?.incidents(matching: query) ?? []
            }
            let incidents = Array(found.prefix(limit))
            let hasMore = found.count > incidents.count
            if format.json {
                return try StandardOutput.write(
                    JSONWriter.line { $0.incidents(incidents, since: window.since, hasMore: hasMore) })
            }
            guard !incidents.isEmpty else {
                return global.notices.notice("no incident in \(window.words)")
            }
            let table = IncidentTable(
                style: global.style(for: StandardOutput.descriptor),
                width: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
            try StandardOutput.write(table.text(of: incidents, now: window.now))
            if hasMore { global.notices.notice("there are more: raise --limit") }
        }
    }
}
