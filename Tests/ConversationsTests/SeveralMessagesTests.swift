import Conversations
import Storage
import Support
import Testing

/// What programs ask of an exchange beside a person's words.
@Suite(.timeLimit(.minutes(1)))
struct SeveralMessagesTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    private static let said = [
        NewMessage(role: .system, content: "Be brief.", isDeveloper: true),
        NewMessage(role: .assistant, content: "Ask."), NewMessage("Who are\nyou?"),
    ]

    private func exchange(_ request: ExchangeRequest, _ providers: any ChatProvider...) async throws -> Exchange {
        try await database.manager.exchange(request, with: providers) { _ in }
    }

    private func said(to provider: ScriptedProvider) -> [[String]] {
        provider.requests.map { request in
            guard case .messages(let messages) = request.content else { return ["no messages"] }
            return messages.map { "\($0.role): \($0.content)" }
        }
    }

    @Test func `all of them are kept and sent, and the last is answered`() async throws {
        let provider = ScriptedProvider(saying: "Me.")
        let fields = ResponseFields(fields: "{}", namesConversation: false)
        let target = ExchangeRequest.Target.newChat(title: nil, system: "Be kind.", metadata: ["topic": "you"])
        let exchange = try await exchange(
            ExchangeRequest(target: target, turn: .say(Self.said), instructions: "In verse.", response: fields),
            provider)
        #expect(exchange.isComplete && exchange.said.count == 3 && exchange.message == exchange.said.last)
        #expect(
            (exchange.chat.title, exchange.chat.metadata, exchange.chat.system) == (
                "Who are you?", ["topic": "you"], "Be kind."
            ))
        #expect(
            said(to: provider) == [
                ["system: Be kind.\n\nIn verse.", "system: Be brief.", "assistant: Ask.", "user: Who are\nyou?"]
            ])
        #expect((exchange.history.sent, exchange.history.leftOut) == (3, 0))
        #expect(provider.requests.map(\.conversation) == [exchange.chat.id.rawValue])
        let response = try #require(try await database.store.response(exchange.reply.id, of: .local))
        #expect(response.fields == fields && response.input == exchange.said && response.reply == exchange.reply)

        // The next turn has no instructions.
        _ = try await database.manager.say("And?", in: exchange.chat.id, to: provider)
        #expect(
            said(to: provider).last == [
                "system: Be kind.", "system: Be brief.", "assistant: Ask.", "user: Who are\nyou?", "assistant: Me.",
                "user: And?",
            ])
    }

    @Test func `whoever is asked next is told the same, with the same wishes`() async throws {
        let failing = ScriptedProvider(name: "a", failing: .refusedByTLS)
        let prompted = ScriptedProvider(
            name: "b", capabilities: ProviderCapabilities(historyTarget: .prompt), [.text("Me."), .finish])
        var request = ExchangeRequest(
            target: .newChat(title: "T", system: nil), turn: .say(Self.said), instructions: "In verse.")
        request.sampling.maximumTokens = 5
        let exchange = try await exchange(request, failing, prompted)
        #expect(exchange.isComplete)
        #expect((failing.requests + prompted.requests).map(\.sampling.maximumTokens) == [5, 5])
        #expect(
            prompted.requests.first?.content
                == .prompt("System: In verse.\nSystem: Be brief.\nAssistant: Ask.\nUser: Who are\nyou?\nAssistant:"))
    }

    @Test func `what is said goes whole, and only the past is left out`() async throws {
        let chat = try await database.manager.say("One?", to: ScriptedProvider(saying: "1.")).chat
        let provider = ScriptedProvider(
            capabilities: ProviderCapabilities(historyTarget: .messages, maximumOtherMessages: 3),
            [.text("Me."), .finish])
        let exchange = try await exchange(ExchangeRequest(target: .chat(chat.id), turn: .say(Self.said)), provider)
        #expect(said(to: provider) == [["system: Be brief.", "assistant: Ask.", "user: Who are\nyou?"]])
        #expect((exchange.history.sent, exchange.history.leftOut, exchange.history.leftOutByLimits) == (3, 2, 2))
        let server = ScriptedProvider(
            capabilities: ProviderCapabilities(historyTarget: .server), [.text("Me."), .finish])
        _ = try await self.exchange(ExchangeRequest(target: .chat(chat.id), turn: .say(Self.said)), server)
        #expect(
            server.requests.first?.content
                == .newest("System: Be brief.\nAssistant: Ask.\nUser: Who are\nyou?\nAssistant:"))
    }

    @Test func `together they are no larger than one may be`() async throws {
        let half = String(repeating: "a", count: HistoryBuilder.maximumMessageBytes / 2 + 1)
        let provider = ScriptedProvider(saying: "never")
        await #expect(
            throws: HistoryError.messageTooLarge(bytes: half.utf8.count * 2, limit: HistoryBuilder.maximumMessageBytes)
        ) {
            try await exchange(
                ExchangeRequest(
                    target: .newChat(title: nil, system: nil), turn: .say([NewMessage(half), NewMessage(half)])),
                provider)
        }
        #expect(provider.requests.isEmpty)
    }

    @Test(
        arguments: [
            .say([]), .say([NewMessage("Hi"), NewMessage(role: .assistant, content: "Hi")]), .retry, .edit("other"),
        ] as [ExchangeRequest.Turn])
    func `where nothing of the user's is there to be answered, nothing is written down`(
        turn: ExchangeRequest.Turn
    ) async throws {
        let provider = ScriptedProvider(saying: "never")
        await #expect(throws: TurnError.nothingToAnswer) {
            try await exchange(ExchangeRequest(target: .newChat(title: nil, system: nil), turn: turn), provider)
        }
        #expect(try await database.store.chats(matching: ChatQuery(), of: .local).chats == [])
        guard case .say = turn else { return }
        let chat = try await database.manager.say("One?", to: ScriptedProvider(saying: "1.")).chat
        await #expect(throws: TurnError.nothingToAnswer) {
            try await exchange(ExchangeRequest(target: .chat(chat.id), turn: turn), provider)
        }
        #expect(try await database.store.chat(chat.id, of: .local) == chat && provider.requests.isEmpty)
    }
}
