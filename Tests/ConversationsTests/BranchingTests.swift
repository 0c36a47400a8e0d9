import Conversations
import Storage
import Support
import Testing

/// Replies asked for again, words changed, other ways taken: what is sent, and what stays.
@Suite(.timeLimit(.minutes(1)))
struct BranchingTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    /// 1 ─ 2 ─ 3 ─ 4 ─ 5 ─ 6, each saying its number.
    private func chatOfThree() async throws -> ChatID {
        let id = try await database.manager.say("1", to: ScriptedProvider(saying: "2")).chat.id
        for number in [3, 5] {
            _ = try await database.manager.say("\(number)", in: id, to: ScriptedProvider(saying: "\(number + 1)"))
        }
        return id
    }

    private func take(
        _ turn: ExchangeRequest.Turn, in chat: ChatID, at tip: Int? = nil, with provider: any ChatProvider,
        model: String? = nil
    ) async throws -> Exchange {
        let request = ExchangeRequest(target: .chat(chat, endingAt: tip), turn: turn, model: model)
        return try await database.manager.exchange(request, with: [provider]) { _ in }
    }

    private func sent(_ provider: ScriptedProvider) throws -> [String] {
        guard case .messages(let messages) = try #require(provider.requests.last).content else { return [] }
        return messages.map(\.content)
    }

    private func contents(_ chat: ChatID, endingAt tip: Int? = nil) async throws -> [String] {
        try #require(try await database.store.branch(of: chat, of: .local, endingAt: tip, last: nil)).1.map(\.content)
    }

    // MARK: - What is sent, and what stays

    @Test func `a reply asked for again is made of the past before it, and stands beside the first`() async throws {
        let id = try await chatOfThree()
        let provider = ScriptedProvider(saying: "7")
        let exchange = try await take(.retry, in: id, with: provider)
        #expect(try sent(provider) == ["1", "2", "3", "4", "5"])
        #expect((exchange.message.id.seq, exchange.reply.id.seq, exchange.reply.parent) == (5, 7, 5))
        #expect((exchange.history.sent, exchange.history.leftOut) == (5, 0))
        #expect(try await contents(id) == ["1", "2", "3", "4", "5", "7"])
        #expect(try await contents(id, endingAt: 6) == ["1", "2", "3", "4", "5", "6"])
        #expect(try await database.store.chat(id, of: .local)?.messageCount == 7)
    }

    @Test func `any reply can be asked for again, and what the user said without one`() async throws {
        let id = try await chatOfThree()
        for tip in [2, 1] {
            let provider = ScriptedProvider(saying: "other")
            let exchange = try await take(.retry, in: id, at: tip, with: provider)
            #expect(try sent(provider) == ["1"])
            #expect(exchange.reply.parent == 1)
            #expect(try await contents(id) == ["1", "other"])
        }
        #expect(try await contents(id, endingAt: 6) == ["1", "2", "3", "4", "5", "6"])
    }

    @Test func `a failed reply is asked for again without a word of it`() async throws {
        let id = try await database.manager.say("1", to: ScriptedProvider(name: "a", failing: .refusedByTLS)).chat.id
        let provider = ScriptedProvider(saying: "2")
        let exchange = try await take(.retry, in: id, with: provider)
        #expect(try sent(provider) == ["1"])
        #expect(exchange.isComplete)
        #expect(try await contents(id) == ["1", "2"])
        #expect(try await contents(id, endingAt: 2) == ["1", ""])
    }

    @Test func `other words for the first message go without a past`() async throws {
        let id = try await chatOfThree()
        let provider = ScriptedProvider(saying: "8")
        let exchange = try await take(.edit("7"), in: id, at: 1, with: provider)
        #expect(try sent(provider) == ["7"])
        #expect((exchange.message.parent, exchange.message.content) == (nil, "7"))
        #expect(try await contents(id) == ["7", "8"])
        #expect(try await contents(id, endingAt: 6) == ["1", "2", "3", "4", "5", "6"])
    }

    @Test func `other words for a later message have the past before it, and can be empty`() async throws {
        let id = try await chatOfThree()
        let provider = ScriptedProvider(saying: "8")
        let exchange = try await take(.edit(""), in: id, at: 3, with: provider)
        #expect(try sent(provider) == ["1", "2", ""])
        #expect(exchange.message.parent == 2)
        #expect(try await contents(id) == ["1", "2", "", "8"])
    }

    @Test func `on a branch nothing is heard of its siblings`() async throws {
        let id = try await chatOfThree()
        _ = try await take(.edit("7"), in: id, at: 3, with: ScriptedProvider(saying: "8"))
        _ = try await take(.retry, in: id, with: ScriptedProvider(saying: "9"))
        let inView = ScriptedProvider(saying: "11")
        _ = try await take(.say("10"), in: id, with: inView)
        #expect(try sent(inView) == ["1", "2", "7", "9", "10"])
        let elsewhere = ScriptedProvider(saying: "13")
        _ = try await take(.say("12"), in: id, at: 6, with: elsewhere)
        #expect(try sent(elsewhere) == ["1", "2", "3", "4", "5", "6", "12"])
        let middle = ScriptedProvider(saying: "15")
        let exchange = try await take(.say("14"), in: id, at: 4, with: middle)
        #expect(try sent(middle) == ["1", "2", "3", "4", "14"])
        #expect(try await database.store.chat(id, of: .local) == exchange.chat)
        #expect(try await contents(id) == ["1", "2", "3", "4", "14", "15"])
        #expect(try await database.store.branches(of: id, of: .local)?.map(\.tip.id.seq) == [15, 13, 11, 8])
    }

    @Test func `each branch has a name of its own, and keeps it`() async throws {
        let id = try await chatOfThree()
        let provider = VersatileProvider { _ in [.text("yes"), .finish] }
        _ = try await take(.retry, in: id, with: provider)  // 7
        _ = try await take(.retry, in: id, with: provider)  // 8
        _ = try await take(.say("more"), in: id, with: provider)  // 9, 10
        _ = try await take(.edit("less"), in: id, at: 1, with: provider)  // 11, 12
        _ = try await take(.say("on"), in: id, at: 6, with: provider)  // 13, 14
        let names = ["-7", "-8", "-8", "-11", "-13"].map { id.rawValue + $0 }
        #expect(provider.requests.map(\.conversation) == names)
        #expect(provider.requests.map(\.alternative) == [1, 2, 0, 0, 0])
    }

    @Test func `where the other side keeps the past, a branch is another conversation there`() async throws {
        let capabilities = ProviderCapabilities(historyTarget: .server)
        let provider = VersatileProvider(capabilities: capabilities) { _ in [.text("yes"), .finish] }
        let id = try await database.manager.say("1", to: provider).chat.id
        _ = try await take(.say("3"), in: id, with: provider)
        _ = try await take(.retry, in: id, with: provider)
        _ = try await take(.edit("6"), in: id, at: 3, with: provider)
        #expect(provider.requests.map(\.content) == [.newest("1"), .newest("3"), .newest("3"), .newest("6")])
        #expect(
            provider.requests.map(\.conversation)
                == [id.rawValue, id.rawValue, id.rawValue + "-5", id.rawValue + "-6"])
    }

    @Test func `another provider or model can be asked, and stays with the chat`() async throws {
        let id = try await chatOfThree()
        let other = ScriptedProvider(name: "other", [.text("7"), .finish])
        let exchange = try await take(.retry, in: id, with: other, model: "large")
        #expect((exchange.reply.provider, exchange.reply.model) == ("other", "large"))
        #expect((exchange.chat.provider, exchange.chat.model) == ("other", "large"))
        #expect(other.requests.map(\.model) == ["large"])
    }

    @Test func `a reply asked for again and stopped leaves both`() async throws {
        let id = try await chatOfThree()
        let torn = ScriptedProvider([.text("sev"), .fails(.endedEarly)])
        let exchange = try await take(.retry, in: id, with: torn)
        #expect(exchange.reply.status == .interrupted)
        #expect(try await contents(id) == ["1", "2", "3", "4", "5", "sev"])
        let again = ScriptedProvider(saying: "8")
        _ = try await take(.retry, in: id, with: again)
        #expect(try sent(again) == ["1", "2", "3", "4", "5"])
        #expect(try await contents(id) == ["1", "2", "3", "4", "5", "8"])
    }

    // MARK: - What cannot be

    @Test func `only a reply can be asked for again, and only the user's words changed`() async throws {
        let provider = ScriptedProvider(saying: "never")
        let id = try await chatOfThree()
        let before = try await database.store.chat(id, of: .local)
        await #expect(throws: TurnError.notTheUsers(MessageID(chat: id, seq: 2), .assistant)) {
            _ = try await take(.edit("x"), in: id, at: 2, with: provider)
        }
        for turn in [.retry, .edit("x"), .say("x")] as [ExchangeRequest.Turn] {
            await #expect(throws: StoreError.noSuchMessage(MessageID(chat: id, seq: 7))) {
                _ = try await take(turn, in: id, at: 7, with: provider)
            }
            await #expect(throws: StoreError.noSuchChat(ChatID(rawValue: "none"))) {
                _ = try await take(turn, in: ChatID(rawValue: "none"), with: provider)
            }
        }
        #expect(provider.requests.isEmpty)
        #expect(try await database.store.chat(id, of: .local) == before)
    }

    @Test func `words that are too large change nothing`() async throws {
        let id = try await chatOfThree()
        let before = try await database.store.chat(id, of: .local)
        let small = ScriptedProvider(
            capabilities: ProviderCapabilities(historyTarget: .messages, maximumCharacters: 3), [])
        await #expect(throws: HistoryError.messageTooLong(characters: 4, limit: 3)) {
            _ = try await take(.edit("four"), in: id, at: 5, with: small)
        }
        #expect(try await database.store.chat(id, of: .local) == before)
    }

    // MARK: - Waiting for another's reply

    /// Begins a reply as another program, which ends it when it is told to.
    private func withReplyElsewhere(
        in chat: ChatID, _ body: (_ end: @escaping @Sendable () -> Void) async throws -> Void
    ) async throws {
        let other = database.manager(over: try await database.openAgain(), process: "test-2")
        let (ends, end) = AsyncStream<Void>.makeStream()
        let (begins, begin) = AsyncStream<Void>.makeStream()
        let provider = ScriptedProvider([
            .text("half"),
            .action {
                begin.yield()
                for await _ in ends { break }
            }, .text(" and half"), .finish,
        ])
        async let reply = other.say("theirs", in: chat, to: provider)
        for await _ in begins { break }
        try await body { end.yield() }
        end.yield()
        #expect(try await reply.isComplete)
    }

    private func request(_ chat: ChatID, patience: Duration) -> ExchangeRequest {
        ExchangeRequest(target: .chat(chat), turn: .say("ours"), patience: patience)
    }

    @Test func `without patience the chat is busy at once`() async throws {
        let id = try await chatOfThree()
        try await withReplyElsewhere(in: id) { _ in
            await #expect(throws: StoreError.chatBusy(id)) {
                _ = try await database.manager.exchange(
                    request(id, patience: .zero), with: [ScriptedProvider(saying: "never")]
                ) { _ in }
            }
        }
    }

    @Test func `whoever waits is heard after the other's reply, of which all is sent`() async throws {
        let id = try await chatOfThree()
        let provider = ScriptedProvider(saying: "heard")
        let told = Noted<String>()
        try await withReplyElsewhere(in: id) { end in
            async let exchange = database.manager.exchange(request(id, patience: .seconds(600)), with: [provider]) {
                switch $0 {
                case .waiting(let chat): told.note("waiting for \(chat)")
                case .began: told.note("began")
                default: break
                }
            }
            try await eventually("it waits") { told.values.count == 1 }
            end()
            try await eventually("the other is done") {
                try await database.store.messages(of: id).last?.status == .complete
            }
            try await eventually("it is heard") {
                database.world.advance(by: .milliseconds(100))
                return try await database.store.messages(of: id).last?.content == "heard"
            }
            #expect(try await exchange.isComplete)
        }
        #expect(told.values == ["waiting for \(id)", "began"])
        #expect(try sent(provider) == ["1", "2", "3", "4", "5", "6", "theirs", "half and half", "ours"])
    }

    @Test func `patience ends`() async throws {
        let id = try await chatOfThree()
        let told = Noted<Void>()
        try await withReplyElsewhere(in: id) { _ in
            let manager = database.manager
            let request = request(id, patience: .milliseconds(250))
            let task = Task {
                try await manager.exchange(request, with: [ScriptedProvider(saying: "never")]) { event in
                    if case .waiting = event { told.note(()) }
                }
            }
            let ended = Noted<Void>()
            let watch = Task {
                _ = await task.result
                ended.note(())
            }
            try await eventually("it waits") { told.values.count == 1 }
            try await eventually("it gives up") {
                // The other keeps its lease: only as much time goes by as the lease lasts.
                if database.world.sleepers > 1 { database.world.advance(by: .milliseconds(10)) }
                return ended.values.count == 1
            }
            await watch.value
            await #expect(throws: StoreError.chatBusy(id)) { _ = try await task.value }
        }
        #expect(told.values.count == 1)
        #expect(try await contents(id).last == "half and half")
    }

    @Test func `whoever is stopped while waiting has said nothing`() async throws {
        let id = try await chatOfThree()
        let told = Noted<Void>()
        let provider = ScriptedProvider(saying: "never")
        try await withReplyElsewhere(in: id) { _ in
            let manager = database.manager
            let request = request(id, patience: .seconds(600))
            let task = Task {
                try await manager.exchange(request, with: [provider]) { event in
                    if case .waiting = event { told.note(()) }
                }
            }
            try await eventually("it waits") { told.values.count == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
        }
        #expect(provider.requests.isEmpty)
        #expect(try await contents(id) == ["1", "2", "3", "4", "5", "6", "theirs", "half and half"])
    }
}
