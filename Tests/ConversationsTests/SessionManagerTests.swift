import Conversations
import Storage
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SessionManagerTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    // MARK: - Before the provider is asked

    @Test func `the message and the open reply are on disk before the provider is asked`() async throws {
        let other = try await database.openAgain()
        let seen = Noted<(Chat, [Message])>()
        let look: @Sendable () async throws -> Void = {
            let chat = try await other.onlyChat()
            seen.note((chat, try await other.messages(of: chat.id)))
        }
        let provider = ScriptedProvider([
            .action(look), .event(.text("Hi")), .event(.finish(reason: nil, text: nil)),
        ])
        let requestsAtBeginning = Noted<Int>()
        let exchange = try await database.manager.say("Hello", to: provider) { event in
            guard case .began = event else { return }
            requestsAtBeginning.note(provider.requests.count)
            try await look()
        }
        #expect(requestsAtBeginning.values == [0])
        #expect(seen.values.count == 2)
        for (chat, messages) in seen.values {
            #expect((chat.head, chat.messageCount, chat.provider) == (2, 2, "scripted"))
            #expect(messages.map(\.role) == [.user, .assistant])
            #expect(messages.map(\.content) == ["Hello", ""])
            #expect(messages.map(\.status) == [.complete, .streaming])
            #expect(messages.map(\.parent) == [nil, 1])
            #expect(messages.first == exchange.message)
        }
    }

    @Test func `what is shown is the beginning, the text as it comes, and the notices`() async throws {
        let shown = Noted<String>()
        let provider = ScriptedProvider([
            .event(.notice("one moment")), .event(.status("thinking")), .event(.text("Hel")), .event(.text("")),
            .event(.text("lo")),
            .event(.usage(TokenUsage(inputTokens: 3, outputTokens: 2))), .event(.finish(reason: "stop", text: nil)),
        ])
        let exchange = try await database.manager.say("Hi", to: provider) { event in
            switch event {
            case .began(let open, let history):
                #expect((open.message.content, open.reply.status, history.sent) == ("Hi", .streaming, 1))
                #expect(open.attempt.result.outcome == .pending)
                shown.note("began")
            case .text(let text): shown.note("text \(text)")
            case .notice(let notice): shown.note("notice \(notice)")
            case .status(let status): shown.note("status \(status)")
            case .again, .waiting, .passedOver: shown.note("again")
            }
        }
        #expect(shown.values == ["began", "notice one moment", "status thinking", "text Hel", "text lo"])
        #expect(exchange.reply.content == "Hello")
        #expect(exchange.attempts.map(\.result.chunks) == [2])
    }

    @Test func `a message that is too large leaves no trace`() async throws {
        let provider = ScriptedProvider(saying: "never")
        let large = String(repeating: "a", count: HistoryBuilder.maximumMessageBytes + 1)
        await #expect(throws: HistoryError.messageTooLarge(bytes: large.utf8.count, limit: large.utf8.count - 1)) {
            try await database.manager.say(large, to: provider)
        }
        #expect(try await database.store.chats(matching: ChatQuery(), of: .local).chats.isEmpty)

        let small = ScriptedProvider(
            capabilities: ProviderCapabilities(historyTarget: .messages, maximumCharacters: 3), [])
        let first = try await database.manager.say("Hello", to: ScriptedProvider(saying: "Hi"))
        await #expect(throws: HistoryError.messageTooLong(characters: 4, limit: 3)) {
            try await database.manager.say("four", in: first.chat.id, to: small)
        }
        #expect(try await database.store.chat(first.chat.id, of: .local) == first.chat)
        #expect(provider.requests.isEmpty && small.requests.isEmpty)
    }

    @Test func `an unknown chat and another's are no chats`() async throws {
        let theirs = try await database.manager.exchange(
            ExchangeRequest(
                target: .newChat(title: nil, system: nil), owner: Owner(rawValue: "other"), turn: .say("Mine")),
            with: [ScriptedProvider(saying: "Yours")]
        ) { _ in }
        let provider = ScriptedProvider(saying: "never")
        for id in [theirs.chat.id, ChatID(rawValue: "none"), ChatID(rawValue: "")] {
            await #expect(throws: StoreError.noSuchChat(id)) {
                try await database.manager.say("Hello", in: id, to: provider)
            }
        }
        #expect(provider.requests.isEmpty)
        #expect(try await database.store.chat(theirs.chat.id, of: theirs.chat.owner) == theirs.chat)
    }

    // MARK: - A new chat

    @Test(
        arguments: [(nil, "How do I boil an egg?"), ("", "How do I boil an egg?"), ("Eggs", "Eggs")]
            as [(String?, String)])
    func `a new chat has the title it was given, or one made of the message`(
        given: String?, title: String
    ) async throws {
        let exchange = try await database.manager.exchange(
            ExchangeRequest(target: .newChat(title: given, system: "Be brief."), turn: .say("How do I\nboil an egg?")),
            with: [ScriptedProvider(saying: "With water.")]
        ) { _ in }
        #expect(exchange.chat.title == title)
        #expect(exchange.chat.system == "Be brief.")
        #expect(exchange.chat.createdAt == database.world.now)
        #expect(try await database.store.onlyChat() == exchange.chat)
    }

    // MARK: - Several turns

    @Test func `the history is what was said so far`() async throws {
        let first = ScriptedProvider(saying: "2")
        let chat = try await database.manager.exchange(
            ExchangeRequest(target: .newChat(title: nil, system: "Count."), turn: .say("1")), with: [first]
        ) { _ in }.chat.id
        let torn = ScriptedProvider([.event(.text("4, but")), .failure(ProviderError(.endedEarly))])
        _ = try await database.manager.say("3", in: chat, to: torn)
        let broken = ScriptedProvider([.failure(ProviderError(.refusedByTLS))])
        _ = try await database.manager.say("5", in: chat, to: broken)
        let last = ScriptedProvider(saying: "8")
        let exchange = try await database.manager.say("7", in: chat, to: last)

        #expect(
            first.requests.map(\.content) == [
                .messages([HistoryMessage(role: .system, content: "Count."), HistoryMessage(role: .user, content: "1")])
            ])
        #expect(
            last.requests == [
                ProviderRequest(
                    conversation: chat.rawValue, model: nil,
                    content: .messages([
                        HistoryMessage(role: .system, content: "Count."), HistoryMessage(role: .user, content: "1"),
                        HistoryMessage(role: .assistant, content: "2"), HistoryMessage(role: .user, content: "3"),
                        HistoryMessage(role: .assistant, content: "4, but"), HistoryMessage(role: .user, content: "5"),
                        HistoryMessage(role: .user, content: "7"),
                    ]))
            ])
        #expect((exchange.history.sent, exchange.history.leftOut, exchange.history.leftOutByLimits) == (6, 1, 0))
        let stored = try await database.store.messages(of: chat)
        #expect(stored.map(\.id.seq) == Array(1...8))
        #expect(stored.map(\.parent) == [nil, 1, 2, 3, 4, 5, 6, 7])
        #expect(stored.map(\.content) == ["1", "2", "3", "4, but", "5", "", "7", "8"])
    }

    @Test func `the limits are those of the builder`() async throws {
        let manager = database.manager(limits: HistoryLimits(maximumMessages: 2, keepFirst: false))
        let chat = try await manager.say("1", to: ScriptedProvider(saying: "2")).chat.id
        _ = try await manager.say("3", in: chat, to: ScriptedProvider(saying: "4"))
        let provider = ScriptedProvider(
            capabilities: ProviderCapabilities(historyTarget: .prompt), [.event(.finish(reason: nil, text: "6"))])
        let exchange = try await manager.say("5", in: chat, to: provider)
        #expect(provider.requests.map(\.content) == [.prompt("User: 3\nAssistant: 4\nUser: 5\nAssistant:")])
        #expect((exchange.history.sent, exchange.history.leftOutByLimits) == (3, 2))
    }

    @Test func `times are those of the world`() async throws {
        let world = database.world
        let begun = world.now
        let provider = ScriptedProvider([
            .action { world.advance(by: .milliseconds(120)) }, .event(.text("one")),
            .action { world.advance(by: .milliseconds(30)) }, .event(.text("two…")),
            .action { world.advance(by: .milliseconds(7)) }, .event(.finish(reason: "length", text: nil)),
        ])
        let exchange = try await database.manager.say("Hello", to: provider)
        #expect(exchange.message.createdAt == begun && exchange.reply.createdAt == begun)
        #expect(exchange.reply.finishedAt == begun.advanced(byMilliseconds: 157))
        #expect(exchange.chat.updatedAt == begun.advanced(byMilliseconds: 157))
        let attempt = try #require(exchange.attempts.first)
        #expect(attempt.startedAt == begun)
        #expect((attempt.result.firstTextMilliseconds, attempt.result.durationMilliseconds) == (120, 157))
        #expect((attempt.result.chunks, attempt.result.textBytes) == (2, 9))
        #expect((attempt.kind, attempt.number, attempt.provider) == (.chat, 1, "scripted"))
    }

    // MARK: - Who answers

    private func provider(_ name: String, model: String?) -> ScriptedProvider {
        ScriptedProvider(
            name: name, capabilities: ProviderCapabilities(historyTarget: .messages, defaultModel: model),
            [.event(.finish(reason: nil, text: "Yes"))])
    }

    @Test func `the provider and the model stick to the chat`() async throws {
        let blog = provider("blog", model: "standard")
        let first = try await database.manager.say("1", to: blog, model: "special")
        #expect((first.chat.provider, first.chat.model) == ("blog", "special"))
        #expect((first.reply.provider, first.reply.model) == ("blog", "special"))
        #expect((first.attempts[0].provider, first.attempts[0].model) == ("blog", "special"))

        let second = try await database.manager.say("2", in: first.chat.id, to: blog)
        #expect(second.chat.model == "special" && second.reply.model == "special")
        #expect(blog.requests.map(\.model) == ["special", "special"])

        // The accustomed model is a word of that provider's alone.
        let local = provider("local", model: "llama")
        let third = try await database.manager.say("3", in: first.chat.id, to: local)
        #expect((third.chat.provider, third.chat.model) == ("local", "llama"))
        let eliza = provider("eliza", model: nil)
        let fourth = try await database.manager.say("4", in: first.chat.id, to: eliza)
        #expect((fourth.chat.provider, fourth.chat.model) == ("eliza", nil))
        #expect(eliza.requests.map(\.model) == [nil])

        let stored = try await database.store.messages(of: first.chat.id)
        #expect(stored.map(\.provider) == [nil, "blog", nil, "blog", nil, "local", nil, "eliza"])
        #expect(stored.map(\.model) == [nil, "special", nil, "special", nil, "llama", nil, nil])
        #expect(try await database.store.chat(first.chat.id, of: .local) == fourth.chat)
    }

    // MARK: - Others in the same chat

    @Test func `a chat that changed after it was read is read again`() async throws {
        let first = try await database.manager.say("1", to: ScriptedProvider(saying: "2"))
        let id = first.chat.id
        let others = database.manager(over: try await database.openAgain(), process: "test-2")
        let store = EventfulStore(
            database.store,
            beforeBegin: { number in
                guard number == 1 else { return }
                _ = try? await others.say("3", in: id, to: ScriptedProvider(saying: "4"))
            })
        let provider = ScriptedProvider(saying: "6")
        let exchange = try await database.manager(over: store).say("5", in: id, to: provider)
        #expect(store.beginnings == 2)
        #expect(exchange.history.sent == 5)
        guard case .messages(let sent) = provider.requests.first?.content else {
            Issue.record("it was not asked")
            return
        }
        #expect(sent.map(\.content) == ["1", "2", "3", "4", "5"])
        #expect(try await database.store.messages(of: id).map(\.content) == ["1", "2", "3", "4", "5", "6"])
        #expect(provider.requests.count == 1)
    }

    @Test func `a chat that never stands still is given up`() async throws {
        let first = try await database.manager.say("1", to: ScriptedProvider(saying: "2"))
        let id = first.chat.id
        let others = database.manager(over: try await database.openAgain(), process: "test-2")
        let store = EventfulStore(
            database.store,
            beforeBegin: { number in
                guard number < 100 else { return }
                _ = try? await others.say("more", in: id, to: ScriptedProvider(saying: "yes"))
            })
        let provider = ScriptedProvider(saying: "never")
        await #expect(throws: StoreError.chatChanged(id)) {
            try await database.manager(over: store).say("Let me", in: id, to: provider)
        }
        #expect(provider.requests.isEmpty)
        let stored = try await database.store.messages(of: id)
        #expect(!stored.contains { $0.content == "Let me" })
        #expect(stored.count == 2 + 2 * store.beginnings)
    }

    @Test func `a chat deleted after it was read is none`() async throws {
        let first = try await database.manager.say("1", to: ScriptedProvider(saying: "2"))
        let id = first.chat.id
        let other = try await database.openAgain()
        let store = EventfulStore(
            database.store, beforeBegin: { (_) async throws(StoreError) in try await other.delete([id], of: .local) })
        let provider = ScriptedProvider(saying: "never")
        await #expect(throws: StoreError.noSuchChat(id)) {
            try await database.manager(over: store).say("3", in: id, to: provider)
        }
        #expect(provider.requests.isEmpty)
    }

    @Test func `of many who speak at once, each is heard whole or told that the chat is busy`() async throws {
        let id = try await database.manager.say("0", to: ScriptedProvider(saying: "0!")).chat.id
        let managers = [
            database.manager, database.manager(over: try await database.openAgain(), process: "test-2"),
        ]
        let said = await withTaskGroup(of: String?.self) { group in
            for number in 1...24 {
                group.addTask {
                    let provider = ScriptedProvider(saying: "\(number)", "!")
                    do {
                        let exchange = try await managers[number % 2].say("\(number)", in: id, to: provider)
                        return exchange.message.content
                    } catch {
                        #expect(error as? StoreError == .chatBusy(id))
                        #expect(provider.requests.isEmpty)
                        return nil
                    }
                }
            }
            return await group.reduce(into: Set<String>()) { said, text in
                if let text { said.insert(text) }
            }
        }
        let stored = try await database.store.messages(of: id)
        #expect(!said.isEmpty)
        #expect(Set(stored.filter { $0.role == .user }.map(\.content)) == said.union(["0"]))
        #expect(stored.count == 2 + 2 * said.count)
        for (message, reply) in zip(stored, stored.dropFirst()) where message.role == .user {
            #expect((reply.role, reply.status, reply.content) == (.assistant, .complete, message.content + "!"))
        }
    }
}
