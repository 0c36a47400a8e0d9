import Glibc

/// Where a scenario is played: homes for the program, the server that it talks to, and the deeds as command lines.
package struct CrashStage: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let scenario: CrashScenario
    private let server: Server?

    /// Who answers, where it is somebody else than the program.
    private struct Server: Sendable {
        /// The provider's line in a configuration.
        var provider: String
        /// What has been asked so far.
        var prompts: @Sendable () -> [[ModelMessage]]
    }

    package init(_ scenario: CrashScenario) throws {
        guard DiskRecorder.path != nil else {
            throw Failure(description: "libDiskRecorder.so is not beside the program: swift build makes it")
        }
        self.scenario = scenario
        switch scenario.provider {
        case .eliza: server = nil
        case .endpoint:
            var settings = EndpointSettings()
            settings.model = Self.longReply
            let endpoint = try StandInEndpoint(settings)
            server = Server(
                provider: "{kind: openai, url: \"\(endpoint.address)\", model: stand-in}",
                prompts: { endpoint.prompts })
        case .site:
            var settings = SiteSettings()
            settings.model = Self.longReply
            let site = try StandInSite(settings)
            server = Server(
                provider: "{kind: ai-engine, url: \"\(site.address)\"}", prompts: { site.prompts })
        }
    }

    /// Each piece is more than what waits for its checkpoint.
    private static let longReply = { @Sendable (messages: [ModelMessage]) -> [String] in
        (1...4).map { "\(messages.count).\($0)" + String(repeating: " word", count: 900) }
    }

    /// A program whose home is as it says.
    package func program(at image: DiskImage = DiskImage()) throws -> ParleyProgram {
        var program = try ParleyProgram()
        try image.write(to: program.home.path)
        if case .eliza(let pace) = scenario.provider, pace > 0 { program.environment["PARLEY_ELIZA_PACE"] = "\(pace)" }
        return program
    }

    /// What was there before the deeds, in a home of its own, and what is known of it.
    package func past() throws -> (program: ParleyProgram, ledger: Ledger) {
        let program = try program()
        var ledger = Ledger()
        if let server {
            for folder in [".config", ".config/parley"] { _ = unsafe mkdir(program.home.file(folder), 0o700) }
            try Files.write(
                "providers:\n  server: \(server.provider)\ndefault_provider: server\n",
                to: program.home.file(".config/parley/config.yaml"))
        }
        for case .bringIn(let titles) in scenario.deeds {
            try Files.write(
                titles.map { BroughtChat(title: $0).json + "\n" }.joined(), to: program.home.file(Self.broughtFile))
        }
        if let version = scenario.earlierVersion {
            for folder in [".local", ".local/share", ".local/share/parley"] {
                _ = unsafe mkdir(program.home.file(folder), 0o700)
            }
            try EarlierDatabase.make(program.database, version: version)
            ledger = EarlierDatabase.ledger
        }
        let undisturbed = scenario.isAbandoned ? scenario.past.dropLast() : scenario.past[...]
        for deed in undisturbed { try perform(deed, with: program, in: &ledger) }
        if scenario.isAbandoned, let last = scenario.past.last { try abandon(last, with: program, in: &ledger) }
        return (program, ledger)
    }

    private static let broughtFile = "brought.jsonl"

    /// Does it, undisturbed, and notes that it is done.
    package func perform(_ deed: CrashScenario.Deed, with program: ParleyProgram, in ledger: inout Ledger) throws {
        let outcome = try program.run(arguments: arguments(deed, with: program).map { Array($0.utf8) })
        guard outcome.status == 0 else {
            throw Failure(description: "\(scenario.name): \(deed) ended with \(outcome.status): \(outcome.errorOutput)")
        }
        begin(deed, reply: outcome.output, in: &ledger)
        end(deed, in: &ledger)
    }

    /// Kills the program in the middle of a reply, so that its chat is left with an open one and its log unmoved.
    private func abandon(_ deed: CrashScenario.Deed, with program: ParleyProgram, in ledger: inout Ledger) throws {
        var slow = program
        slow.environment["PARLEY_ELIZA_PACE"] = "60000"
        let running = try slow.start(arguments(deed, with: program))
        try running.waitForOutput(" ")
        running.signal(SIGKILL)
        let outcome = try running.finish()
        begin(deed, reply: nil, in: &ledger)
        guard let title = deed.talk, !outcome.outputBytes.isEmpty else { return }
        ledger.note(.asked, in: title)
    }

    // MARK: - Deeds

    /// The command line of a deed.
    ///
    /// - Parameter number: Tells the server's requests apart.
    package func arguments(
        _ deed: CrashScenario.Deed, with program: ParleyProgram, number: Int = 0
    ) -> [String] {
        switch deed {
        case .say(_, let title, true): ["chat", "--title", title, message(of: deed, number: number)]
        case .say(_, let title, false): ["resume", title, message(of: deed, number: number)]
        case .retry(let title): ["retry", title]
        case .edit(let place, _, let title):
            ["edit-message", title, String(place), message(of: deed, number: number)]
        case .fork(let title, let name): ["fork", title, "--title", name]
        case .delete(let title): ["delete", title, "--yes"]
        case .bringIn: ["import", program.home.file(Self.broughtFile)]
        case .migrate: ["db", "migrate"]
        case .list: ["list"]
        case .compact: ["db", "compact"]
        case .backUp(let file): ["db", "backup", program.home.file(file)]
        case .restore(let file): ["db", "restore", program.home.file(file)]
        case .reindex: ["db", "reindex"]
        case .repair(let file): ["db", "repair", program.home.file(file)]
        }
    }

    private func message(of deed: CrashScenario.Deed, number: Int) -> String {
        switch deed {
        case .say(let message, _, _), .edit(_, let message, _):
            server == nil || number == 0 ? message : "\(message) (\(number))"
        case .retry, .fork, .delete, .bringIn, .migrate, .list, .compact, .backUp, .restore, .reindex, .repair: ""
        }
    }

    /// - Parameter reply: What the program writes when it does it undisturbed; nil where nobody knows.
    package func begin(_ deed: CrashScenario.Deed, number: Int = 0, reply: String?, in ledger: inout Ledger) {
        // The line end behind a reply is no part of it.
        let reply = reply.map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }
        switch deed {
        case .say(_, let title, _), .edit(_, _, let title):
            ledger.begin(Ledger.Turn(message(of: deed, number: number), reply: reply), in: title)
        case .retry(let title): ledger.beginRetry(reply: reply, in: title)
        case .fork(let title, let name): ledger.beginFork(of: title, as: name)
        case .delete(let title): ledger.beginDeletion(of: title)
        case .bringIn(let titles): ledger.beginImport(of: titles.map { BroughtChat(title: $0).talk })
        case .restore: ledger.beginRestoration()
        case .migrate, .list, .compact, .backUp, .reindex, .repair: break
        }
    }

    /// Notes that some of it has been seen: so many bytes of output, and the first of those long enough ago.
    package func note(
        _ deed: CrashScenario.Deed, number: Int = 0, output: [UInt8], inTime: Int = 0, isRequested: Bool = false,
        in ledger: inout Ledger
    ) {
        guard isRequested || !output.isEmpty else { return }
        // It says the new chat's id when it is there.
        if case .fork(_, let name) = deed { ledger.endFork(as: name) }
        // And what it has brought in when that is.
        if case .bringIn = deed { ledger.endImport() }
        guard let title = deed.talk else { return }
        let heard = output.prefix(inTime)
        ledger.note(.asked, heard: heard.last == 0x0A ? heard.dropLast() : heard, in: title)
    }

    package func end(_ deed: CrashScenario.Deed, in ledger: inout Ledger) {
        switch deed {
        case .say(_, let title, _), .retry(let title), .edit(_, _, let title): ledger.note(.kept, in: title)
        case .fork(_, let name): ledger.endFork(as: name)
        case .delete(let title): ledger.endDeletion(of: title)
        case .bringIn: ledger.endImport()
        case .backUp, .repair: ledger.noteCopy()
        case .restore: ledger.endRestoration()
        case .migrate, .list, .compact, .reindex: break
        }
    }

    /// The request of this deed has reached the server.
    package func isRequested(_ deed: CrashScenario.Deed, number: Int) -> Bool {
        let message = message(of: deed, number: number)
        return server?.prompts().suffix(8).contains { $0.last?.content == message } ?? false
    }
}
