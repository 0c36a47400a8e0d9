import Conversations
import SQLite
import Storage
import Support
import Testing

/// Who is asked, in which order, and what.
@Suite(.timeLimit(.minutes(1)))
struct AskingTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    private func answering(
        _ name: String, _ capabilities: ProviderCapabilities = ProviderCapabilities(historyTarget: .messages)
    ) -> ScriptedProvider {
        ScriptedProvider(name: name, capabilities: capabilities, [.text("Hi"), .finish])
    }

    private func failing(_ name: String, _ cause: ProviderError.Cause = .refusedByTLS) -> ScriptedProvider {
        ScriptedProvider(name: name, failing: cause)
    }

    // MARK: - One after the other

    @Test func `who cannot be reached is asked three times, who refuses once, and the next one answers`() async throws {
        let shown = Noted<String>()
        let first = failing("a", .unreachable)
        let second = failing("b")
        let third = answering("c", ProviderCapabilities(historyTarget: .messages, defaultModel: "large"))
        let unasked = answering("d")
        let exchange = try await database.manager.say("Hello", to: [first, second, third, unasked]) { event in
            switch event {
            case .began: shown.note("began")
            case .text(let text): shown.note(text)
            case .again(let attempt, _, let error):
                shown.note("\(attempt.number) \(attempt.provider) \(error.code) \(attempt.result.outcome)")
            case .notice, .status, .waiting, .passedOver: shown.note("?")
            }
        }
        #expect(
            shown.values == [
                "began", "2 a unreachable pending", "3 a unreachable pending", "4 b unreachable pending",
                "5 c tls pending", "Hi",
            ])
        #expect(exchange.attempts.map(\.number) == [1, 2, 3, 4, 5])
        #expect(exchange.attempts.map(\.provider) == ["a", "a", "a", "b", "c"])
        #expect(exchange.attempts.map(\.model) == [nil, nil, nil, nil, "large"])
        #expect(exchange.attempts.map(\.result.outcome) == [.unreachable, .unreachable, .unreachable, .tls, .ok])
        #expect(exchange.attempts.map(\.result.fault) == [.provider, .provider, .provider, .provider, .none])
        #expect(Set(exchange.attempts.map(\.id)).count == 5)
        #expect(try database.attempts() == exchange.attemptsAsStored)
        #expect(database.waits.values == [.milliseconds(375), .milliseconds(750)])
        #expect([first, second, third, unasked].map(\.requests.count) == [3, 1, 1, 0])

        #expect(exchange.isComplete)
        #expect((exchange.reply.provider, exchange.reply.model) == ("c", "large"))
        #expect((exchange.reply.status, exchange.reply.content, exchange.reply.error) == (.complete, "Hi", nil))
        // Whoever stood in this once is not the one that the chat is with.
        #expect((exchange.chat.provider, exchange.chat.model) == ("a", nil))
        #expect(try await database.store.newestMessage() == exchange.reply)
        #expect(try await database.store.onlyChat() == exchange.chat)
    }

    @Test func `before a try leaves it is on disk, and the one before is closed`() async throws {
        let seen = Noted<[ProviderAttempt.Outcome]>()
        let writers = Noted<String?>()
        let look = ScriptedProvider.Step.action {
            seen.note(try database.attempts().map(\.result.outcome))
            writers.note(try await database.store.newestMessage().provider)
        }
        let first = ScriptedProvider(name: "a", [look, .fails(.failed)])
        let second = ScriptedProvider(name: "b", [look, .text("Hi"), .finish])
        let exchange = try await database.manager.say("Hello", to: [first, second])
        #expect(exchange.isComplete)
        #expect(
            seen.values == [
                [.pending], [.http5xx, .pending], [.http5xx, .http5xx, .pending],
                [.http5xx, .http5xx, .http5xx, .pending],
            ])
        #expect(writers.values == ["a", "a", "a", "b"])
    }

    @Test func `where all fail, the last one's failure is how it ended`() async throws {
        let exchange = try await database.manager.say("Hello", to: [failing("a"), failing("b", .quotaUsedUp)])
        guard case .failed(let error) = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        #expect(error == ProviderError(.quotaUsedUp))
        #expect((exchange.reply.status, exchange.reply.provider, exchange.reply.error?.code) == (.failed, "b", "quota"))
        #expect(exchange.attempts.map(\.result.outcome) == [.tls, .quota])
        #expect(exchange.attempts.map(\.result.fault) == [.provider, .limit])
        #expect(try database.attempts() == exchange.attemptsAsStored)
    }

    @Test func `each has its own tries, and all share the time`() async throws {
        let exchange = try await database.manager.say(
            "Hello", to: ["a", "b", "c", "d", "e"].map { failing($0, .failed) })
        #expect(exchange.attempts.map(\.provider).joined() == "aaabbbcccdddee")
        // The next would be at 5.625 s.
        #expect(database.waits.values.reduce(.zero, +) == .milliseconds(4875))
    }

    @Test func `the other side's words go with the attempt, and its wish`() async throws {
        let provider = ScriptedProvider([
            .failure(ProviderError(.rateLimited, "slow down", retryAfter: .seconds(90)))
        ])
        let exchange = try await database.manager.say("Hello", to: provider)
        let result = try #require(try database.attempts().first).result
        #expect(result.error == MessageError(code: "rate_limited", message: "slow down"))
        #expect(result.retryAfterMilliseconds == 90_000)
        #expect(exchange.reply.error?.message == "the provider wants fewer requests (slow down)")
        #expect(database.waits.values.isEmpty)
    }

    // MARK: - What each is sent

    @Test func `each is sent the history that it takes`() async throws {
        let id = try await database.manager.exchange(
            ExchangeRequest(target: .newChat(title: nil, system: "Count."), turn: .say("1")),
            with: [ScriptedProvider(saying: "2")]
        ) { _ in }.chat.id
        _ = try await database.manager.say("3", in: id, to: ScriptedProvider(saying: "4"))

        let messages = ScriptedProvider(
            name: "a", capabilities: ProviderCapabilities(historyTarget: .messages, maximumOtherMessages: 3),
            [.fails(.timedOut(.connect))])
        let prompt = ScriptedProvider(
            name: "b", capabilities: ProviderCapabilities(historyTarget: .prompt, maximumCharacters: 54),
            [.fails(.timedOut(.connect))])
        let server = answering("c", ProviderCapabilities(historyTarget: .server))
        let shown = Noted<Int>()
        let exchange = try await database.manager.say("5", in: id, to: [messages, prompt, server]) { event in
            if case .again(_, let history, _) = event { shown.note(history.sent) }
        }
        let system = HistoryMessage(role: .system, content: "Count.")
        #expect(
            messages.requests.map(\.content) == [
                .messages([
                    system, HistoryMessage(role: .user, content: "1"), HistoryMessage(role: .assistant, content: "2"),
                    HistoryMessage(role: .user, content: "5"),
                ])
            ])
        #expect(
            prompt.requests.map(\.content) == [.prompt("System: Count.\nUser: 1\nAssistant: 2\nUser: 5\nAssistant:")])
        #expect(server.requests.map(\.content) == [.newest("5")])
        #expect(shown.values == [3, 1])
        #expect(exchange.history.content == .newest("5"))
    }

    @Test func `who cannot take the message is passed over`() async throws {
        let small = ProviderCapabilities(historyTarget: .messages, maximumCharacters: 4)
        let passed = answering("b", small)
        let last = answering("c", ProviderCapabilities(historyTarget: .messages, maximumCharacters: 5))
        let exchange = try await database.manager.say("Hello", to: [failing("a"), passed, last])
        #expect(exchange.attempts.map(\.provider) == ["a", "c"])
        #expect(passed.requests.isEmpty && passed.capabilities == small)

        let failed = try await database.manager.say("Hello", to: [failing("a"), passed])
        #expect(failed.attempts.map(\.provider) == ["a"])
        #expect((failed.reply.status, failed.reply.error?.code) == (.failed, "tls"))
        guard case .messages(let sent) = failed.history.content else {
            Issue.record("another history: \(failed.history)")
            return
        }
        #expect(sent.map(\.content) == ["Hello"])
    }

    @Test(arguments: [true, false])
    func `everyone is told whether the reply is wanted as it is made`(streams: Bool) async throws {
        let first = failing("a", .failed)
        let second = answering("b")
        _ = try await database.manager.say("Hello", to: [first, second], streams: streams)
        #expect((first.requests + second.requests).map(\.streams) == [streams, streams, streams, streams])
    }

    @Test func `a conversation has one name for all, the same at every turn, and another on another branch`()
        async throws
    {
        let first = failing("a")
        let second = answering("b")
        let id = try await database.manager.say("1", to: [first, second]).chat.id
        _ = try await database.manager.say("3", in: id, to: [first, second])
        #expect((first.requests + second.requests).map(\.conversation) == Array(repeating: id.rawValue, count: 4))

        let connection = try Connection(path: database.folder.file("parley.db"), access: .readWrite)
        try connection.execute("UPDATE chats SET head = 2, version = version + 1")
        _ = try await database.manager.say("5", in: id, to: second)
        _ = try await database.manager.say("7", in: id, to: second)
        #expect(second.requests.suffix(2).map(\.conversation) == [id.rawValue + "-5", id.rawValue + "-5"])
        #expect(try await database.store.messages(of: id).map(\.id.seq) == [1, 2, 5, 6, 7, 8])

        let other = try await database.manager.say("1", to: second)
        #expect(second.requests.last?.conversation == other.chat.id.rawValue && other.chat.id != id)
    }

    // MARK: - Which model

    @Test func `a model asked for by name is the first one's, and another's where it says it has it`() async throws {
        let known = ProviderCapabilities(historyTarget: .messages, defaultModel: "small", models: ["small", "large"])
        let unknown = ProviderCapabilities(historyTarget: .messages, defaultModel: "own")
        let first = failing("a", .failed)
        let others = [
            ScriptedProvider(name: "b", capabilities: unknown, [.fails(.refusedByTLS)]),
            ScriptedProvider(name: "c", capabilities: known, [.fails(.refusedByTLS)]), answering("d"),
        ]
        let exchange = try await database.manager.say("Hello", to: [first] + others, model: "large")
        #expect(first.requests.map(\.model) == ["large", "large", "large"])
        #expect(others.flatMap(\.requests).map(\.model) == ["own", "large", nil])
        #expect(exchange.attempts.map(\.model) == ["large", "large", "large", "own", "large", nil])
        #expect((exchange.reply.model, exchange.chat.model) == (nil, "large"))

        // The chat's model is its provider's, and no other's.
        _ = try await database.manager.say("Hello", in: exchange.chat.id, to: [first] + others)
        #expect(first.requests.map(\.model).suffix(3) == ["large", "large", "large"])
        #expect(others.flatMap { $0.requests.suffix(1) }.map(\.model) == ["own", "small", nil])
    }

    // MARK: - Nobody else

    @Test(arguments: [.rejected, .tooLong(characters: 6, limit: 5)] as [ProviderError.Cause])
    func `a message that is refused goes to nobody else`(cause: ProviderError.Cause) async throws {
        let other = answering("b")
        let exchange = try await database.manager.say("Hello", to: [failing("a", cause), other])
        #expect(exchange.attempts.map(\.result.outcome) == [.rejected])
        #expect(exchange.attempts.map(\.result.fault) == [.caller])
        #expect((exchange.reply.status, exchange.reply.provider) == (.failed, "a"))
        #expect(other.requests.isEmpty && database.waits.values.isEmpty)
    }

    @Test(arguments: [.unreachable, .failed, .refusedByTLS, .endedEarly, .askAgain(.route)] as [ProviderError.Cause])
    func `after the first text nothing is asked again, nor anybody else`(cause: ProviderError.Cause) async throws {
        let first = ScriptedProvider(name: "a", [.text("Half"), .fails(cause)])
        let other = answering("b")
        let exchange = try await database.manager.say("Hello", to: [first, other])
        #expect((exchange.reply.status, exchange.reply.content) == (.interrupted, "Half"))
        #expect(exchange.reply.error?.code == ProviderError(cause).code)
        #expect(exchange.attempts.count == 1 && first.requests.count == 1)
        #expect(other.requests.isEmpty && database.waits.values.isEmpty)
        #expect(try database.attempts() == exchange.attemptsAsStored)
    }

    @Test func `what is no text is no reason to stay`() async throws {
        let first = ScriptedProvider(
            name: "a",
            [
                .event(.status("thinking")), .event(.notice("slow today")), .text(""),
                .event(.usage(TokenUsage(inputTokens: 1, outputTokens: 1))), .fails(.brokenStream),
            ])
        let exchange = try await database.manager.say("Hello", to: [first, answering("b")])
        #expect((exchange.reply.status, exchange.reply.provider) == (.complete, "b"))
    }

    // MARK: - What goes into the reply

    @Test func `nothing of a failed try goes into the reply`() async throws {
        let provider = VersatileProvider { turn in
            turn.number == 1
                ? [
                    .event(.usage(TokenUsage(inputTokens: 9, outputTokens: 9))),
                    .event(.finish(reason: "length", text: "")),
                ]
                : [.text("Hi"), .event(.finish(reason: nil, text: nil))]
        }
        let exchange = try await database.manager.say("Hello", to: provider)
        #expect(exchange.attempts.map(\.result.outcome) == [.empty, .ok])
        #expect(exchange.reply.content == "Hi")
        #expect((exchange.reply.usage, exchange.reply.finishReason) == (nil, nil))

        let failing = ScriptedProvider(
            name: "a", [.event(.usage(TokenUsage(inputTokens: 9, outputTokens: 9))), .fails(.refusedByTLS)])
        let other = try await database.manager.say("Hello", to: [failing, answering("b")])
        #expect((other.reply.usage, other.reply.finishReason) == (nil, "stop"))
    }

    @Test func `a text at the end counts, in place of the pieces or alone`() async throws {
        let world = database.world
        let replaced = ScriptedProvider([.text("Helo"), .event(.finish(reason: nil, text: "Hello"))])
        let one = try await database.manager.say("Hi", to: [replaced, failing("b")])
        #expect((one.reply.status, one.reply.content, one.attempts.count) == (.complete, "Hello", 1))
        #expect((one.attempts[0].result.chunks, one.attempts[0].result.textBytes) == (1, 4))

        let whole = ScriptedProvider([
            .action { world.advance(by: .milliseconds(80)) }, .event(.finish(reason: nil, text: "Hellö")),
        ])
        let other = try await database.manager.say("Hi", to: [whole, failing("b")])
        #expect((other.reply.status, other.reply.content, other.attempts.count) == (.complete, "Hellö", 1))
        let result = other.attempts[0].result
        #expect((result.outcome, result.chunks, result.textBytes) == (.ok, 1, 6))
        #expect((result.firstTextMilliseconds, result.durationMilliseconds) == (80, 80))
    }

    // MARK: - What is measured

    @Test func `each try is measured by itself`() async throws {
        let world = database.world
        let begun = world.now
        let pass: @Sendable (Int) -> ScriptedProvider.Step = { milliseconds in
            .action { world.advance(by: .milliseconds(milliseconds)) }
        }
        let provider = VersatileProvider { turn in
            let meter = turn.meter
            guard turn.number == 2 else {
                return [
                    pass(3), .action { meter.connected() }, pass(4),
                    .action {
                        meter.responded(status: 503)
                        meter.received(bytes: 17)
                    },
                    pass(5), .fails(.httpStatus(503)),
                ]
            }
            return [
                pass(10), .action { meter.connected() }, pass(30),
                .action {
                    meter.responded(status: 200)
                    meter.received(bytes: 1000)
                },
                pass(20), .text("one "), pass(15), .text("two "), pass(25), .text("drei…"), pass(7),
                .action { meter.received(bytes: 24) }, .finish,
            ]
        }
        let exchange = try await database.manager.say("Hello", to: provider)
        var failed = ProviderAttempt.Result()
        (failed.outcome, failed.fault, failed.httpStatus) = (.http5xx, .provider, 503)
        failed.connectMilliseconds = 3
        failed.firstByteMilliseconds = 7
        failed.durationMilliseconds = 12
        failed.bytesIn = 17
        failed.error = ProviderError(.httpStatus(503)).messageError
        var good = ProviderAttempt.Result()
        (good.outcome, good.fault, good.httpStatus) = (.ok, .none, 200)
        good.connectMilliseconds = 10
        good.firstByteMilliseconds = 40
        good.firstTextMilliseconds = 60
        good.maximumGapMilliseconds = 25
        good.durationMilliseconds = 107
        (good.bytesIn, good.chunks, good.textBytes) = (1024, 3, 15)
        #expect(exchange.attempts.map(\.result) == [failed, good])
        #expect(exchange.attempts.map(\.startedAt) == [begun, begun.advanced(byMilliseconds: 12)])
        #expect(try database.attempts() == exchange.attemptsAsStored)
    }
}
