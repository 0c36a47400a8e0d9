import Conversations
import Storage
import Support
import Testing

/// Whom a chain of several asks when some of them are known to be down.
@Suite(.timeLimit(.minutes(1)))
struct ChainTests {
    private let database: SharedDatabase
    private let told = Noted<String>()

    init() async throws {
        database = try await SharedDatabase()
    }

    private func answering(_ name: String) -> ScriptedProvider { ScriptedProvider(name: name, saying: "Hi") }

    private func failing(_ name: String, _ cause: ProviderError.Cause = .failed) -> ScriptedProvider {
        ScriptedProvider(name: name, failing: cause)
    }

    /// The surroundings' jitter is the greatest.
    private static let pause = Duration.seconds(33)

    /// Three tries of one exchange fail, which opens the circuit.
    private func takeDown(_ name: String) async throws {
        _ = try await database.manager.say("Anybody?", to: failing(name))
    }

    /// Says something, and tells whom it was put to, in order.
    private func ask(_ providers: any ChatProvider...) async throws -> (asked: String, exchange: Exchange) {
        let exchange = try await database.manager.say("Hello", to: providers) { event in
            if case .passedOver(let name, let condition, let asked) = event {
                told.note("\(name) \(condition.state(at: database.world.now)), asking \(asked)")
            }
        }
        return (exchange.attempts.map(\.provider).joined(separator: " "), exchange)
    }

    private func condition(_ name: String) async throws -> ProviderCondition {
        try #require(try await database.store.conditions(of: [name])[name])
    }

    // MARK: - Down

    @Test func `who is down is passed over with a word, and the chat stays with them`() async throws {
        try await takeDown("a")
        let down = answering("a")
        let (asked, exchange) = try await ask(down, answering("b"))
        #expect(asked == "b")
        #expect(down.requests.isEmpty)
        #expect(told.values == ["a down, asking b"])
        #expect((exchange.chat.provider, exchange.reply.provider) == ("a", "b"))
        #expect(try await database.store.newestMessage(in: exchange.chat.id) == exchange.reply)
        #expect(try await database.store.chat(exchange.chat.id, of: .local) == exchange.chat)
    }

    @Test func `in the end everybody is asked`() async throws {
        try await takeDown("a")
        let (asked, exchange) = try await ask(answering("a"), failing("b", .refusedByTLS))
        #expect(asked == "b a")
        #expect(exchange.isComplete)
        #expect(told.values == ["a down, asking b"])
    }

    @Test func `where all are down, the one is asked first whose time comes first`() async throws {
        try await takeDown("b")
        database.world.advance(by: .seconds(10))
        try await takeDown("a")
        let (asked, _) = try await ask(failing("a", .refusedByTLS), failing("b", .refusedByTLS))
        #expect(asked == "b a")
        #expect(told.values == ["a down, asking b", "b down, asking b"])
    }

    @Test func `one that is asked alone is asked at once, with a word`() async throws {
        try await takeDown("a")
        let (asked, exchange) = try await ask(answering("a"))
        #expect(asked == "a" && exchange.isComplete)
        #expect(told.values == ["a down, asking a"])
    }

    @Test func `whoever insists in vain does not put the trial off`() async throws {
        try await takeDown("a")
        let before = try await condition("a")
        database.world.advance(by: .seconds(20))
        _ = try await ask(failing("a"))
        #expect(try await condition("a").retryAt == before.retryAt)
    }

    @Test func `who cannot take the message is not asked in place of who is down`() async throws {
        try await takeDown("a")
        let small = ScriptedProvider(
            name: "b", capabilities: ProviderCapabilities(historyTarget: .messages, maximumCharacters: 4),
            [.text("Hi"), .finish])
        let (asked, _) = try await ask(answering("a"), small)
        #expect(asked == "a")
        #expect(told.values == ["a down, asking a"])
    }

    @Test func `a message that is too long for the one that the chat is with is refused, though others could take it`()
        async throws
    {
        try await takeDown("a")
        let small = ScriptedProvider(
            name: "a", capabilities: ProviderCapabilities(historyTarget: .messages, maximumCharacters: 4), [])
        await #expect(throws: HistoryError.messageTooLong(characters: 5, limit: 4)) {
            _ = try await ask(small, answering("b"))
        }
    }

    @Test func `a model asked for by name is asked of who stands in only where it lists it`() async throws {
        try await takeDown("a")
        let other = ScriptedProvider(
            name: "b", capabilities: ProviderCapabilities(historyTarget: .messages, defaultModel: "small"),
            [.text("Hi"), .finish])
        let exchange = try await database.manager.say("Hello", to: [answering("a"), other], model: "large")
        #expect(exchange.reply.model == "small")
        #expect((exchange.chat.provider, exchange.chat.model) == ("a", "large"))
    }

    // MARK: - On trial

    @Test func `when its time has come it is asked in its place, and two good ones bring it back`() async throws {
        try await takeDown("a")
        database.world.advance(by: Self.pause)
        #expect(try await ask(answering("a"), answering("b")).asked == "a")
        #expect(try await condition("a").circuit == .halfOpen)
        #expect(try await ask(answering("a"), answering("b")).asked == "a")
        #expect(try await condition("a").circuit == .closed)
        #expect(told.values.isEmpty)
    }

    @Test func `a trial that fails is not repeated: the next is asked`() async throws {
        try await takeDown("a")
        database.world.advance(by: Self.pause)
        let waits = database.waits.values.count
        #expect(try await ask(failing("a"), answering("b")).asked == "a b")
        #expect(database.waits.values.count == waits)
        let condition = try await condition("a")
        #expect(condition.opened == 2)
        #expect(condition.retryAt == database.world.now.advanced(by: Self.pause * 2))
    }

    @Test func `where nobody else is left, a trial is repeated like any try`() async throws {
        try await takeDown("a")
        database.world.advance(by: Self.pause)
        #expect(try await ask(failing("a")).asked == "a a a")
    }

    @Test func `one program at a time tries it, and the others pass it over`() async throws {
        try await takeDown("a")
        database.world.advance(by: Self.pause)
        let others = Noted<String>()
        let onTrial = ScriptedProvider(
            name: "a",
            [
                .action {
                    let (asked, exchange) = try await ask(answering("a"), answering("b"))
                    others.note("\(asked) \(exchange.isComplete)")
                }, .text("Hi"), .finish,
            ])
        let exchange = try await database.manager(process: "test-2").say("Hello", to: [onTrial, answering("b")])
        #expect(exchange.attempts.map(\.provider) == ["a"])
        #expect(others.values == ["b true"])
        #expect(told.values == ["a recovering, asking b"])
    }

    @Test func `what a provider learns on trial is tried at once, and it is still the trial`() async throws {
        try await takeDown("a")
        database.world.advance(by: Self.pause)
        let others = Noted<String>()
        let learning = VersatileProvider("a") { turn in
            guard turn.number > 1 else { return [.fails(.askAgain(.fields))] }
            return [
                .action { others.note(try await ask(answering("a"), answering("b")).asked) }, .text("Hi"), .finish,
            ]
        }
        let exchange = try await database.manager(process: "test-2").say("Hello", to: [learning, answering("b")])
        #expect(exchange.attempts.map(\.provider) == ["a", "a"])
        #expect(others.values == ["b"])
    }

    @Test func `an exchange that could not begin leaves the trial to others`() async throws {
        try await takeDown("a")
        database.world.advance(by: Self.pause)
        let full = EventfulStore(
            database.store, beforeBegin: { _ throws(StoreError) in throw .diskFull(path: "/parley.db") })
        await #expect(throws: StoreError.self) {
            _ = try await database.manager(over: full).say("Hello", to: [answering("a"), answering("b")])
        }
        #expect(try await ask(answering("a"), answering("b")).asked == "a")
    }

    @Test func `a trial whose attempt could not be written down is left to others`() async throws {
        try await takeDown("b")
        database.world.advance(by: Self.pause)
        let full = EventfulStore(
            database.store, beforeGoOn: { _ throws(StoreError) in throw .diskFull(path: "/parley.db") })
        _ = try? await database.manager(over: full).say(
            "Hello", to: [failing("a", .refusedByTLS), answering("b")])
        #expect(try await ask(answering("b"), answering("c")).asked == "b")
    }

    @Test func `who waits for a busy chat holds no trial meanwhile`() async throws {
        try await takeDown("a")
        database.world.advance(by: Self.pause)
        let others = Noted<String>()
        let busy = EventfulStore(
            database.store,
            beforeBegin: { number throws(StoreError) in
                if number == 1 { throw .chatBusy(ChatID(rawValue: "x")) }
            })
        let request = ExchangeRequest(
            target: .newChat(title: nil, system: nil), turn: .say("Hello"), patience: .seconds(1))
        let providers = [answering("a"), answering("b")]
        let manager = database.manager(over: busy, process: "test-2")
        async let exchange = manager.exchange(request, with: providers) { event in
            guard case .waiting = event else { return }
            others.note(try await ask(answering("a"), answering("b")).asked)
        }
        try await eventually("it looks again after a while") {
            others.values.count == 1 && database.world.sleepers == 1
        }
        #expect(others.values == ["a"])
        database.world.advance(by: .milliseconds(100))
        // Then it has a turn of its own again.
        let asked = try await exchange.attempts.map(\.provider)
        #expect(asked == ["a"] && busy.beginnings == 2)
    }

    // MARK: - Other reasons to wait

    @Test func `who wants a key is asked last, for as long as it may take`() async throws {
        let locked = VersatileProvider("a") { turn in
            [.action { turn.meter.responded(status: 401) }, .fails(.unauthorized)]
        }
        #expect(try await ask(locked, answering("b")).asked == "a b")
        database.world.advance(by: .seconds(30 * 24 * 3600))
        #expect(try await ask(answering("a"), failing("b", .refusedByTLS), answering("c")).asked == "b c")
        #expect(told.values == ["a down, asking b"])
        #expect(try await condition("a").wantsKey)
    }

    @Test func `a key that only this program lacks is nothing to hold against the provider`() async throws {
        _ = try await ask(failing("a", .locked))
        #expect(try await ask(answering("a"), answering("b")).asked == "a")
    }

    @Test func `who wants fewer requests for a time is passed over that long`() async throws {
        let limited = ScriptedProvider(name: "a", failing: .rateLimited, retryAfter: .seconds(3600))
        #expect(try await ask(limited, answering("b")).asked == "a b")
        #expect(try await ask(answering("a"), answering("b")).asked == "b")
        #expect(told.values == ["a degraded, asking b"])
        database.world.advance(by: .seconds(3600))
        #expect(try await ask(answering("a"), answering("b")).asked == "a")
    }
}

extension ConversationStore {
    /// The newest message of the branch in view.
    fileprivate func newestMessage(in id: ChatID) async throws -> Message {
        try #require(try await messages(of: id).last)
    }
}
