import ArgumentParser
import Conversations
import JSON
import Storage
import Terminal
import Transcripts

extension HealthCommand {
    struct Summary: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "summary",
            abstract: "Show how providers do, and how they did of late.",
            usage: "parley health [summary] [<provider> ...] [--since <when>] [--ascii] [--json]",
            discussion: """
                Those who are configured, and others who were asked in that time; or those named. STATE has how long it has \
                been so. In the bar a sign stands for a part of the time: █ all was well, ▄ some attempts failed, ✕ all of \
                them, · nobody asked; # + x . where the screen has no such signs. OK is the share of attempts that were \
                answered, UP that of the time in which the provider was not down; what was stopped, refused for what it said \
                or limited counts in neither. FIRST TEXT is how long the middle and the ninth of ten replies kept one \
                waiting. What has no room on a terminal stands below.

                EXAMPLES:
                  parley health
                  parley health blog local --since 7d
                  parley health summary --since 2026-01-31 --json
                """
        )

        @Argument(help: ArgumentHelp("These, instead of all.", valueName: "provider"))
        var providers: [String] = []

        @Option(help: ArgumentHelp("From then until now: 90m, 24h, 7d, 4w, or a date.", valueName: "when"))
        var since = "24h"

        @Flag(help: "Draw bars with letters.")
        var ascii = false

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            let window = try HealthWindow(since: since, now: library.surroundings.now())
            let known = try KnownProviders(global)
            let named = providers.withoutRepetitions
            let (report, hint) = try await library.withExistingFile { store in
                try await known.check(named, in: store)
                let query = HealthQuery(
                    providers: named.isEmpty ? try await known.all(in: store, now: window.now) : named,
                    includesOthers: named.isEmpty, since: window.since, now: window.now)
                let report = try await store?.health(query) ?? .ofNobodyAsked(query)
                let hint = format.json ? nil : try await Self.hint(report, named: named, window, in: store)
                return (report, hint)
            }
            if format.json { return try StandardOutput.write(JSONWriter.line { $0.healthReport(report) }) }
            try StandardOutput.write(table(window).text(of: report))
            if let hint { global.notices.notice(hint) }
        }

        private func table(_ window: HealthWindow) -> HealthTable {
            HealthTable(
                title: window.title, signs: HealthSigns(isForced: ascii, environment: Environment.current().all),
                style: global.style(for: StandardOutput.descriptor),
                width: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
        }

        /// What to do where there is nothing to see.
        private static func hint(
            _ report: HealthReport, named: [String], _ window: HealthWindow, in store: SQLiteConversationStore?
        ) async throws -> String? {
            guard report.providers.allSatisfy({ $0.counts.all == 0 }) else { return nil }
            let asked = try await KnownProviders.everAsked(of: named, in: store, now: window.now)
            guard asked.isEmpty else { return "nobody was asked in \(window.words): a longer --since shows more" }
            let advice = "'parley health check' looks whether they would answer"
            return switch named.count {
            case 0: "nobody was asked yet: \(advice)"
            case 1: "\(named[0]) was never asked: 'parley health check \(named[0])' looks whether it would answer"
            default: "\(named.joined(separator: ", ")) were never asked: \(advice)"
            }
        }
    }
}
