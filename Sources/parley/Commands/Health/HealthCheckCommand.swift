import ArgumentParser
import Conversations
import JSON
import Providers
import Storage
import Terminal
import Transcripts

extension HealthCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Look now whether providers would answer.",
            discussion: """
                All that are configured, or those named, at the same time and without saying anything to them. Each look is \
                an attempt in the history. Exits with 0 when all would answer, with 69 when one would not.

                EXAMPLES:
                  parley health check
                  parley health check blog local --timeout 5s
                """
        )

        @Argument(help: ArgumentHelp("These, instead of all.", valueName: "provider"))
        var providers: [String] = []

        @Option(help: ArgumentHelp("How long each may take: 500ms, 30s, 2m.", valueName: "length"))
        var timeout = ShownQuantity.time(ProbeReport.usualLimit)

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let limit = try timeLimit()
            let configuration = try global.configuration()
            let names = providers.withoutRepetitions
            let chosen =
                names.isEmpty ? configuration.providersInUse : try names.map(configuration.existingProvider)
            let library = try Library(global)
            let (checks, signal) = try await library.withFile { store in
                let work = ProviderChecks(
                    configurations: chosen.map(\.settings), limit: limit, store: store,
                    surroundings: library.surroundings)
                let retention = AttemptRetention(
                    health: store, days: configuration.attemptsKeptDays, now: library.surroundings.now)
                return try await retention.tidyingUp { try await Signals().guarding { await work.run() } }
            }
            if signal == nil || !checks.isEmpty { try write(checks, now: library.surroundings.now()) }
            let notKept = checks.filter { !$0.isKept }.map(\.configuration.name)
            if !notKept.isEmpty { global.notices.tell(ofLooksNotKept: notKept) }
            if let signal {
                let words =
                    checks.count < chosen.count
                    ? "stopped before all had answered: say it again" : "stopped when all had answered"
                let stopped = Failure(ExitStatus.stopped(by: signal), "stopped", words)
                guard format.json && !checks.isEmpty else { throw stopped }
                // What had been answered is the result; there is no room for a second object.
                Notices.error(stopped.message)
                throw ExitCode(stopped.status)
            }
            if checks.contains(where: { !$0.isGood }) { throw ExitCode(ExitStatus.unavailable) }
        }

        private func write(_ checks: [ProviderCheck], now: Timestamp) throws {
            guard format.json else { return try StandardOutput.write(text(of: checks, now: now)) }
            try StandardOutput.write(
                JSONWriter.line { json in
                    json.array("checks") { json in
                        for check in checks { json.object { $0.probe(check.summary(at: now)) } }
                    }
                })
        }

        private func timeLimit() throws -> Duration {
            guard let limit = Quantity.duration(timeout), limit > .zero, limit <= .seconds(3600) else {
                throw Failure(
                    ExitStatus.usage, "usage", "--timeout is '\(timeout)': it takes 500ms, 30s or 2m, up to 1h")
            }
            return limit
        }

        private func text(of checks: [ProviderCheck], now: Timestamp) -> String {
            let table = Table(
                columns: [
                    Table.Column(title: "PROVIDER", canShrink: true), Table.Column(title: "RESULT"),
                    Table.Column(title: "TOOK", alignment: .right), Table.Column(title: "FOUND", canShrink: true),
                ], style: global.style(for: StandardOutput.descriptor),
                width: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
            return table.text(of: checks.map { $0.cells(at: now) })
        }
    }
}
