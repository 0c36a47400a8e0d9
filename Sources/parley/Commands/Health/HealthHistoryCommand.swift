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
                """
        )

        @Argument(help: ArgumentHelp("Only of these providers.", valueName: "provider"))
        var providers: [String] = []

        @Option(help: ArgumentHelp("Begun since then: 90m, 24h, 7d, 4w, or a date.", valueName: "when"))
        var since: String?

        @Option(help: ArgumentHelp("Ended so.", valueName: "name"))
        var outcome: ProviderAttempt.Outcome?

        @Option(help: ArgumentHelp("Made for that.", valueName: "kind"))
        var kind: ProviderAttempt.Kind?

        @Option(help: ArgumentHelp("How many at the most.", valueName: "number"))
        var limit = 50

        @Option(help: ArgumentHelp("Go on where an earlier list ended: its 'next'.", valueName: "cursor"))
        var before: String?

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit has to be 1 or more.") }
            guard before?.wholeMatch(of: /[0-9a-z]{26}/) != nil || before == nil else {
                throw ValidationError("--before takes the 'next' of an earlier list.")
            }
        }

        func run() async throws {
            let library = try Library(global)
            let query = try query(now: library.surroundings.now())
            let (page, unknown) = try await library.withExistingFile { store in
                let page = try await store?.attempts(matching: query) ?? AttemptPage(attempts: [], next: nil)
                return (page, format.json ? [] : try await unknownProviders(beside: page, in: store))
            }
            for name in unknown { global.notices.notice("no provider '\(name)' is known, nor was one ever asked") }
            if format.json {
                try StandardOutput.write(page.json)
            } else if page.attempts.isEmpty && !unknown.isEmpty {
                return
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
                if let next = page.next { global.notices.notice("there are more: add --before \(next.rawValue)") }
            }
        }

        /// Those asked for whom neither an attempt nor the configuration knows. Where that cannot be read, nobody is
        /// called unknown: attempts can be looked at without it.
        private func unknownProviders(
            beside page: AttemptPage, in store: SQLiteConversationStore?
        ) async throws -> [String] {
            let shown = Set(page.attempts.map(\.provider))
            let missing = providers.filter { !shown.contains($0) }
            guard !missing.isEmpty, let configuration = try? global.configuration() else { return [] }
            var unknown: [String] = []
            for name in missing where configuration.provider(named: name) == nil && !unknown.contains(name) {
                var query = AttemptQuery(limit: 1)
                query.providers = [name]
                if try await store?.attempts(matching: query).attempts.isEmpty ?? true { unknown.append(name) }
            }
            return unknown
        }

        private func query(now: Timestamp) throws -> AttemptQuery {
            var query = AttemptQuery(limit: limit)
            query.providers = providers
            query.since = try ChatFilter.moment(since, option: "--since", now: now)
            query.outcome = outcome
            query.kind = kind
            query.before = before.map(AttemptID.init)
            return query
        }
    }
}

extension AttemptPage {
    /// The list as programs read it.
    fileprivate var json: [UInt8] {
        JSONWriter.line { json in
            json.array("attempts") { json in
                for attempt in attempts { json.attempt(attempt) }
            }
            json.member("next", next?.rawValue)
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
