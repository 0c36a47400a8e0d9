import Conversations
import Providers
import SQLite
import Storage
import Support
import Testing

/// What is found out about a provider without saying anything to it.
@Outside @Suite(.timeLimit(.minutes(2)))
struct ProviderProbeTests {
    private var program: Program

    init() async throws {
        program = try await Program()
        program.environment = ["TOKEN": "s3cret-token"]
    }

    private func findings(_ provider: any ProbedProvider) async throws -> [String: String] {
        let findings = try await provider.probe(measuring: AttemptMeter(uptime: { .zero }))
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.name, $0.value) })
    }

    private func findings(
        _ site: StandInSite, _ more: [String: ConfigurationValue] = [:]
    ) async throws -> [String: String] {
        let settings: [String: ConfigurationValue] = ["kind": .text("ai-engine"), "url": .text(site.address)]
        return try await findings(program.provider(settings.merging(more) { $1 }))
    }

    private func error(_ work: () async throws -> [String: String]) async -> ProviderError? {
        do {
            _ = try await work()
            return nil
        } catch {
            return error as? ProviderError
        }
    }

    // MARK: - Keeping it

    private var surroundings: Surroundings {
        var surroundings = program.world.surroundings()
        surroundings.sleep = { _ in }
        return surroundings
    }

    @Test func `a look waits for another's lock before it begins, and not when its task is cancelled`() async throws {
        let provider = try await program.provider(["kind": .text("eliza")])
        let path = program.databasePath
        let other = DatabaseWorker(label: "other") { try Connection(path: path, access: .readWrite) }
        try await other.run { try $0.execute("BEGIN IMMEDIATE") }
        let (waits, wait) = AsyncStream.makeStream(of: Void.self)
        var waiting = waits.makeAsyncIterator()
        let tell: @Sendable () -> Void = { wait.yield() }
        let look: @Sendable () async throws -> ProbeReport = { [store = program.store, surroundings] in
            try await SQLiteConversationStore.tellingOfWaits(tell) {
                try await provider.probe(memory: store, surroundings: surroundings)
            }
        }
        let stopped = Task { try await look() }
        await waiting.next()
        stopped.cancel()
        let result = await stopped.result
        #expect(throws: CancellationError.self) { try result.get() }

        async let looking = look()
        await waiting.next()
        program.world.advance(by: .seconds(10))
        try await other.run { try $0.execute("COMMIT") }
        let report = try await looking
        #expect(report.isKept)
        #expect(report.attempt.startedAt == program.world.now)
        // A second as it may take, and the time to write its end.
        #expect(report.attempt.expiresAt == program.world.now.advanced(by: .seconds(6)))
        let kept = try await program.attempts(.probe)
        #expect(kept.map(\.startedAt) == [program.world.now] && kept.map(\.result.outcome) == [.ok])
    }

    @Test func `a look that cannot be written down says so`() async throws {
        let provider = try await program.provider(["kind": .text("eliza")])
        let memory = WatchedMemory(memory: program.store, isReadOnly: true)
        let report = try await provider.probe(memory: memory, surroundings: surroundings)
        #expect(report.error == nil && !report.isKept)
    }

    @Test(
        arguments: [(.milliseconds(1500), .caller), (.seconds(29), .caller), (.seconds(30), .provider)]
            as [(Duration, ProviderAttempt.Fault)])
    func `who has less patience than usual has himself to blame`(
        limit: Duration, fault: ProviderAttempt.Fault
    ) async throws {
        let silent = try LoopbackServer(routes: ["GET /models": .steps([.hold])])
        let provider = try await program.provider(["kind": .text("openai"), "url": .text(silent.address)])
        let report = try await provider.probe(memory: program.store, surroundings: surroundings, within: limit)
        #expect(report.attempt.result.outcome == .timeoutTotal && report.attempt.result.fault == fault)
        let length = limit == .milliseconds(1500) ? "1500 ms" : "\(limit.components.seconds) s"
        #expect(report.error?.messageError.message.contains("it did not answer within \(length)") == true)
    }

    // MARK: - AI Engine

    @Test(
        arguments: [
            ("1.9.88", "before 2.0.1", "none handed out"), ("2.0.0", "before 2.0.1", "none handed out"),
            ("2.1.5", "2.0.1 to 2.4.3", "from the page"), ("2.4.9", "2.4.4 to 2.8.4", "from start_session"),
            ("2.8.4", "2.4.4 to 2.8.4", "from start_session"), ("2.8.7", "2.8.5 or later", "from start_session"),
            ("3.0.4", "2.8.5 or later", "from start_session"), ("3.6.2", "2.8.5 or later", "from start_session"),
        ] as [(PluginVersion, String, String)])
    func `a site tells its age`(version: PluginVersion, age: String, nonce: String) async throws {
        var settings = SiteSettings(version: version)
        settings.page = "/"
        let site = try StandInSite(settings)
        #expect(
            try await findings(site) == [
                "reachable": "yes", "version": age, "nonce": nonce, "streams": "asked to",
                "characters": "512 a message", "api": "off",
            ])
        #expect(site.calls(of: .submit) == 0)
        #expect(site.violations == [])
        guard version != "2.0.0" else { return }
        // The nonce is there for the next message.
        let requests = site.server.requests.all.count
        let provider = try await program.provider(["kind": .text("ai-engine"), "url": .text(site.address)])
        _ = try await program.say("Hello", to: provider)
        #expect(site.server.requests.all.dropFirst(requests).allSatisfy { $0.path.hasSuffix("/submit") })
    }

    @Test func `a site without a widget on its first page says less`() async throws {
        let site = try StandInSite(version: "1.9.88")
        let findings = try await findings(site)
        #expect(findings["version"] == "before 2.4.4")
        #expect(findings["characters"] == "not known")
    }

    @Test func `a site that lets no guests in`() async throws {
        let site = try StandInSite(version: "2.9.0")
        #expect(await error { try await findings(site) }?.cause == .misconfigured)
        #expect(try await findings(site, ["nonce": .text("none")])["nonce"] == "not asked for")
    }

    @Test func `plain permalinks, a folder and the public API`() async throws {
        var settings = SiteSettings()
        (settings.hasPrettyPermalinks, settings.base, settings.token) = (false, "/blog", "s3cret-token")
        let findings = try await findings(StandInSite(settings))
        #expect(findings["reachable"] == "yes, by ?rest_route= (plain permalinks)")
        #expect(findings["api"] == "on")
    }

    @Test func `a site that is asked for whole replies`() async throws {
        #expect(
            try await findings(StandInSite(), ["stream": .word("false")])["streams"]
                == "no: it is asked for whole replies")
    }

    @Test func `the public API, for its owner`() async throws {
        var settings = SiteSettings()
        settings.token = "s3cret-token"
        let owner: [String: ConfigurationValue] = ["history": .text("server"), "api_token_env": .text("TOKEN")]
        #expect(
            try await findings(StandInSite(settings), owner) == [
                "reachable": "yes", "streams": "no: its public API gives whole replies", "api": "on",
            ])
        settings.token = "another"
        let site = try StandInSite(settings)
        #expect(await error { try await findings(site, owner) }?.cause == .unauthorized)
        let closed = try StandInSite()
        #expect(
            await error { try await findings(closed, owner) }
                == ProviderError(.misconfigured, "its public API is switched off"))
    }

    @Test func `a place without WordPress, and one without the plugin`() async throws {
        let page = Answer.response("<h1>Not here</h1>", status: 404, type: "text/html")
        let empty = try LoopbackServer(routes: [:], otherwise: page)
        let bare = try LoopbackServer(routes: [:])
        for (server, words) in [(empty, "Not here"), (bare, "AI Engine or its chat module is not there")] {
            let provider = try await program.provider(["kind": .text("ai-engine"), "url": .text(server.address)])
            #expect(await error { try await findings(provider) } == ProviderError(.httpStatus(404), words))
        }
    }

    // MARK: - The others

    @Test func `an endpoint and its models`() async throws {
        var settings = EndpointSettings()
        settings.models = ["small", "large"]
        let endpoint = try StandInEndpoint(settings)
        let address: [String: ConfigurationValue] = ["kind": .text("openai"), "url": .text(endpoint.address)]
        #expect(
            try await findings(program.provider(address)) == [
                "reachable": "yes", "models": "2", "model": "small, the first it lists; none is configured",
                "streams": "asked to",
            ])
        let large = try await program.provider(address.merging(["model": .text("large")]) { $1 })
        #expect(try await findings(large)["model"] == "large")
        let huge = try await program.provider(
            address.merging(["model": .text("huge"), "stream": .word("false")]) { $1 })
        #expect(try await findings(huge)["model"] == "huge, which it does not list")
        #expect(try await findings(huge)["streams"] == "not asked to")
        #expect(endpoint.prompts.isEmpty)
    }

    @Test func `an endpoint that wants a key`() async throws {
        var settings = EndpointSettings()
        settings.key = "k3y"
        let endpoint = try StandInEndpoint(settings)
        let provider = try await program.provider(["kind": .text("openai"), "url": .text(endpoint.address)])
        #expect(await error { try await findings(provider) }?.cause == .unauthorized)
    }

    @Test func `the bot on board`() async throws {
        #expect(
            try await findings(program.provider(["kind": .text("eliza")]))
                == ["reachable": "yes, on board", "streams": "yes"])
    }
}
