import Conversations
import Support
import Testing

@testable import Providers

@Outside
struct TransportCancellationTests {
    /// How a task ends that was cancelled.
    private func expectCancelled(_ task: Task<Outcome, Never>) async {
        let outcome = await task.value
        #expect(outcome.error is CancellationError, "\(outcome)")
    }

    private func asking(_ caller: Caller) -> Task<Outcome, Never> {
        Task.detached { await caller.outcome() }
    }

    @Test func `a task that is cancelled before it asks, asks nobody`() async throws {
        let server = try LoopbackServer(.hold)
        let caller = try Caller(server.address)
        let task = Task.detached {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await caller.outcome()
        }
        await expectCancelled(task)
        #expect(server.requests.all.isEmpty)
    }

    @Test func `while it connects`() async throws {
        let server = try DeafServer.neverConnecting()
        let caller = try Caller(server.address) { $0.timeouts.connect = .seconds(60) }
        let task = asking(caller)
        // There is nothing to see of a connection that is not there: another's time-out shows that time has passed.
        let other = try Caller(server.address) { $0.timeouts.connect = .milliseconds(100) }
        #expect(await other.outcome().cause == .timedOut(.connect))
        task.cancel()
        await expectCancelled(task)
    }

    @Test func `while it waits for the head`() async throws {
        let server = try LoopbackServer(.hold)
        let task = asking(try Caller(server.address))
        try server.waitForRequests(1)
        task.cancel()
        try server.waitUntilClientLeft()
        await expectCancelled(task)
    }

    @Test func `in the middle of the body`() async throws {
        let server = try LoopbackServer(.chunkedHead, .chunk("Hello"), .hold)
        let caller = try Caller(server.address)
        let began = try Gate()
        let task = Task.detached { await caller.outcome { _ in began.open() } }
        try began.wait()
        task.cancel()
        try server.waitUntilClientLeft()
        #expect(await task.value.body == "Hello")
        await expectCancelled(task)
    }

    @Test func `an answer that nobody holds any more is let go`() async throws {
        let server = try LoopbackServer(.chunkedHead, .chunk("Hello"), .hold)
        let caller = try Caller(server.address)
        _ = try await caller.get()
        try server.waitUntilClientLeft()
    }

    @Test func `an iterator that nobody holds any more lets its answer go`() async throws {
        let server = try LoopbackServer(.chunkedHead, .chunk("Hello"), .hold)
        let caller = try Caller(server.address)
        var body: HTTPBody.Iterator? = try await caller.get().body.makeAsyncIterator()
        #expect(try await body?.nextText() == "Hello")
        body = nil
        try server.waitUntilClientLeft()
    }

    @Test func `a reply goes on without its provider, and goes with its iterator`() async throws {
        let gate = try Gate()
        let server = try LoopbackServer(
            .chunkedHead, .chunk("data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n"), .wait(gate),
            .chunk("data: {\"choices\":[{\"delta\":{\"content\":\" there\"}}]}\n\n"), .hold)
        var provider: OpenAIProvider? = try await OpenAIProvider.talking(to: server, memory: TestMemory())
        let request = ProviderRequest(conversation: "c", model: "m", content: .prompt("Hello?"))
        var reply = provider?.reply(to: request, measuring: AttemptMeter(uptime: { .zero })).makeAsyncIterator()
        provider = nil
        #expect(try await reply?.next() == .text("Hello"))
        gate.open()
        #expect(try await reply?.next() == .text(" there"))
        reply = nil
        try server.waitUntilClientLeft()
    }

    @Test func `a finished reply lets its connection go, whatever else is sent`() async throws {
        let server = try LoopbackServer(
            .chunkedHead, .chunk("data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n"),
            .chunk("data: [DONE]\n\n"), .hold)
        let provider = try await OpenAIProvider.talking(to: server, memory: TestMemory())
        let request = ProviderRequest(conversation: "c", model: "m", content: .prompt("Hello?"))
        var reply = provider.reply(to: request, measuring: AttemptMeter(uptime: { .zero })).makeAsyncIterator()
        #expect(try await reply.next() == .text("Hello"))
        #expect(try await reply.next() == .finish(reason: nil, text: nil))
        try server.waitUntilClientLeft()
        #expect(try await reply.next() == nil)
    }

    @Test func `while a nonce is fetched`() async throws {
        let site = try StandInSite()
        let gate = try Gate()
        site.holdSessions(at: gate)
        let memory = try await TestMemory()
        let configuration = ProviderConfiguration(
            name: "test",
            family: .aiEngine(ProviderConfiguration.AIEngine(address: try WebAddress(base: site.address))))
        let provider = try #require(await memory.factory.provider(configuration) as? AIEngineProvider)
        let request = ProviderRequest(conversation: "c", model: nil, content: .prompt("Hello?"))
        let task = Task.detached {
            var events = provider.reply(to: request, measuring: AttemptMeter(uptime: { .zero })).makeAsyncIterator()
            return try await events.next()
        }
        try site.server.waitForRequests(1)
        task.cancel()
        try site.server.waitUntilClientLeft()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(site.calls(of: .submit) == 0)
        // Nobody else has to wait for who has left.
        gate.open()
        var events = provider.reply(to: request, measuring: AttemptMeter(uptime: { .zero })).makeAsyncIterator()
        #expect(try await events.next() != nil)
    }

    /// Promises and continuations that are forgotten, or kept twice, end the program here.
    @Test(arguments: [1, 2, 3])
    func `two hundred at once, each cancelled wherever it is`(seed: UInt64) async throws {
        let server = try LoopbackServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<50 { try connection.write(HTTPResponse.chunk(Array("again ".utf8))) }
            try connection.write(HTTPResponse.lastChunk)
        }
        let caller = try Caller(server.address) { $0.timeouts.total = .seconds(20) }
        var generator = SeededGenerator(seed: seed)
        let patience = (0..<200).map { _ in Int.random(in: 0...60, using: &generator) }
        var cancelled = 0
        await withTaskGroup(of: Bool.self) { group in
            for pieces in patience { group.addTask { await Self.isCancelled(asking: caller, after: pieces) } }
            for await isCancelled in group where isCancelled { cancelled += 1 }
        }
        #expect(cancelled > 0)
        #expect(server.failures.all.isEmpty)
    }

    /// - Returns: false for an answer that had come to its end before.
    @concurrent
    private nonisolated static func isCancelled(asking caller: Caller, after pieces: Int) async -> Bool {
        let task = Task.detached {
            var count = 0
            for try await _ in try await caller.get().body {
                count += 1
                if count == pieces { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
            }
        }
        if pieces.isMultiple(of: 4) { task.cancel() }
        do {
            try await task.value
            return false
        } catch {
            #expect(error is CancellationError)
            return true
        }
    }
}
