import Conversations
import Storage
import Support
import Testing

/// However a reply ends, what had come of it is kept, and how it ended.
@Suite(.timeLimit(.minutes(1)))
struct ExchangeEndingTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    struct Ending: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var steps: [ScriptedProvider.Step]
        var status: MessageStatus
        var content = ""
        var error: String?
        var outcome: ProviderAttempt.Outcome
        var fault = ProviderAttempt.Fault.none
        var failure: ProviderError?
        /// How often the provider was asked.
        var tries = 1
        var reason: String?
        var usage: TokenUsage?
    }

    private struct Strange: Error, CustomStringConvertible {
        let description = "something secret"
    }

    static let endings = [
        Ending(
            testDescription: "complete",
            steps: [
                .event(.text("Hello ")), .event(.text("there")),
                .event(.usage(TokenUsage(inputTokens: 1, outputTokens: 1))),
                .event(.usage(TokenUsage(inputTokens: 12, outputTokens: 34))),
                .event(.finish(reason: "stop", text: nil)),
            ],
            status: .complete, content: "Hello there", outcome: .ok, reason: "stop",
            usage: TokenUsage(inputTokens: 12, outputTokens: 34)),
        Ending(
            testDescription: "complete, without a reason",
            steps: [.event(.text("👍🏽")), .event(.finish(reason: nil, text: nil))],
            status: .complete, content: "👍🏽", outcome: .ok),
        Ending(
            testDescription: "complete, with the whole text at the end",
            steps: [.event(.text("Helo")), .event(.finish(reason: "stop", text: "Hello"))],
            status: .complete, content: "Hello", outcome: .ok, reason: "stop"),
        Ending(
            testDescription: "complete, with the text at the end alone",
            steps: [.event(.finish(reason: nil, text: "Hello"))], status: .complete, content: "Hello", outcome: .ok),
        Ending(
            testDescription: "nothing counts after the finish",
            steps: [
                .event(.text("a")), .event(.finish(reason: nil, text: nil)), .event(.text("b")), .failure(Strange()),
            ],
            status: .complete, content: "a", outcome: .ok),
        Ending(
            testDescription: "a failure before any text",
            steps: [.event(.notice("trying")), .failure(ProviderError(.unreachable, "no route"))],
            status: .failed, error: "unreachable", outcome: .unreachable, fault: .provider,
            failure: ProviderError(.unreachable, "no route"), tries: 3),
        Ending(
            testDescription: "a failure after some text",
            steps: [
                .event(.text("Half a ")), .event(.text("sen")),
                .event(.usage(TokenUsage(inputTokens: 2, outputTokens: 3))),
                .failure(ProviderError(.timedOut(.idle))),
            ],
            status: .interrupted, content: "Half a sen", error: "timeout", outcome: .timeoutIdle, fault: .provider,
            failure: ProviderError(.timedOut(.idle)), usage: TokenUsage(inputTokens: 2, outputTokens: 3)),
        Ending(
            testDescription: "no finish, after some text", steps: [.event(.text("Half"))],
            status: .interrupted, content: "Half", error: "torn", outcome: .torn, fault: .provider,
            failure: ProviderError(.endedEarly)),
        Ending(
            testDescription: "no event at all", steps: [],
            status: .failed, error: "torn", outcome: .torn, fault: .provider,
            failure: ProviderError(.endedEarly), tries: 3),
        Ending(
            testDescription: "a finish without any text", steps: [.event(.finish(reason: "stop", text: nil))],
            status: .failed, error: "empty", outcome: .empty, fault: .provider, failure: ProviderError(.empty),
            tries: 3,
            reason: "stop"),
        Ending(
            testDescription: "a finish after empty texts",
            steps: [.event(.text("")), .event(.text("")), .event(.finish(reason: nil, text: ""))],
            status: .failed, error: "empty", outcome: .empty, fault: .provider, failure: ProviderError(.empty), tries: 3
        ),
        Ending(
            testDescription: "an error that nobody knows",
            steps: [.event(.text("x")), .failure(Strange())],
            status: .interrupted, content: "x", error: "unreachable", outcome: .unreachable, fault: .provider,
            failure: ProviderError(.unreachable, "Strange")),
        Ending(
            testDescription: "a provider that gives up by itself",
            steps: [.event(.text("x")), .failure(CancellationError())],
            status: .interrupted, content: "x", error: "stopped", outcome: .cancelled, fault: .caller),
        Ending(
            testDescription: "too many requests",
            steps: [.failure(ProviderError(.rateLimited, retryAfter: .seconds(30)))],
            status: .failed, error: "rate_limited", outcome: .rateLimited, fault: .limit,
            failure: ProviderError(.rateLimited, retryAfter: .seconds(30))),
    ]

    @Test(arguments: endings)
    func `each ending is kept as what it is`(ending: Ending) async throws {
        let exchange = try await database.manager.say("Hello", to: ScriptedProvider(ending.steps))
        #expect(exchange.reply.status == ending.status)
        #expect(exchange.reply.content == ending.content)
        #expect(exchange.reply.error?.code == ending.error)
        #expect(exchange.reply.finishReason == ending.reason)
        #expect(exchange.reply.usage == ending.usage)
        #expect(exchange.reply.finishedAt == database.world.now)
        if case .failed(let error) = exchange.ending {
            #expect(error == ending.failure)
        } else {
            #expect(ending.failure == nil)
        }
        try await expectKept(exchange, outcome: ending.outcome, fault: ending.fault, tries: ending.tries)
    }

    /// The exchange is on disk as it was handed back, and the chat is free.
    private func expectKept(
        _ exchange: Exchange, outcome: ProviderAttempt.Outcome, fault: ProviderAttempt.Fault, tries: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try #require(exchange.attempts.count == tries, sourceLocation: sourceLocation)
        for result in exchange.attempts.map(\.result) {
            #expect((result.outcome, result.fault) == (outcome, fault), sourceLocation: sourceLocation)
            #expect(result.error?.code == exchange.reply.error?.code, sourceLocation: sourceLocation)
        }
        #expect(try database.attempts() == exchange.attemptsAsStored, sourceLocation: sourceLocation)

        let other = try await database.openAgain()
        let (chat, messages) = try #require(
            try await other.branch(of: exchange.chat.id, of: .local, last: nil), sourceLocation: sourceLocation)
        #expect(chat == exchange.chat, sourceLocation: sourceLocation)
        #expect(messages == [exchange.message, exchange.reply], sourceLocation: sourceLocation)
        let next = try await database.manager(over: other, process: "test-2")
            .say("More", in: chat.id, to: ScriptedProvider(saying: "Yes"))
        #expect(next.message.parent == exchange.reply.id.seq, sourceLocation: sourceLocation)
    }

    // MARK: - Stopped

    @Test(arguments: [[], ["Once "], ["Once ", "upon"]])
    func `a cancelled task stops the reply and keeps what had come`(pieces: [String]) async throws {
        let (waiting, signal) = AsyncStream<Void>.makeStream()
        let provider = ScriptedProvider(
            pieces.map { .event(.text($0)) } + [.action { signal.finish() }, .waitForCancellation])
        let manager = database.manager
        let task = Task { try await manager.say("A story", to: provider) }
        for await _ in waiting {}
        task.cancel()
        let exchange = try await task.value
        #expect(exchange.reply.status == .interrupted)
        #expect(exchange.reply.content == pieces.joined())
        #expect(exchange.reply.error?.code == "stopped")
        guard case .stopped = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        try await expectKept(exchange, outcome: .cancelled, fault: .caller)
    }

    /// Says something, cancels while the provider waits, and lets the wait go on to this.
    private func exchangeCancelled(
        before ending: @escaping @Sendable () throws -> Void
    ) async throws -> Exchange {
        let (waiting, signal) = AsyncStream<Void>.makeStream()
        let provider = ScriptedProvider([
            .event(.text("Once")),
            .action {
                signal.finish()
                let (never, continuation) = AsyncStream<Void>.makeStream()
                for await _ in never {}
                continuation.finish()
                try ending()
            },
        ])
        let manager = database.manager
        let task = Task { try await manager.say("A story", to: provider) }
        for await _ in waiting {}
        task.cancel()
        return try await task.value
    }

    @Test func `a stream that ends because the task was cancelled is stopped, not torn`() async throws {
        // A sequence may answer cancellation with an end instead of an error.
        let exchange = try await exchangeCancelled(before: {})
        #expect((exchange.reply.status, exchange.reply.content) == (.interrupted, "Once"))
        try await expectKept(exchange, outcome: .cancelled, fault: .caller)
    }

    @Test(arguments: [Strange(), ProviderError(.unreachable), ProviderError(.empty)] as [any Error & Sendable])
    func `an error that comes of cancelling is no fault of the provider's`(error: any Error & Sendable) async throws {
        let exchange = try await exchangeCancelled(before: { throw error })
        try await expectKept(exchange, outcome: .cancelled, fault: .caller)
    }

    // MARK: - The reader leaves

    private struct PipeClosed: Error {}

    enum Moment: String, CaseIterable, Sendable {
        case beginning, firstText, secondText, notice
    }

    @Test(arguments: Moment.allCases)
    func `a reader that leaves stops the reply, and what had come is kept`(moment: Moment) async throws {
        let provider = ScriptedProvider([
            .event(.text("Once ")), .event(.notice("slow")), .event(.text("upon ")), .event(.text("a time")),
            .event(.finish(reason: nil, text: nil)),
        ])
        let exchange = try await database.manager.say("A story", to: provider) { event in
            switch event {
            case .began: if moment == .beginning { throw PipeClosed() }
            case .text("Once "): if moment == .firstText { throw PipeClosed() }
            case .text: if moment == .secondText { throw PipeClosed() }
            case .notice: if moment == .notice { throw PipeClosed() }
            case .status, .again, .waiting, .passedOver: break
            }
        }
        guard case .readerLeft(let error) = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        #expect(error is PipeClosed)
        let kept: [Moment: String] = [.firstText: "Once ", .notice: "Once ", .secondText: "Once upon "]
        #expect(exchange.reply.content == kept[moment] ?? "")
        #expect(exchange.reply.status == .interrupted)
        #expect(exchange.reply.error?.code == "reader_left")
        #expect(provider.requests.count == (moment == .beginning ? 0 : 1))
        try await expectKept(exchange, outcome: .cancelled, fault: .caller)
    }

    @Test func `a reader whose own waiting is cancelled has stopped the reply`() async throws {
        let exchange = try await database.manager.say("A story", to: ScriptedProvider(saying: "Once")) { event in
            if case .text = event { throw CancellationError() }
        }
        guard case .stopped = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        try await expectKept(exchange, outcome: .cancelled, fault: .caller)
    }

    // MARK: - The store fails

    @Test func `a reply that cannot be written down is handed back with the reason`() async throws {
        let store = EventfulStore(
            database.store, beforeFinish: { (_) async throws(StoreError) in throw .diskFull(path: "p") })
        let error = await #expect(throws: ReplyNotKept.self) {
            try await database.manager(over: store).say("Hello", to: ScriptedProvider(saying: "Precious"))
        }
        #expect(error?.cause == .diskFull(path: "p"))
        #expect(error?.exchange.reply.content == "Precious")
        #expect(error?.exchange.reply.status == .complete)
    }

    @Test func `nothing is sent where the message cannot be written down`() async throws {
        let store = EventfulStore(
            database.store, beforeBegin: { (_) async throws(StoreError) in throw .diskFull(path: "p") })
        let provider = ScriptedProvider(saying: "never")
        await #expect(throws: StoreError.diskFull(path: "p")) {
            try await database.manager(over: store).say("Hello", to: provider)
        }
        #expect(provider.requests.isEmpty)
    }
}
