import Conversations
import Providers
import Storage
import Support
import Testing

/// `history: server`: the site keeps the discussion, for its owner, who has a token.
@Outside @Suite(.timeLimit(.minutes(2)))
struct AIEngineOwnerTests {
    private var program: Program
    private let site: StandInSite

    init() async throws {
        program = try await Program()
        program.environment = ["TOKEN": "s3cret-token"]
        var settings = SiteSettings()
        settings.token = "s3cret-token"
        settings.model = { ["Answer \($0.count)"] }
        site = try StandInSite(settings)
    }

    private func provider(
        _ site: StandInSite, history: String? = "server"
    ) async throws -> any ProbedProvider {
        var settings: [String: ConfigurationValue] = [
            "kind": .text("ai-engine"), "url": .text(site.address), "api_token_env": .text("TOKEN"),
        ]
        settings["history"] = history.map(ConfigurationValue.text)
        return try await program.provider(settings)
    }

    @Test func `the site keeps the discussion, each branch under a name of its own`() async throws {
        let first = try await program.say("One", to: provider(site))
        let second = try await program.say("Two", in: first.chat.id, to: provider(site))
        #expect([first, second].map(\.reply.content) == ["Answer 2", "Answer 5"])
        #expect([first, second].map(\.history.content) == [.newest("One"), .newest("Two")])
        #expect(site.prompts.last?.map(\.content).contains("One") == true)

        let other = try await program.say("Three", to: provider(site))
        #expect(other.reply.content == "Answer 2")
        let bodies = site.server.requests.all.compactMap(\.json)
        #expect(bodies.allSatisfy { $0.keys == ["botId", "message", "chatId"] })
        #expect(bodies.map { $0["chatId"]?.text } == [first, first, other].map(\.chat.id.rawValue))
        #expect(site.server.requests.all.allSatisfy { $0.bearerToken == "s3cret-token" })
        #expect(site.server.requests.all.allSatisfy { $0.header("X-WP-Nonce") == nil && $0.header("Cookie") == nil })
        #expect(site.violations == [])
    }

    @Test func `another branch of a chat is another discussion`() async throws {
        let provider = try await provider(site)
        for name in ["CHAT", "CHAT-3"] {
            #expect(try await reply(of: provider, to: "Hello", in: name) == "Answer 2")
        }
        #expect(try await reply(of: provider, to: "Hello", in: "CHAT") == "Answer 5")
        #expect(site.server.requests.all.compactMap(\.json).map { $0["chatId"]?.text } == ["CHAT", "CHAT-3", "CHAT"])
    }

    private func reply(of provider: some ChatProvider, to text: String, in conversation: String) async throws -> String?
    {
        let request = ProviderRequest(conversation: conversation, model: nil, content: .newest(text))
        for try await event in provider.reply(to: request, measuring: AttemptMeter(uptime: { .zero })) {
            if case .finish(_, let text) = event { return text }
        }
        return nil
    }

    @Test func `a wrong token is said to be one`() async throws {
        var settings = SiteSettings()
        settings.token = "another"
        let site = try StandInSite(settings)
        let exchange = try await program.say("Hello", to: provider(site))
        #expect(exchange.error?.cause == .unauthorized)
        #expect(exchange.attempts.map(\.result.outcome) == [.auth])
        #expect(exchange.attempts.map(\.result.fault) == [.config])
    }

    @Test func `without a token nothing of it can be configured`() async throws {
        await #expect(throws: ConfigurationError.self) {
            try await program.provider([
                "kind": .text("ai-engine"), "url": .text(site.address), "history": .text("server"),
            ])
        }
    }

    @Test func `a public API that is switched off is said to be`() async throws {
        let site = try StandInSite()
        let exchange = try await program.say("Hello", to: provider(site))
        #expect(exchange.error == ProviderError(.misconfigured, "its public API is switched off"))
        #expect(exchange.attempts.count == 1)
    }

    @Test func `the API behind plain permalinks`() async throws {
        var settings = SiteSettings()
        (settings.token, settings.hasPrettyPermalinks) = ("s3cret-token", false)
        let site = try StandInSite(settings)
        #expect(try await program.say("Hello", to: provider(site)).isComplete)
    }

    @Test func `where the chat module is gone, the token opens the other door`() async throws {
        site.failNext(100, with: .noRoute)
        let exchange = try await program.say("Hello", to: provider(site, history: nil))
        #expect(exchange.reply.content == "Answer 2")
        #expect(exchange.history.content == .newest("Hello"))
        #expect(exchange.attempts.map(\.result.fault) == [.none, .none])
        #expect(try await program.say("Hello", to: provider(site, history: nil)).attempts.count == 1)
        #expect(site.calls(of: .submit) == 1)
    }

    @Test func `where both are gone, both are looked for again the next time`() async throws {
        let site = try StandInSite()
        site.failNext(2, with: .noRoute)
        let exchange = try await program.say("Hello", to: provider(site, history: "auto"))
        #expect(exchange.error?.cause == .misconfigured)
        #expect(site.calls(of: .submit) == 1)
        #expect(try await program.store.facts(of: site.address)["route"] == nil)
        _ = try await program.say("Hello", to: provider(site, history: "auto"))
        #expect(try await program.say("Hello", to: provider(site, history: "auto")).isComplete)
    }

    @Test(
        arguments: [
            ("api-chatbot-query-upstream-429", .rateLimited), ("api-chatbot-query-missing-500", .unexplained),
            ("infra-proxy-504", .httpStatus(504)), ("infra-waf-submit-403", .httpStatus(403)),
        ] as [(String, ProviderError.Cause)])
    func `what the API fails with`(recording: String, cause: ProviderError.Cause) async throws {
        let server = try LoopbackServer(routes: ["POST /wp-json/mwai/v1/simpleChatbotQuery": .recording(recording)])
        let provider = try await program.provider([
            "kind": .text("ai-engine"), "url": .text(server.address), "api_token_env": .text("TOKEN"),
            "history": .text("server"),
        ])
        #expect(try await program.say("Hello", to: provider).error?.cause == cause)
    }
}
