import Conversations
import Storage
import Support
import Testing

/// What is on disk of a reply while it streams, and who may write to its chat.
@Suite(.timeLimit(.minutes(1)))
struct ReplyKeeperTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    private let finish = ScriptedProvider.Step.event(.finish(reason: nil, text: nil))

    /// Waits until both who write are asleep: the one for the checkpoint, and the one for the lease.
    private func advance(by milliseconds: Int, sleepers: Int = 2) async throws {
        try await eventually("\(sleepers) sleep") { database.world.sleepers >= sleepers }
        database.world.advance(by: .milliseconds(milliseconds))
    }

    // MARK: - Checkpoints

    @Test func `after 200 ms others can read what has come`() async throws {
        let other = try await database.openAgain()
        let provider = ScriptedProvider([
            .event(.text("Once ")), .event(.text("upon")),
            .action {
                try await advance(by: 199)
                #expect(try await other.newestMessage().content == "")
                try await advance(by: 1)
                try await eventually("the text is on disk") {
                    try await other.newestMessage().content == "Once upon"
                }
                #expect(try await other.newestMessage().status == .streaming)
            },
            .event(.text(" a time")),
            .action {
                #expect(try await other.newestMessage().content == "Once upon")
                try await advance(by: 200)
                try await eventually("the rest is on disk") {
                    try await other.newestMessage().content == "Once upon a time"
                }
            },
            .event(.text(".")), finish,
        ])
        let exchange = try await database.manager.say("A story", to: provider)
        #expect(try await other.newestMessage() == exchange.reply)
        #expect(exchange.reply.content == "Once upon a time.")
    }

    @Test func `4 KiB do not wait`() async throws {
        let other = try await database.openAgain()
        let text = String(repeating: "0123456789abcde\n", count: 256)
        let provider = ScriptedProvider([
            .event(.text(text)),
            .action {
                try await eventually("the text is on disk") { try await other.newestMessage().content == text }
            },
            finish,
        ])
        let exchange = try await database.manager.say("A book", to: provider)
        #expect(exchange.reply.content == text)
    }

    @Test func `text that follows an early checkpoint waits no longer than any other`() async throws {
        let other = try await database.openAgain()
        let long = String(repeating: "x", count: 4096)
        let provider = ScriptedProvider([
            .event(.text("a")),
            .action { try await advance(by: 50) },
            .event(.text(long)),
            .action {
                try await eventually("the long text is on disk") {
                    try await other.newestMessage().content == "a" + long
                }
                try await advance(by: 10)
            },
            .event(.text("b")),
            .action {
                try await advance(by: 140)
                // 200 ms have gone by since the text came.
                try await advance(by: 60)
                try await eventually("the last text is on disk") {
                    try await other.newestMessage().content == "a" + long + "b"
                }
            },
            finish,
        ])
        _ = try await database.manager.say("A book", to: provider)
    }

    @Test func `many checkpoints are one text, and the authoritative one replaces it`() async throws {
        let other = try await database.openAgain()
        let pieces = (0..<30).map { "\($0) 語\n" }
        var steps: [ScriptedProvider.Step] = []
        for (index, piece) in pieces.enumerated() {
            let soFar = pieces[...index].joined()
            steps.append(.event(.text(piece)))
            steps.append(
                .action {
                    try await advance(by: 200)
                    try await eventually("piece \(index)") { try await other.newestMessage().content == soFar }
                })
        }
        let whole = ScriptedProvider(steps + [finish])
        #expect(try await database.manager.say("Count", to: whole).reply.content == pieces.joined())
        #expect(try await other.newestMessage().content == pieces.joined())
        let id = try await other.onlyChat().id
        let better = ScriptedProvider(steps + [.event(.finish(reason: nil, text: "Better"))])
        _ = try await database.manager.say("Count", in: id, to: better)
        #expect(try await other.newestMessage().content == "Better")
    }

    @Test func `a checkpoint that failed leaves no hole`() async throws {
        let other = try await database.openAgain()
        let (failed, fail) = AsyncStream<Void>.makeStream()
        let store = EventfulStore(
            database.store,
            beforeKeep: { (number) async throws(StoreError) in
                guard number == 1 else { return }
                fail.finish()
                throw .diskFull(path: "p")
            })
        let long = String(repeating: "x", count: 4096)
        let provider = ScriptedProvider([
            .event(.text("Once ")),
            .action {
                try await advance(by: 200)
                for await _ in failed {}
            },
            .event(.text(long)),
            .action {
                // A second after the failure it is time to try again.
                try await advance(by: 1000)
                try await eventually("what came first is there as well") {
                    let content = try await other.newestMessage().content
                    try #require(("Once " + long).hasPrefix(content), "\(content.utf8.count) bytes")
                    return content == "Once " + long
                }
            },
            finish,
        ])
        let exchange = try await database.manager(over: store).say("A story", to: provider)
        #expect((exchange.reply.status, exchange.reply.content) == (.complete, "Once " + long))
    }

    @Test func `whoever shows the reply does not wait for the store`() async throws {
        let (released, release) = AsyncStream<Void>.makeStream()
        let store = EventfulStore(database.store, beforeKeep: { _ in for await _ in released {} })
        let long = String(repeating: "x", count: 5000)
        let shown = Noted<Int>()
        let provider = ScriptedProvider(
            (0..<50).map { _ in .event(.text(long)) } + [.action { release.finish() }, finish])
        let exchange = try await database.manager(over: store).say("A book", to: provider) { event in
            if case .text(let text) = event { shown.note(text.utf8.count) }
        }
        #expect(shown.values.reduce(0, +) == 250_000)
        #expect(exchange.reply.content.utf8.count == 250_000)
        #expect(try await database.store.newestMessage() == exchange.reply)
    }

    // MARK: - The lease

    @Test func `while a reply streams, however long, others find the chat busy`() async throws {
        let other = try await database.openAgain()
        let others = database.manager(over: other, process: "test-2")
        // Whoever looks from so far ahead sees a reply that streams only if the lease was renewed just now.
        let ahead = try await database.openAgain(process: "test-3", ahead: .milliseconds(4900))
        let refused = ScriptedProvider(saying: "never")
        let refusals = Noted<Int>()
        let provider = ScriptedProvider([
            .action {
                let id = try await other.onlyChat().id
                for second in 1...12 {
                    try await advance(by: 1000, sleepers: 1)
                    try await eventually("the lease is renewed at second \(second)") {
                        try await ahead.newestMessage().status == .streaming
                    }
                    await #expect(throws: StoreError.chatBusy(id)) {
                        try await others.say("Me too", in: id, to: refused)
                    }
                    await #expect(throws: StoreError.chatBusy(id)) { try await other.delete([id], of: .local) }
                    refusals.note(second)
                }
            },
            .event(.text("At last")), finish,
        ])
        let exchange = try await database.manager.say("Think", to: provider)
        #expect(refusals.values == Array(1...12))
        #expect(refused.requests.isEmpty)
        #expect(exchange.reply.status == .complete)
        let next = try await others.say("Me too", in: exchange.chat.id, to: ScriptedProvider(saying: "Yes"))
        #expect(next.chat.messageCount == 4)
    }

    @Test func `another goes on once the lease has run out, and the first cannot finish`() async throws {
        let (waiting, signal) = AsyncStream<Void>.makeStream()
        let reader = try await database.openAgain(process: "test-3")
        let lost = ScriptedProvider([
            .event(.text("Half a ")),
            .action {
                try await advance(by: 200)
                try await eventually("the text is on disk") { try await reader.newestMessage().content == "Half a " }
            },
            .event(.text("sentence")), .action { signal.finish() }, .waitForCancellation,
        ])
        let manager = database.manager
        let task = Task { try await manager.say("Say", to: lost) }
        for await _ in waiting {}
        let chat = try await reader.onlyChat()

        // To whoever's clock is beyond the lease the writer is gone.
        let later = try await database.openAgain(ahead: .seconds(6))
        let abandoned = try await later.newestMessage()
        #expect((abandoned.status, abandoned.content, abandoned.error?.code) == (.interrupted, "Half a ", "aborted"))
        #expect(try await reader.newestMessage().status == .streaming)

        let provider = ScriptedProvider(saying: "Gladly")
        let second = try await database.manager(over: later, process: "test-2", ahead: .seconds(6))
            .say("Go on", in: chat.id, to: provider)
        #expect(
            provider.requests.map(\.content) == [
                .messages([
                    HistoryMessage(role: .user, content: "Say"), HistoryMessage(role: .assistant, content: "Half a "),
                    HistoryMessage(role: .user, content: "Go on"),
                ])
            ])
        let before = try await reader.messages(of: chat.id)
        #expect(before.map(\.content) == ["Say", "Half a ", "Go on", "Gladly"])
        #expect(before.map(\.status) == [.complete, .interrupted, .complete, .complete])

        task.cancel()
        let error = await #expect(throws: ReplyNotKept.self) { try await task.value }
        #expect(error?.cause == .leaseLost(chat.id))
        #expect(error?.exchange.reply.content == "Half a sentence")
        #expect(try await reader.messages(of: chat.id) == before)
        #expect(try await reader.chat(chat.id, of: .local) == second.chat)
    }

    @Test func `one that lost its lease keeps nothing more, even while the next one streams`() async throws {
        let (waiting, signal) = AsyncStream<Void>.makeStream()
        let (tried, keptAgain) = AsyncStream<Void>.makeStream()
        let store = EventfulStore(
            database.store, beforeKeep: { number in if number > 1 { keptAgain.finish() } })
        let (resumed, resume) = AsyncStream<Void>.makeStream()
        let lost = ScriptedProvider([
            .event(.text("Half")), .action { try await advance(by: 200) },
            .action {
                signal.finish()
                for await _ in resumed {}
            },
            .event(.text(String(repeating: "x", count: 5000))), .action { for await _ in tried {} }, finish,
        ])
        let manager = database.manager(over: store)
        let task = Task { try await manager.say("Say", to: lost) }
        for await _ in waiting {}
        let later = try await database.openAgain(ahead: .seconds(6))
        try await eventually("the text is on disk") { try await later.newestMessage().content == "Half" }
        let chat = try await later.onlyChat()
        let next = ScriptedProvider([
            .event(.text("Whole")),
            .action {
                resume.finish()
                let error = await #expect(throws: ReplyNotKept.self) { try await task.value }
                #expect(error?.cause == .leaseLost(chat.id))
            },
            finish,
        ])
        let second = try await database.manager(over: later, process: "test-2", ahead: .seconds(6))
            .say("Go on", in: chat.id, to: next)
        #expect((second.reply.status, second.reply.content) == (.complete, "Whole"))
        #expect(try await later.messages(of: chat.id).map(\.content) == ["Say", "Half", "Go on", "Whole"])
    }

    @Test func `a deleted chat's reply cannot be finished`() async throws {
        let later = try await database.openAgain(ahead: .seconds(6))
        let provider = ScriptedProvider([
            .event(.text("Half")),
            .action { try await later.delete([later.onlyChat().id], of: .local) },
            finish,
        ])
        let error = await #expect(throws: ReplyNotKept.self) {
            try await database.manager.say("Say", to: provider)
        }
        #expect(error.map { $0.cause == .leaseLost($0.exchange.chat.id) } ?? false)
        #expect(try await later.chats(matching: ChatQuery(), of: .local).chats.isEmpty)
    }
}
