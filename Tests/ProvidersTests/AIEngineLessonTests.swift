import Conversations
import Providers
import Storage
import Support
import Testing

/// What is found out about a site by asking it, and kept for the next time.
@Outside @Suite(.timeLimit(.minutes(2)))
struct AIEngineLessonTests {
    private let program: Program

    init() async throws {
        program = try await Program()
    }

    private func settings(_ address: String) -> [String: ConfigurationValue] {
        ["kind": .text("ai-engine"), "url": .text(address)]
    }

    // MARK: - Streams

    @Test(arguments: ["noise-html-prefix-stream", "noise-php-warning-stream"])
    func `a site that prints before its streams is asked for whole replies, for a day`(recording: String) async throws {
        let site = try StandInSite()
        site.failNext(with: try .recording(recording))
        let exchange = try await program.say("Hello", to: program.provider(settings(site.address)))
        #expect(exchange.isComplete)
        #expect(exchange.attempts.map(\.result.outcome) == [.badPayload, .ok])
        #expect(exchange.attempts.map(\.result.fault) == [.none, .none])
        #expect(try await program.say("Hello", to: program.provider(settings(site.address))).attempts.count == 1)
        program.world.advance(by: .seconds(86_400))
        #expect(try await program.say("Hello", to: program.provider(settings(site.address))).isComplete)
        let streamed = site.server.requests.all.compactMap { $0.json?["stream"] }
        #expect(streamed == [.boolean(true), .boolean(false), .boolean(false), .boolean(true)])
    }

    // MARK: - Routes

    @Test(arguments: ["1.9.88", "2.1.5", "3.0.4", "3.6.2"] as [PluginVersion], ["", "/blog"])
    func `a site with plain permalinks is reached by its query`(version: PluginVersion, base: String) async throws {
        var site = SiteSettings(version: version)
        (site.hasPrettyPermalinks, site.page, site.base) = (false, "/", base)
        let standIn = try StandInSite(site)
        let settings = settings(standIn.address)
        let exchange = try await program.say("Hello", to: program.provider(settings))
        #expect(exchange.isComplete)
        #expect(exchange.attempts.map(\.result.outcome) == [.http4xx, .ok])
        #expect(exchange.attempts.map(\.result.fault) == [.none, .none])
        #expect(try await program.store.facts(of: standIn.address)["form"] == "query")
        let calls = standIn.server.requests.all.count
        #expect(try await program.say("Hello", to: program.provider(settings)).isComplete)
        #expect(standIn.server.requests.all.count == calls + 1)
        #expect(standIn.violations == [])
    }

    @Test(arguments: ["opchatgpts", "chatgpt4online"])
    func `either dialect reaches it too`(preset: String) async throws {
        var settings = SiteSettings()
        settings.hasPrettyPermalinks = false
        let site = try StandInSite(settings)
        let provider = try await program.provider(["preset": .text(preset), "url": .text(site.address)])
        #expect(try await program.say("Hello", to: provider).isComplete)
        #expect(program.waits.all == [])
    }

    @Test func `a form that does not work either is forgotten`() async throws {
        let page = Answer.response("<h1>Not here</h1>", status: 404, type: "text/html")
        let server = try LoopbackServer(routes: [:], otherwise: page)
        let exchange = try await program.say("Hello", to: program.provider(settings(server.address)))
        #expect(exchange.error == ProviderError(.httpStatus(404), "Not here"))
        #expect(try await program.store.facts(of: server.address)["form"] == nil)
        #expect(
            server.requests.all.map(\.target) == [
                "/wp-json/mwai/v1/start_session", "/?rest_route=/mwai/v1/start_session",
            ])
    }

    @Test func `a site that shows its home page for every question is no AI Engine`() async throws {
        let home = Answer.response("<h1>Welcome</h1>", type: "text/html")
        let server = try LoopbackServer(
            routes: ["POST /": home], otherwise: .response("<h1>Not here</h1>", status: 404, type: "text/html"))
        let exchange = try await program.say("Hello", to: program.provider(settings(server.address)))
        #expect(exchange.error == ProviderError(.brokenStream, "Welcome"))
        #expect(try await program.store.facts(of: server.address)["form"] == nil)
    }

    @Test func `two who find out at once that a site wants a nonce, or another route, both get through`() async throws {
        var settings = SiteSettings()
        settings.hasPrettyPermalinks = false
        let site = try StandInSite(settings)
        let provider = try await program.provider(["preset": .text("opchatgpts"), "url": .text(site.address)])
        let complete = try await withThrowingTaskGroup { group in
            for _ in 1...20 { group.addTask { [program] in try await program.say("Hello", to: provider).isComplete } }
            var complete: [Bool] = []
            for try await isComplete in group { complete.append(isComplete) }
            return complete
        }
        #expect(complete == Array(repeating: true, count: 20))
        #expect(site.violations == [])
    }

    // MARK: - How long a message may be

    private let long = String(repeating: "é", count: 600)

    @Test func `a message that is longer than the page says is not sent`() async throws {
        var settings = SiteSettings()
        settings.page = "/"
        let site = try StandInSite(settings)
        let exchange = try await program.say(long, to: program.provider(self.settings(site.address)))
        #expect(exchange.error?.cause == .tooLong(characters: 600, limit: 512))
        #expect(exchange.attempts.map(\.result.outcome) == [.rejected])
        #expect(exchange.attempts.map(\.result.fault) == [.caller])
        #expect(site.server.requests.all.map(\.route) == ["GET /"])
        // Now it is known beforehand, and nothing is written either.
        await #expect(throws: HistoryError.messageTooLong(characters: 600, limit: 512)) {
            try await program.say(long, to: program.provider(self.settings(site.address)))
        }
        #expect(site.server.requests.all.count == 1)
    }

    @Test func `where the page does not say, the site decides, and the page is not looked at again that day`()
        async throws
    {
        let site = try StandInSite()
        let settings = settings(site.address)
        for _ in 1...2 {
            let exchange = try await program.say(long, to: program.provider(settings))
            #expect(exchange.error?.cause == .rejected)
            #expect(exchange.attempts.map(\.result.fault) == [.caller])
        }
        #expect(site.server.calls(of: "GET /") == 1)
        program.world.advance(by: .seconds(86_400))
        _ = try await program.say(long, to: program.provider(settings))
        #expect(site.server.calls(of: "GET /") == 2)
    }

    @Test func `a message of the usual length is sent without looking`() async throws {
        let site = try StandInSite()
        _ = try await program.say(String(long.prefix(512)), to: program.provider(settings(site.address)))
        #expect(site.server.calls(of: "GET /") == 0)
        #expect(site.calls(of: .submit) == 1)
    }

    @Test func `the user's own limit is not looked up, and holds`() async throws {
        let site = try StandInSite()
        var settings = settings(site.address)
        settings["max_characters"] = .word("10")
        let provider = try await program.provider(settings)
        await #expect(throws: HistoryError.messageTooLong(characters: 11, limit: 10)) {
            try await program.say("Hello world", to: provider)
        }
        #expect(site.server.requests.all.isEmpty)
    }
}
