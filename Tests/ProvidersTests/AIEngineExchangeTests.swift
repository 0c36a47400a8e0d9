import Conversations
import Providers
import Support
import Testing

/// Whole conversations with sites of all ages, in both dialects.
@Outside @Suite(.timeLimit(.minutes(2)))
struct AIEngineExchangeTests {
    private let program: Program

    init() async throws {
        program = try await Program()
    }

    private nonisolated static let pieces = ["Very ", "well — да 👍\n"]
    private nonisolated static let reply = "Very well — да 👍"

    private func site(_ version: PluginVersion, _ change: (inout SiteSettings) -> Void = { _ in }) throws -> StandInSite
    {
        var settings = SiteSettings(version: version)
        settings.page = "/"
        settings.model = { _ in Self.pieces }
        change(&settings)
        return try StandInSite(settings)
    }

    /// Three turns, each with a provider of its own, as after a new start.
    private func threeTurns(
        _ settings: [String: ConfigurationValue]
    ) async throws -> [Exchange] {
        var exchanges: [Exchange] = []
        for text in ["One", "Two", "Three"] {
            let provider = try await program.provider(settings)
            exchanges.append(try await program.say(text, in: exchanges.last?.chat.id, to: provider))
        }
        return exchanges
    }

    private func bodies(of site: StandInSite) throws -> [JSONValue] {
        try site.server.requests.all.filter { $0.path.hasSuffix("/chats/submit") }.map { try #require($0.json) }
    }

    // MARK: - Lists of messages

    private nonisolated static let versions: [PluginVersion] = [
        "1.9.88", "2.1.5", "2.4.9", "2.8.4", "2.8.7", "3.0.4", "3.6.2",
    ]

    @Test(arguments: versions)
    func `a site is talked to without any preset`(version: PluginVersion) async throws {
        let site = try site(version)
        let exchanges = try await threeTurns(["kind": .text("ai-engine"), "url": .text(site.address)])
        expectThreeTurns(exchanges, site)
        #expect(site.calls(of: .submit) == 3)
        #expect(site.calls(of: .startSession) == 1)
        for body in try bodies(of: site) {
            #expect(body.keys == ["botId", "chatId", "messages", "newMessage", "stream"])
        }
    }

    @Test(arguments: versions)
    func `opchatgpts sends a list, and a nonce once a site has wanted one`(version: PluginVersion) async throws {
        let site = try site(version)
        let exchanges = try await threeTurns(["preset": .text("opchatgpts"), "url": .text(site.address)])
        expectThreeTurns(exchanges, site)
        let needsNonce = version >= "2.0.0"
        #expect(site.calls(of: .submit) == (needsNonce ? 4 : 3))
        #expect(site.calls(of: .startSession) == (needsNonce ? 1 : 0))
        #expect(exchanges[0].attempts.map(\.result.outcome) == (needsNonce ? [.nonceRejected, .ok] : [.ok]))
        #expect(exchanges[0].attempts.map(\.result.fault) == (needsNonce ? [.none, .none] : [.none]))
        let bodies = try bodies(of: site)
        let chat = try #require(exchanges.first?.chat.id.rawValue)
        for body in bodies {
            #expect(
                body.keys == [
                    "botId", "chatId", "contextId", "customId", "messages", "newMessage", "session", "stream",
                ])
            #expect(body["botId"]?.text == "default")
            #expect(body["contextId"]?.integer == 28)
            #expect(body["customId"] == .null)
            #expect(body["session"]?.text == "N/A")
            #expect(body["stream"] == .boolean(true))
            #expect(body["chatId"]?.text == chat)
        }
        #expect(bodies.last?["newMessage"]?.text == "Three")
        #expect(
            bodies.last?["messages"]?.elements.map { $0["role"]?.text } == ["user", "assistant", "user", "assistant"])
        #expect(bodies.last?["messages"]?.elements.allSatisfy { $0.keys == ["role", "content"] } == true)
        // Who asks, in which model: nothing that the site did not say itself.
        #expect(exchanges.allSatisfy { $0.reply.model == nil })
    }

    private func expectThreeTurns(
        _ exchanges: [Exchange], _ site: StandInSite, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(exchanges.map(\.reply.content) == [Self.reply, Self.reply, Self.reply], sourceLocation: sourceLocation)
        #expect(exchanges.map(\.reply.status) == [.complete, .complete, .complete], sourceLocation: sourceLocation)
        #expect(exchanges.allSatisfy { $0.reply.usage != nil }, sourceLocation: sourceLocation)
        #expect(site.violations == [], sourceLocation: sourceLocation)
        let instructions = ModelMessage("system", SiteSettings().instructions)
        let (one, two, three) = (
            ModelMessage("user", "One"), ModelMessage("user", "Two"), ModelMessage("user", "Three")
        )
        let answer = ModelMessage("assistant", Self.reply)
        #expect(
            site.prompts == [
                [instructions, one], [instructions, one, answer, two], [instructions, one, answer, two, answer, three],
            ], sourceLocation: sourceLocation)
        #expect(site.server.failures.all == [], sourceLocation: sourceLocation)
    }

    @Test func `the pieces are shown as they come, and the site's own whole text is kept`() async throws {
        let site = try site("3.6.2") { $0.model = { _ in ["a", "\n", "b "] } }
        let provider = try await program.provider(["kind": .text("ai-engine"), "url": .text(site.address)])
        let shown = Recorded<String>()
        let exchange = try await program.say("Hello", to: provider) { event in
            if case .text(let piece) = event { shown.append(piece) }
        }
        #expect(shown.all == ["a", "  \n", "b "])
        #expect(exchange.reply.content == "a  \nb")
    }

    @Test func `a reply that is not to be streamed comes whole`() async throws {
        let site = try site("3.6.2")
        let provider = try await program.provider(["kind": .text("ai-engine"), "url": .text(site.address)])
        let exchange = try await program.say("Hello", to: provider, streams: false)
        #expect(exchange.reply.content == Self.reply)
        let asked = try bodies(of: site)
        #expect(asked.map { $0["stream"] } == [.boolean(false)])
    }

    @Test func `no more than sixteen messages go along, the first of them and the newest`() async throws {
        let site = try site("3.6.2")
        let provider = try await program.provider(["kind": .text("ai-engine"), "url": .text(site.address)])
        var chat: ChatID?
        for turn in 1...12 { chat = try await program.say("Turn \(turn)", in: chat, to: provider).chat.id }
        #expect(site.violations == [])
        let last = try #require(site.prompts.last)
        #expect(last.count == 18)
        #expect(last[1].content == "Turn 1")
        #expect(last[3].content == "Turn 5")
        #expect(last[17].content == "Turn 12")
    }

    @Test func `a site in a folder, and settings of the user's own`() async throws {
        let site = try site("3.6.2") { settings in
            settings.base = "/blog"
            settings.bots = ["default", "shop"]
        }
        let provider = try await program.provider([
            "preset": .text("opchatgpts"), "url": .text(site.address + "/"), "bot": .text("shop"),
            "custom_id": .text("page-bot"), "context_id": .word("4"),
        ])
        #expect(try await program.say("Hello", to: provider).isComplete)
        let body = try #require(try bodies(of: site).last)
        #expect(body["botId"]?.text == "shop")
        #expect(body["customId"]?.text == "page-bot")
        #expect(body["contextId"]?.integer == 4)
    }

    // MARK: - One prompt

    @Test(arguments: versions.dropFirst())
    func `chatgpt4online sends one prompt and three fields`(version: PluginVersion) async throws {
        let site = try site(version)
        let exchanges = try await threeTurns(["preset": .text("chatgpt4online"), "url": .text(site.address)])
        #expect(exchanges.map(\.reply.content) == [Self.reply, Self.reply, Self.reply])
        #expect(exchanges.map(\.reply.model) == ["gpt-4", "gpt-4", "gpt-4"])
        #expect(exchanges.map(\.attempts.count) == [1, 1, 1])
        #expect(site.violations == [])
        #expect(site.calls(of: .submit) == 3)
        #expect(site.calls(of: .startSession) == 1)
        let bodies = try bodies(of: site)
        #expect(bodies.allSatisfy { $0.keys == ["botId", "newMessage", "stream"] })
        #expect(bodies.allSatisfy { $0["botId"]?.text == "default" })
        #expect(
            bodies.map { $0["newMessage"]?.text } == [
                "One", "User: One\nAssistant: \(Self.reply)\nUser: Two\nAssistant:",
                "User: One\nAssistant: \(Self.reply)\nUser: Two\nAssistant: \(Self.reply)\nUser: Three\nAssistant:",
            ])
    }

    @Test func `the past is dropped until a prompt fits`() async throws {
        let site = try site("3.6.2") { $0.model = { _ in [String(repeating: "я", count: 200)] } }
        let settings: [String: ConfigurationValue] = [
            "preset": .text("chatgpt4online"), "url": .text(site.address),
        ]
        let exchanges = try await threeTurns(settings)
        #expect(exchanges.map(\.history.leftOutByLimits) == [0, 0, 0])
        let fourth = try await program.say("Four", in: exchanges[2].chat.id, to: program.provider(settings))
        #expect(fourth.isComplete)
        #expect(fourth.history.leftOutByLimits == 2)
        let prompt = try #require(site.prompts.last?.last?.content)
        #expect(prompt.unicodeScalars.count <= 512)
        #expect(prompt.hasPrefix("User: One\n") && prompt.hasSuffix("\nUser: Four\nAssistant:"))
        #expect(!prompt.contains("User: Two"))
    }

    @Test func `a prompt may be as long as the page of the site says`() async throws {
        let site = try site("3.6.2") { settings in
            settings.textInputMaxLength = 40
        }
        let settings: [String: ConfigurationValue] = [
            "preset": .text("chatgpt4online"), "url": .text(site.address),
        ]
        let exchanges = try await threeTurns(settings)
        #expect(exchanges.map(\.isComplete) == [true, true, true])
        #expect(site.prompts.map { $0.last?.content } == ["One", "Two", "Three"])
        #expect(site.server.calls(of: "GET /") == 1)
    }

    // MARK: - Locked out

    @Test(arguments: ["opchatgpts", "chatgpt4online", nil], ["2.0.0", "2.9.0"] as [PluginVersion])
    func `a site that lets no guests in is told apart, and not asked for ever`(
        preset: String?, version: PluginVersion
    ) async throws {
        let site = try site(version)
        var settings: [String: ConfigurationValue] = ["kind": .text("ai-engine"), "url": .text(site.address)]
        settings["preset"] = preset.map(ConfigurationValue.text)
        for _ in 1...2 {
            let provider = try await program.provider(settings)
            let calls = site.server.requests.all.count
            let exchange = try await program.say("Hello", to: provider)
            #expect(exchange.error?.cause == .misconfigured)
            #expect(exchange.reply.status == .failed)
            #expect(exchange.error?.advice == "its owner has to mend it; ask another with --provider")
            #expect(site.server.requests.all.count - calls <= 5)
        }
        #expect(program.waits.all == [])
        #expect(site.prompts == [])
        #expect(site.violations == [])
    }

    @Test func `who needs a nonce by his own word does not talk without, a preset does`() async throws {
        let site = try site("1.9.88")
        let settings: [String: ConfigurationValue] = ["preset": .text("chatgpt4online"), "url": .text(site.address)]
        let strict = try await program.provider(settings.merging(["nonce": .text("required")]) { $1 })
        let refused = try await program.say("Hello", to: strict)
        #expect(refused.error?.cause == .misconfigured)
        #expect(refused.error?.detail?.contains("hands out no nonce") == true)
        #expect(site.calls(of: .submit) == 0)
        let exchange = try await program.say("Hello", to: try await program.provider(settings))
        #expect(exchange.isComplete)
    }

    @Test func `the user's own word that there is no nonce is kept`() async throws {
        let site = try site("3.6.2")
        let provider = try await program.provider([
            "preset": .text("opchatgpts"), "url": .text(site.address), "nonce": .text("none"),
        ])
        let exchange = try await program.say("Hello", to: provider)
        #expect(exchange.error?.cause == .misconfigured)
        #expect(exchange.error?.detail?.contains("set nonce to auto") == true)
        #expect(site.calls(of: .submit) == 1)
        #expect(site.calls(of: .startSession) == 0)
    }
}
