import ArgumentParser
import Conversations
import JSON
import Storage
import Terminal
import Transcripts

extension HealthCommand {
    struct Latency: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "latency",
            abstract: "Show how long a provider's replies take.",
            discussion: """
                Of whole replies: the time until their first text, and until their end. p90 is what nine of ten took at \
                the most. Up to 30 days back, as long as the attempts are kept, these are exact, beyond at most 1/32 from \
                the truth.

                EXAMPLES:
                  parley health latency blog
                  parley health latency blog --since 90d --json
                """
        )

        @Argument(help: "The provider's name.")
        var provider: String

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
            let report = try await library.withExistingFile { store in
                try await known.check([provider], in: store)
                return try await store?.latency(of: provider, since: window.since, now: window.now)
                    ?? LatencyReport(provider: provider, since: window.since, now: window.now)
            }
            if format.json { return try StandardOutput.write(JSONWriter.line { $0.latencyReport(report) }) }
            let text = LatencyText(
                signs: HealthSigns(isForced: ascii, environment: Environment.current().all),
                style: global.style(for: StandardOutput.descriptor),
                width: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
            try StandardOutput.write(text.text(of: report))
            if report.firstText == nil && report.duration == nil {
                global.notices.notice("no reply of \(provider) came to its end in \(window.words)")
            }
        }
    }
}
