import Conversations
import JSON
import Support
import Testing

@testable import Service

@Suite struct CompletionStreamTests {
    private let world = ScriptedWorld()

    private func service(_ provider: ScriptedProvider, limits: ServiceLimits = ServiceLimits()) async throws
        -> RunningService
    {
        try await RunningService([provider], limits: limits, surroundings: world.surroundings())
    }

    private func hello(_ more: String = #""stream":true"#) -> String {
        #"{"model":"scripted","messages":[{"role":"user","content":"Hello"}],\#(more)}"#
    }

    /// Moves the clock on by so many seconds, one after the other: each time when so many wait for it.
    private func passTime(seconds: Int, waiting sleepers: Int) async {
        for _ in 1...seconds {
            while world.sleepers < sleepers { await Task.yield() }
            world.advance(by: .seconds(1))
        }
    }

    @Test func `the status is held back until the provider has said something`() async throws {
        let latch = Latch()
        let provider = ScriptedProvider([
            .action { await latch.wait() }, .failure(ProviderError(.failed, retryAfter: .seconds(60))),
        ])
        let service = try await service(provider)
        async let answer = service.ask("POST", "/v1/chat/completions", hello())
        while provider.requests.isEmpty { await Task.yield() }
        latch.open()
        #expect(try await answer.status == 502)
        try await service.stop()
    }

    @Test func `a provider that says nothing for five seconds is waited for in the stream`() async throws {
        let latch = Latch()
        let provider = ScriptedProvider([
            .action { await latch.wait() }, .event(.text("At last")), .event(.finish(reason: "stop", text: nil)),
        ])
        let service = try await service(provider)
        async let opening = service.open("/v1/chat/completions", hello())
        // The service's own clock, and the request.
        await passTime(seconds: 5, waiting: 2)
        let stream = try await opening
        #expect(stream.status == 200)
        #expect(try await stream.event()?.contains(#""role":"assistant""#) == true)
        latch.open()
        #expect(try await stream.event()?.contains("At last") == true)
        #expect(try await stream.event()?.contains(#""finish_reason":"stop""#) == true)
        #expect(try await stream.event() == "[DONE]")
        #expect(try await stream.line() == "")
        #expect(try await stream.line() == nil)
        try await service.stop()
    }

    @Test func `silence is kept alive by a comment and no empty line`() async throws {
        let latch = Latch()
        let provider = ScriptedProvider([
            .event(.text("One")), .action { await latch.wait() }, .event(.text("Two")),
            .event(.finish(reason: "stop", text: nil)),
        ])
        var limits = ServiceLimits()
        // The clock runs ahead of those who write.
        limits.stallLimit = .seconds(1_000_000_000)
        let service = try await service(provider, limits: limits)
        let stream = try await service.open("/v1/chat/completions", hello())
        _ = try await stream.event()
        #expect(try await stream.event()?.contains("One") == true)
        #expect(try await stream.line() == "")
        let silence = Task { try await stream.line() }
        let heard = Tally()
        let hearing = Task {
            defer { heard.add(1) }
            return await silence.result
        }
        while heard.count == 0 { await passTime(seconds: 1, waiting: 1) }
        #expect(try await hearing.value.get() == ": keep-alive")
        latch.open()
        // Another sign of life may have come meanwhile.
        #expect(try await stream.event()?.contains("Two") == true)
        try await service.stop()
    }

    @Test func `a reply that is kept goes on when its client leaves`() async throws {
        let latch = Latch()
        let provider = ScriptedProvider([
            .event(.text("One, ")), .action { await latch.wait() }, .event(.text("two, ")), .event(.text("three.")),
            .event(.finish(reason: "stop", text: nil)),
        ])
        let service = try await service(provider)
        do {
            let stream = try await service.open("/v1/chat/completions", hello(#""stream":true,"store":true"#))
            _ = try await stream.event()
            #expect(try await stream.event()?.contains("One") == true)
        }
        latch.open()
        while service.parts.replies.count > 0 { await Task.yield() }
        let (_, messages) = try await service.onlyBranch()

        #expect(messages.last?.content == "One, two, three.")
        #expect(messages.last?.status == .complete)
        try await service.stop()
    }

    @Test(arguments: [(false, ""), (true, "?cancel_on_disconnect=true")])
    func `a reply that nobody keeps, or that is to stop, stops when its client leaves`(
        isKept: Bool, query: String
    ) async throws {
        // It speaks on for as long as anybody listens.
        let provider = EndlessProvider()
        let service = try await RunningService([provider], surroundings: world.surroundings())
        do {
            let stream = try await service.open(
                "/v1/chat/completions\(query)",
                #"{"model":"endless","messages":[{"role":"user","content":"Hello"}],"stream":true,"store":\#(isKept)}"#)
            for _ in 1...10 { _ = try await stream.event() }
        }
        while service.parts.replies.count > 0 { await Task.yield() }
        #expect(try await service.outcomes() == [.cancelled])
        #expect(try await service.chats().count == (isKept ? 1 : 0))
        try await service.stop()
    }

    @Test func `a client that takes nothing holds the provider back, and is dropped when it stands still for too long`()
        async throws
    {
        let provider = EndlessProvider()
        let service = try await RunningService([provider], surroundings: world.surroundings())
        let body = #"{"model":"endless","messages":[{"role":"user","content":"Hello"}],"stream":true}"#
        let socket = try Socket(connectingTo: UInt16(service.port))
        try socket.send(
            Array(
                ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8))
        // Its socket fills up, and then the pipe: the provider, who would go on for ever, is not asked for more.
        try await Standing.wait { provider.given }
        #expect(provider.given > ReplyPipe.capacity)
        // Half a minute on, it has been dropped, and what nobody is to keep has stopped.
        while service.parts.replies.count > 0 { await passTime(seconds: 1, waiting: 1) }
        #expect(try await service.outcomes() == [.cancelled])
        try await service.stop()
        socket.close()
    }

    @Test func `fifty streams at once are each their own`() async throws {
        let provider = CountingProvider()
        let service = try await RunningService([provider], surroundings: world.surroundings())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...50 {
                group.addTask {
                    let isKept = number.isMultiple(of: 2)
                    let body =
                        #"{"model":"counting","messages":[{"role":"user","content":"\#(number)"}],"#
                        + #""stream":true,"store":\#(isKept)}"#
                    let answer = try await service.ask("POST", "/v1/chat/completions", body)
                    let text = try answer.events.dropLast().compactMap {
                        try JSONValue(Array($0.utf8))["choices"]?.elements?.first?["delta"]?["content"]?.string
                    }.joined()
                    #expect(text == CountingProvider.reply(to: "\(number)").joined())
                    #expect(answer.events.last == "[DONE]")
                }
            }
            try await group.waitForAll()
        }
        #expect(service.parts.replies.count == 0)
        #expect(try await service.chats().count == 25)
        try await service.stop()
    }

    @Test func `no more replies are written at once than the limit`() async throws {
        let latch = Latch()
        let provider = ScriptedProvider([
            .event(.text("One")), .action { await latch.wait() }, .event(.finish(reason: "stop", text: nil)),
        ])
        var limits = ServiceLimits()
        limits.maximumReplies = 1
        let service = try await service(provider, limits: limits)
        let stream = try await service.open("/v1/chat/completions", hello())
        _ = try await stream.event()
        let answer = try await service.ask("POST", "/v1/chat/completions", hello())
        #expect(answer.status == 429)
        #expect(answer["Retry-After"] == "1")
        #expect(try answer.json()["error"]?["code"]?.string == "rate_limit_exceeded")
        latch.open()
        while try await stream.event() != nil {}
        try await service.stop()
    }
}
