import Conversations
import Storage
import Support
import Testing

/// Questions of which nothing is kept but that they were asked.
@Suite(.timeLimit(.minutes(1)))
struct UnkeptExchangeTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    private static let said = [
        HistoryMessage(role: .system, content: "Be brief."), HistoryMessage(role: .user, content: "One?"),
        HistoryMessage(role: .assistant, content: "1."), HistoryMessage(role: .user, content: "Two?"),
    ]

    private func answer(
        _ messages: [HistoryMessage] = said, after past: UnkeptRequest.Past? = nil, owner: Owner = .local,
        instructions: String? = nil, of provider: any ChatProvider, limits: HistoryLimits = .standard,
        show: @escaping @Sendable (String) async throws -> Void = { _ in }
    ) async throws -> UnkeptAnswer {
        try await database.manager(limits: limits).answer(
            UnkeptRequest(messages: messages, after: past, owner: owner, instructions: instructions), with: provider,
            show: show)
    }

    private func provider(_ target: HistoryTarget, characters: Int? = nil, others: Int? = nil) -> ScriptedProvider {
        ScriptedProvider(
            capabilities: ProviderCapabilities(
                historyTarget: target, maximumCharacters: characters, maximumOtherMessages: others),
            [.text("2."), .finish])
    }

    private func said(to provider: ScriptedProvider) -> [String] {
        guard case .messages(let messages) = provider.requests.last?.content else { return ["no messages"] }
        return messages.map(\.content)
    }

    // MARK: - What is kept

    @Test func `the reply is shown and given, and its attempt alone is kept`() async throws {
        let shown = Noted<String>()
        let scripted = ScriptedProvider(
            capabilities: ProviderCapabilities(historyTarget: .messages, defaultModel: "large"),
            [
                .event(.notice("one moment")), .text("Two"), .text(""), .text("."),
                .event(.usage(TokenUsage(inputTokens: 7, outputTokens: 2))), .finish,
            ])
        let answer = try await answer(of: scripted) { shown.note($0) }
        #expect(answer.isComplete && answer.text == "Two." && shown.values == ["Two", "."])
        #expect((answer.provider, answer.model, answer.finishReason) == ("scripted", "large", "stop"))
        #expect(answer.usage == TokenUsage(inputTokens: 7, outputTokens: 2))
        #expect(scripted.requests.map(\.content) == [.messages(Self.said)])
        #expect((answer.history.sent, answer.history.leftOut) == (3, 0))
        #expect(try database.attempts() == answer.attemptsAsStored)
        let attempt = try #require(answer.attempts.first)
        #expect((attempt.kind, attempt.message, attempt.model) == (.chat, nil, "large"))
        #expect((attempt.result.outcome, attempt.result.chunks) == (.ok, 2))
        #expect(try await database.store.chats(matching: ChatQuery(), of: .local).chats == [])
        #expect(try await database.store.conditions(of: ["scripted"])["scripted"]?.recent.count == 1)
        #expect(try await database.store.messageCount(of: .all(ChatConditions(), archived: nil), of: .local) == 0)
    }

    @Test func `what is asked for is what the provider gets`() async throws {
        let provider = provider(.messages)
        var request = UnkeptRequest(messages: Self.said, model: "small", streams: false)
        request.sampling.temperature = 0.5
        request.sampling.stop = ["\n"]
        let answer = try await database.manager.answer(request, with: provider) { _ in }
        let asked = try #require(provider.requests.first)
        #expect((asked.model, asked.streams, asked.sampling) == ("small", false, request.sampling))
        #expect(answer.attempts.map(\.model) == ["small"])
        _ = try await database.manager.answer(request, with: provider) { _ in }
        #expect(Set(provider.requests.map(\.conversation)).count == 2)
        #expect(provider.requests.allSatisfy { ChatID(rawValue: $0.conversation).isURLSafe })
    }

    @Test func `a text that comes whole at the end is the answer`() async throws {
        let whole = ScriptedProvider([.text("T"), .event(.finish(reason: "length", text: "Two."))])
        let answer = try await answer(of: whole)
        #expect((answer.text, answer.finishReason, answer.isComplete) == ("Two.", "length", true))
    }

    // MARK: - What is sent

    @Test func `only a provider's own limits shorten what is sent, never the system's words nor the question`()
        async throws
    {
        let long = [
            HistoryMessage(role: .user, content: "zero"), HistoryMessage(role: .assistant, content: "0"),
        ]
        let messages = [Self.said[0]] + long + long + long + Self.said[1...]
        let free = provider(.messages)
        _ = try await answer(messages, of: free, limits: HistoryLimits(maximumMessages: 1))
        #expect(said(to: free) == messages.map(\.content))
        let narrow = provider(.messages, others: 5)
        let answer = try await answer(messages, of: narrow)
        #expect(said(to: narrow) == ["Be brief.", "zero", "0", "One?", "1.", "Two?"])
        #expect((answer.history.leftOut, answer.history.leftOutByLimits) == (4, 4))
    }

    @Test func `what does not end with the user's words goes as it is`() async throws {
        let messages =
            Self.said + [
                HistoryMessage(role: .assistant, content: ""), HistoryMessage(role: .system, content: "Go on."),
            ]
        let provider = provider(.messages, others: 2)
        _ = try await answer(messages, of: provider)
        #expect(provider.requests.first?.content == .messages(messages))
        let system = [HistoryMessage(role: .system, content: "Speak.")]
        _ = try await answer(system, of: provider)
        #expect(provider.requests.last?.content == .messages(system))
    }

    @Test func `where one text is taken all of it is in there, also where the other side knows other discussions`()
        async throws
    {
        let text = "System: Be brief.\nUser: One?\nAssistant: 1.\nUser: Two?\nAssistant:"
        let prompt = provider(.prompt)
        _ = try await answer(of: prompt)
        #expect(prompt.requests.first?.content == .prompt(text))
        let server = provider(.server)
        _ = try await answer(of: server)
        #expect(server.requests.first?.content == .newest(text))
        _ = try await answer(Self.said.suffix(1), of: server)
        #expect(server.requests.last?.content == .newest("Two?"))
    }

    @Test func `instructions come first`() async throws {
        let provider = provider(.messages)
        _ = try await answer(instructions: "In verse.", of: provider)
        #expect(said(to: provider) == ["In verse."] + Self.said.map(\.content))
        _ = try await answer(instructions: "", of: provider)
        #expect(said(to: provider) == Self.said.map(\.content))
    }

    @Test func `the past of a branch may come before, with its chat's system prompt, and stays as it is`() async throws
    {
        let target = ExchangeRequest.Target.newChat(title: nil, system: "Be kind.")
        let scripted = ScriptedProvider(saying: "Hi.")
        let exchange = try await database.manager.exchange(
            ExchangeRequest(target: target, turn: .say("Hello?"), model: "accustomed"), with: [scripted]
        ) { _ in }
        let chat = try await database.manager.say("Once more", in: exchange.chat.id, to: scripted).chat
        let provider = provider(.messages)
        for (tip, expected) in [(nil, ["Hello?", "Hi.", "Once more", "Hi."]), (2, ["Hello?", "Hi."])] {
            let answer = try await answer(
                Array(Self.said.suffix(1)), after: UnkeptRequest.Past(chat: chat.id, tip: tip),
                instructions: "In verse.", of: provider)
            #expect(said(to: provider) == ["Be kind.\n\nIn verse."] + expected + ["Two?"])
            #expect(answer.model == "accustomed")
        }
        _ = try await answer(
            after: UnkeptRequest.Past(chat: chat.id, tip: nil), of: provider, limits: HistoryLimits(maximumMessages: 2))
        #expect(said(to: provider) == ["Be kind.", "Hello?", "Hi."] + Self.said.map(\.content))
        #expect(try await database.store.chat(chat.id, of: .local) == chat)
    }

    @Test func `what cannot be sent is refused before anything is written down`() async throws {
        let provider = provider(.messages, characters: 3)
        await #expect(throws: HistoryError.messageTooLong(characters: 4, limit: 3)) {
            try await answer(of: provider)
        }
        let nowhere = UnkeptRequest.Past(chat: ChatID(rawValue: "nowhere"), tip: nil)
        await #expect(throws: StoreError.noSuchChat(nowhere.chat)) { try await answer(after: nowhere, of: provider) }
        let chat = try await database.manager.say("Hello?", to: ScriptedProvider(saying: "Hi.")).chat
        await #expect(throws: StoreError.noSuchChat(chat.id)) {
            try await answer(
                after: UnkeptRequest.Past(chat: chat.id, tip: nil), owner: Owner(rawValue: "other"), of: provider)
        }
        await #expect(throws: StoreError.noSuchMessage(MessageID(chat: chat.id, seq: 3))) {
            try await answer(after: UnkeptRequest.Past(chat: chat.id, tip: 3), of: provider)
        }
        #expect(provider.requests.isEmpty)
        #expect(try database.attempts().map(\.provider) == ["scripted"])
        #expect(try database.attempts().count == 1)
    }

    // MARK: - Failures

    @Test func `a provider that fails is asked as often as in an exchange`() async throws {
        let failing = ScriptedProvider(name: "a", failing: .unreachable)
        let answer = try await answer(of: failing)
        guard case .failed(let error) = answer.ending else { throw Unexpected(what: "\(answer.ending)") }
        #expect(error.cause == .unreachable && answer.text.isEmpty)
        #expect(answer.attempts.map(\.number) == [1, 2, 3])
        #expect(answer.attempts.map(\.result.outcome) == [.unreachable, .unreachable, .unreachable])
        #expect(try database.attempts() == answer.attemptsAsStored)
        #expect(database.waits.values == [.milliseconds(375), .milliseconds(750)])
        #expect(failing.requests.count == 3)
    }

    @Test func `nothing of a failed try is in the answer, and what it has learned is`() async throws {
        let versatile = VersatileProvider { turn in
            if turn.number == 1 {
                turn.provider.learn(ProviderCapabilities(historyTarget: .prompt, defaultModel: "small"))
                return [.event(.usage(TokenUsage(inputTokens: 1, outputTokens: 1))), .fails(.askAgain(.route))]
            }
            return [.text("Two."), .finish]
        }
        let answer = try await answer(Self.said.suffix(1), of: versatile)
        #expect(answer.isComplete && answer.usage == nil && answer.model == "small")
        #expect(answer.history.content == .prompt("Two?"))
        #expect(versatile.requests.map(\.content).last == .prompt("Two?"))
        #expect(answer.attempts.map(\.result.fault) == [.none, .none])
    }

    @Test func `after the first text nothing is asked again, and what has come is given`() async throws {
        let torn = ScriptedProvider([.text("Tw"), .fails(.unreachable)])
        let answer = try await answer(of: torn)
        #expect(!answer.isComplete && answer.text == "Tw" && answer.attempts.count == 1)
    }

    @Test func `a cancelled task stops it`() async throws {
        let (waiting, signal) = AsyncStream<Void>.makeStream()
        let provider = ScriptedProvider([.text("Tw"), .action { signal.finish() }, .waitForCancellation])
        let task = Task { try await self.answer(of: provider) }
        for await _ in waiting {}
        task.cancel()
        let answer = try await task.value
        guard case .stopped = answer.ending else { throw Unexpected(what: "\(answer.ending)") }
        #expect(answer.text == "Tw")
        #expect(try database.attempts().map(\.result.outcome) == [.cancelled])
    }

    @Test func `a reader that leaves stops it`() async throws {
        let provider = ScriptedProvider([.text("Tw"), .text("o."), .finish])
        let answer = try await answer(of: provider) { _ in throw Left() }
        guard case .readerLeft(let reason) = answer.ending else { throw Unexpected(what: "\(answer.ending)") }
        #expect(reason is Left && answer.text == "Tw")
        #expect(try database.attempts().map(\.result.outcome) == [.cancelled])
    }

    @Test func `while it goes on nobody takes its attempt for abandoned, and when its time is over everybody does`()
        async throws
    {
        let other = try await database.openAgain()
        let seen = Noted<[ProviderAttempt.Outcome]>()
        let look: @Sendable () async throws -> Void = { [world = database.world] in
            for wait in [Duration.seconds(60), .seconds(2000)] {
                world.advance(by: wait)
                let probe = ProviderAttempt(
                    id: AttemptID(rawValue: "z\(world.now.rawValue)"), provider: "b", model: nil, kind: .probe,
                    startedAt: world.now)
                try await other.open(probe, process: "test-2")
                var query = AttemptQuery(limit: 9)
                query.providers = ["scripted"]
                seen.note(try await other.attempts(matching: query).attempts.map(\.result.outcome))
            }
        }
        let answer = try await answer(of: ScriptedProvider([.action(look), .text("Two."), .finish]))
        #expect(seen.values == [[.pending], [.aborted]])
        #expect(answer.isComplete && answer.text == "Two.")
    }

    private struct Left: Error {}

    private struct Unexpected: Error {
        var what: String
    }
}

extension UnkeptAnswer {
    /// The attempts as they are read from the file in these tests.
    fileprivate var attemptsAsStored: [ProviderAttempt] {
        attempts.map { attempt in
            var attempt = attempt
            attempt.expiresAt = nil
            return attempt
        }
    }
}
