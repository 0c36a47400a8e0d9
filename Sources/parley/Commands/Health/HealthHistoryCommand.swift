import ArgumentParser
import Conversations
import JSON
import Storage
import Terminal
import Transcripts

extension HealthCommand {
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history",
            abstract: "Show every try to get something from a provider, and how it ended.",
            discussion: """
                The newest first. A reply may have taken several tries. FIRST is the time until its first text. A chat \
                that was deleted leaves its tries here, without its name. A terminal cuts what is too long for it: --json has all of it.

                EXAMPLES:
                  parley health history
                  parley health history blog local --since 7d
                  parley health history --outcome timeout_idle --json
                  parley health history --since 2026-01-01 --until 2026-02-01 --limit 100000 --csv > january.csv
                """
        )

        @Argument(help: ArgumentHelp("Only of these providers.", valueName: "provider"))
        var providers: [String] = []

        @Option(help: ArgumentHelp("Only those begun since then: 90m, 24h, 7d, 4w, or a date.", valueName: "when"))
        var since: String?

        @Option(help: ArgumentHelp("Only those begun before then.", valueName: "when"))
        var until: String?

        @Option(help: ArgumentHelp("Only those that ended so.", valueName: "name"))
        var outcome: ProviderAttempt.Outcome?

        @Option(help: ArgumentHelp("Only those made for that.", valueName: "kind"))
        var kind: ProviderAttempt.Kind?

        @Option(help: ArgumentHelp("How many at the most.", valueName: "number"))
        var limit = 50

        @Option(help: ArgumentHelp("Go on where an earlier list ended: its 'next'.", valueName: "cursor"))
        var before: String?

        @Flag(help: "Print comma-separated values, for spreadsheets.")
        var csv = false

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit has to be 1 or more.") }
            guard before?.wholeMatch(of: /[0-9a-z]{26}/) != nil || before == nil else {
                throw ValidationError("--before takes the 'next' of an earlier list.")
            }
            guard !(csv && format.json) else {
                throw ValidationError("--csv and --json are two formats: choose one.")
            }
        }

        func run() async throws {
            let library = try Library(global)
            let query = try query(now: library.surroundings.now())
            let known = try KnownProviders(global)
            let next = try await library.withExistingFile { store in
                try await known.check(query.providers, in: store)
                if csv { return try await writeCSV(of: query, in: store) }
                let page = try await store?.attempts(matching: query) ?? AttemptPage(attempts: [], next: nil)
                try write(page, of: query)
                return page.next
            }
            if let next, !format.json { global.notices.notice("there are more: add --before \(next.rawValue)") }
        }

        private func write(_ page: AttemptPage, of query: AttemptQuery) throws {
            if format.json {
                try StandardOutput.write(JSONWriter.line { $0.attemptPage(page) })
            } else if page.attempts.isEmpty {
                global.notices.notice(
                    query == AttemptQuery(limit: limit)
                        ? "no provider has been asked yet: start with 'parley chat'"
                        : "no attempt fits these conditions")
            } else {
                let table = AttemptTable(
                    style: global.style(for: StandardOutput.descriptor),
                    width: StandardOutput.isTerminal
                        ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
                try StandardOutput.write(table.text(of: page.attempts))
            }
        }

        private static let attemptsAtOnce = 1000

        /// Page by page, so that no more than one is held.
        ///
        /// - Returns: where to go on; nil at the end.
        private func writeCSV(of query: AttemptQuery, in store: SQLiteConversationStore?) async throws -> AttemptID? {
            try writeCSV(AttemptCSV.header)
            guard let store else { return nil }
            var query = query
            var left = limit
            repeat {
                query.limit = min(left, Self.attemptsAtOnce)
                let page = try await store.attempts(matching: query)
                try writeCSV(page.attempts.map(AttemptCSV.line).joined())
                left -= page.attempts.count
                query.before = page.next
            } while left > 0 && query.before != nil
            return query.before
        }

        private func writeCSV(_ text: String) throws {
            guard StandardOutput.isTerminal else { return try StandardOutput.write(text) }
            var filter = ControlCharacterFilter()
            try StandardOutput.write(filter.filter(text) + filter.finish())
        }

        private func query(now: Timestamp) throws -> AttemptQuery {
            var query = AttemptQuery(limit: limit)
            query.providers = providers.withoutRepetitions
            query.since = try ChatFilter.moment(since, option: "--since", now: now)
            query.until = try ChatFilter.moment(until, option: "--until", now: now)
            query.outcome = outcome
            query.kind = kind
            query.before = before.map(AttemptID.init)
            return query
        }
    }
}

// Words as they are written on the command line. What is not among them is refused with the list of them.

extension ProviderAttempt.Kind: ExpressibleByArgument {
    public static var allValueStrings: [String] { [Self.chat, .probe, .nonce].map(\.rawValue) }
}

extension ProviderAttempt.Outcome: ExpressibleByArgument {
    public static var allValueStrings: [String] {
        [
            Self.ok, .empty, .unreachable, .tls, .timeoutConnect, .timeoutFirstByte, .timeoutIdle, .timeoutTotal,
            .http4xx, .http5xx, .rateLimited, .auth, .quota, .nonceRejected, .rejected, .badPayload, .torn, .tooLarge,
            .cancelled, .aborted, .pending,
        ].map(\.rawValue)
    }
}
