import Conversations
import Storage
import Support
import Testing

/// What happens between two tries, and what is learned from one for the next.
@Suite(.timeLimit(.minutes(1)))
struct AskingAgainTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    /// One that fails until it is asked for the last time.
    private func failing(_ cause: ProviderError.Cause, times: Int, retryAfter: Duration? = nil) -> VersatileProvider {
        VersatileProvider("a") { turn in
            turn.number <= times ? [.fails(cause, retryAfter: retryAfter)] : [.text("Hi"), .finish]
        }
    }

    // MARK: - Waiting

    @Test func `a provider that comes back is waited for`() async throws {
        let exchange = try await database.manager.say("Hello", to: failing(.failed, times: 2))
        #expect(exchange.isComplete)
        #expect(exchange.attempts.map(\.result.outcome) == [.http5xx, .http5xx, .ok])
        #expect(database.waits.values == [.milliseconds(375), .milliseconds(750)])
    }

    @Test func `the other side's wish is honoured, and its turn ends where that is too long`() async throws {
        let exchange = try await database.manager.say(
            "Hello", to: failing(.rateLimited, times: 1, retryAfter: .seconds(4)))
        #expect(exchange.isComplete)
        #expect(database.waits.values == [.seconds(4)])
        #expect(exchange.attempts.map(\.result.retryAfterMilliseconds) == [4000, nil])

        database.world.advance(by: .seconds(4))
        let impatient = failing(.rateLimited, times: 1, retryAfter: .seconds(6))
        let other = try await database.manager.say("Hello", to: [impatient, ScriptedProvider(name: "b", saying: "Hi")])
        #expect(other.attempts.map(\.provider) == ["a", "b"])
        #expect(database.waits.values == [.seconds(4)])
    }

    @Test func `while it is waited the chat is busy, and its reply streams`() async throws {
        let other = try await database.openAgain()
        let others = database.manager(over: other, process: "test-2")
        let refused = ScriptedProvider(saying: "never")
        let waiting = database.manager(waiting: {
            let reply = try await other.newestMessage()
            #expect((reply.status, reply.content, reply.provider) == (.streaming, "", "a"))
            await #expect(throws: StoreError.chatBusy(reply.id.chat)) {
                try await others.say("Me too", in: reply.id.chat, to: refused)
            }
        })
        #expect(try await waiting.say("Hello", to: failing(.unreachable, times: 2)).isComplete)
        #expect(database.waits.values.count == 2 && refused.requests.isEmpty)
    }

    @Test func `cancelled while it is waited, the reply is stopped and the failed try stays what it is`() async throws {
        let (waiting, signal) = AsyncStream<Void>.makeStream()
        let manager = database.manager(waiting: {
            signal.finish()
            let (never, continuation) = AsyncStream<Void>.makeStream()
            for await _ in never {}
            continuation.finish()
            try Task.checkCancellation()
        })
        let provider = ScriptedProvider(name: "a", [.event(.finish(reason: "length", text: nil))])
        let other = ScriptedProvider(name: "b", saying: "never")
        let task = Task { try await manager.say("Hello", to: [provider, other]) }
        for await _ in waiting {}
        task.cancel()
        let exchange = try await task.value
        guard case .stopped = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        #expect((exchange.reply.status, exchange.reply.error?.code) == (.interrupted, "stopped"))
        #expect(exchange.reply.finishReason == nil)
        #expect(exchange.attempts.map(\.result.outcome) == [.empty])
        #expect(exchange.attempts.map(\.result.fault) == [.provider])
        #expect(try database.attempts() == exchange.attemptsAsStored)
        #expect(try await database.store.newestMessage() == exchange.reply)
        #expect(provider.requests.count == 1 && other.requests.isEmpty)
    }

    private struct PipeClosed: Error {}

    @Test func `a reader that leaves between two tries stops the reply`() async throws {
        let world = database.world
        let provider = VersatileProvider("a") { turn in
            let meter = turn.meter
            return [
                .action {
                    meter.responded(status: 500)
                    meter.received(bytes: 5)
                    world.advance(by: .milliseconds(9))
                }, .fails(.httpStatus(500)),
            ]
        }
        let exchange = try await database.manager.say("Hello", to: provider) { event in
            if case .again = event { throw PipeClosed() }
        }
        guard case .readerLeft(let error) = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        #expect(error is PipeClosed)
        #expect((exchange.reply.status, exchange.reply.error?.code) == (.interrupted, "reader_left"))
        #expect(exchange.attempts.map(\.result.outcome) == [.http5xx, .cancelled])
        #expect(exchange.attempts.map(\.result.fault) == [.provider, .caller])
        // Nothing of the first try is counted for the second.
        #expect(exchange.attempts.map(\.result.bytesIn) == [5, 0])
        #expect(exchange.attempts.map(\.result.durationMilliseconds) == [9, 0])
        #expect(try database.attempts() == exchange.attemptsAsStored)
        #expect(provider.requests.count == 1)
    }

    // MARK: - The store

    @Test func `who has lost the lease between two tries asks nobody any more`() async throws {
        let later = try await database.openAgain(ahead: .seconds(6))
        let others = database.manager(over: later, process: "test-2", ahead: .seconds(6))
        let manager = database.manager(waiting: {
            let id = try await later.onlyChat().id
            let second = try await others.say("Go on", in: id, to: ScriptedProvider(name: "b", saying: "Gladly"))
            #expect(second.isComplete)
        })
        let provider = failing(.unreachable, times: 1)
        let error = try #require(
            await #expect(throws: ReplyNotKept.self) { try await manager.say("Hello", to: provider) })
        let id = error.exchange.chat.id
        #expect(error.cause == .leaseLost(id))
        #expect(error.exchange.attempts.map(\.result.outcome) == [.unreachable])
        #expect(provider.requests.count == 1)
        let stored = try await later.messages(of: id)
        #expect(stored.map(\.content) == ["Hello", "", "Go on", "Gladly"])
        #expect(stored.map(\.status) == [.complete, .interrupted, .complete, .complete])
        #expect(try database.attempts().map(\.result.outcome) == [.aborted, .ok])
    }

    @Test func `where the next try cannot be written down, the failure before counts`() async throws {
        let store = EventfulStore(
            database.store,
            beforeGoOn: { (number) async throws(StoreError) in if number == 2 { throw .databaseBusy(path: "p") } })
        let provider = failing(.unreachable, times: 2)
        let exchange = try await database.manager(over: store).say("Hello", to: provider)
        guard case .failed(let error) = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        #expect(error == ProviderError(.unreachable))
        #expect((exchange.reply.status, exchange.reply.error?.code) == (.failed, "unreachable"))
        #expect(exchange.attempts.map(\.result.outcome) == [.unreachable, .unreachable])
        #expect(try database.attempts() == exchange.attemptsAsStored)
        #expect(try await database.store.newestMessage() == exchange.reply)
        #expect(provider.requests.count == 2)
    }

    @Test func `a lease lost in a later try's text is not the failure of the try before`() async throws {
        let store = EventfulStore(
            database.store,
            beforeKeep: { (_) async throws(StoreError) in throw .leaseLost(ChatID(rawValue: "lost")) })
        let world = database.world
        let long = String(repeating: "x", count: ReplyJournal.checkpointBytes)
        let provider = VersatileProvider("a") { turn in
            guard turn.number > 1 else { return [.fails(.unreachable)] }
            // The piece that could not be kept waits beside the lease.
            let failed = ScriptedProvider.Step.action {
                try await eventually("the checkpoint has failed") { world.sleepers == 2 }
            }
            return [.text(long), failed, .text("never"), .finish]
        }
        let exchange = try await database.manager(over: store).say("Hello", to: provider)
        guard case .stopped = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        #expect(exchange.attempts.map(\.result.outcome) == [.unreachable, .cancelled])
        #expect((exchange.reply.status, exchange.reply.content) == (.interrupted, long))
    }

    // MARK: - Learning

    @Test func `what is found out before asking is how it is asked`() async throws {
        let id = try await database.manager.say("1", to: ScriptedProvider(saying: "2")).chat.id
        let provider = VersatileProvider(
            "a", preparing: { $0.learn(ProviderCapabilities(historyTarget: .prompt)) },
            script: { _ in [.text("4"), .finish] })
        let exchange = try await database.manager.say("3", in: id, to: provider)
        let prompt = HistoryContent.prompt("User: 1\nAssistant: 2\nUser: 3\nAssistant:")
        #expect(provider.requests.map(\.content) == [prompt])
        #expect(exchange.history.content == prompt)
        #expect(provider.prepared == ["3"])
    }

    @Test(arguments: [ProviderError.Lesson.route, .fields, .unstreamed, .nonce])
    func `what a try has taught is done otherwise at once, and is nobody's fault`(
        lesson: ProviderError.Lesson
    ) async throws {
        let id = try await database.manager.say("1", to: ScriptedProvider(saying: "2")).chat.id
        let provider = VersatileProvider("a") { turn in
            guard turn.number == 1 else { return [.text("4"), .finish] }
            turn.provider.learn(ProviderCapabilities(historyTarget: .server))
            return [.fails(.askAgain(lesson))]
        }
        let exchange = try await database.manager.say("3", in: id, to: provider)
        #expect(exchange.isComplete)
        #expect(provider.requests.last?.content == .newest("3"))
        #expect(exchange.history.content == .newest("3"))
        #expect(exchange.attempts.map(\.result.fault) == [.none, .none])
        #expect(provider.prepared == ["3", "3"])
        #expect(database.waits.values.isEmpty)
    }

    @Test func `a nonce that has run out is nobody's fault, and one refused twice is the site's`() async throws {
        let good = try await database.manager.say("Hello", to: failing(.nonceRejected, times: 1))
        #expect(good.attempts.map(\.result.outcome) == [.nonceRejected, .ok])
        #expect(good.attempts.map(\.result.fault) == [.none, .none])
        #expect(try database.attempts() == good.attemptsAsStored)

        let bad = try await database.manager.say(
            "Hello", to: [failing(.nonceRejected, times: 2), ScriptedProvider(name: "b", saying: "Hi")])
        #expect(bad.attempts.map(\.provider) == ["a", "a", "b"])
        #expect(bad.attempts.map(\.result.outcome) == [.nonceRejected, .nonceRejected, .ok])
        #expect(bad.attempts.map(\.result.fault) == [.none, .provider, .none])
        #expect(try database.attempts().suffix(3) == bad.attemptsAsStored[...])
        #expect(database.waits.values.isEmpty)
    }

    @Test func `a preparation that fails is a try that failed`() async throws {
        let unprepared = VersatileProvider(
            "a", preparing: { _ in throw ProviderError(.unreachable, "no route") }, script: { _ in [] })
        let other = ScriptedProvider(name: "b", saying: "Hi")
        let exchange = try await database.manager.say("Hello", to: [unprepared, other])
        #expect(exchange.attempts.map(\.result.outcome) == [.unreachable, .unreachable, .unreachable, .ok])
        #expect(exchange.attempts.first?.result.error == MessageError(code: "unreachable", message: "no route"))
        #expect(unprepared.requests.isEmpty)
        #expect(database.waits.values.count == 2)
        #expect(try database.attempts() == exchange.attemptsAsStored)
    }

    @Test func `a message found too long is not sent`() async throws {
        let provider = VersatileProvider(
            "a", preparing: { $0.learn(ProviderCapabilities(historyTarget: .messages, maximumCharacters: 4)) },
            script: { _ in [.text("never"), .finish] })
        let other = ScriptedProvider(name: "b", saying: "never")
        let exchange = try await database.manager.say("Hello", to: [provider, other])
        guard case .failed(let error) = exchange.ending else {
            Issue.record("it ended as \(exchange.ending)")
            return
        }
        #expect(error == ProviderError(.tooLong(characters: 5, limit: 4)))
        #expect((exchange.reply.status, exchange.reply.error?.code) == (.failed, "message_too_long"))
        #expect(exchange.attempts.map(\.result.outcome) == [.rejected])
        #expect(exchange.attempts.map(\.result.fault) == [.caller])
        #expect(provider.requests.isEmpty && other.requests.isEmpty)
    }
}
