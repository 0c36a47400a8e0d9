import Conversations
import JSON
import Support
import Testing

@testable import Service

@Suite struct CompletionFailureTests {
    private let world = ScriptedWorld()

    private func service(_ steps: ScriptedProvider.Step...) async throws -> RunningService {
        try await RunningService([ScriptedProvider(steps)], surroundings: world.surroundings())
    }

    private func hello(_ more: String) -> String {
        #"{"model":"scripted","messages":[{"role":"user","content":"Hello"}],\#(more)}"#
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        var error: ProviderError
        var status: Int
        var type = "api_error"
        var code: String
        var retryAfter: String?
        var mayRetry = true

        var testDescription: String { "\(error.cause)" }
    }

    // Those after which Parley would ask again by itself want to be left alone for longer than it waits.
    static let failures = [
        Failure(
            error: ProviderError(.unreachable, retryAfter: .seconds(7)), status: 503, code: "provider_unavailable",
            retryAfter: "7"),
        Failure(error: ProviderError(.timedOut(.firstByte)), status: 504, code: "provider_timeout"),
        Failure(
            error: ProviderError(.rateLimited, retryAfter: .milliseconds(6100)), status: 429, type: "rate_limit_error",
            code: "provider_rate_limited", retryAfter: "7"),
        Failure(
            error: ProviderError(.rateLimited), status: 429, type: "rate_limit_error", code: "provider_rate_limited",
            retryAfter: "1"),
        Failure(
            error: ProviderError(.quotaUsedUp), status: 429, type: "rate_limit_error", code: "provider_rate_limited",
            retryAfter: "1", mayRetry: false),
        Failure(
            error: ProviderError(.failed, retryAfter: .seconds(7)), status: 502, code: "provider_failed",
            retryAfter: "7"),
        Failure(
            error: ProviderError(.endedEarly, retryAfter: .seconds(7)), status: 502, code: "provider_stream_broken",
            retryAfter: "7"),
        Failure(error: ProviderError(.unauthorized), status: 502, code: "provider_failed", mayRetry: false),
        Failure(error: ProviderError(.locked), status: 503, code: "provider_unavailable", mayRetry: false),
        Failure(
            error: ProviderError(.rejected), status: 400, type: "invalid_request_error", code: "provider_rejected",
            mayRetry: false),
        Failure(
            error: ProviderError(.tooLong(characters: 9, limit: 5)), status: 400, type: "invalid_request_error",
            code: "context_length_exceeded", mayRetry: false),
    ]

    @Test(arguments: failures, [false, true])
    func `a failure before any text is a status`(failure: Failure, streams: Bool) async throws {
        let service = try await service(.failure(failure.error))
        let answer = try await service.ask("POST", "/v1/chat/completions", hello(#""stream":\#(streams)"#))
        #expect(answer.status == failure.status)
        let error = try answer.json()["error"]
        #expect(error?["type"]?.string == failure.type)
        #expect(error?["code"]?.string == failure.code)
        #expect(error?["message"]?.string?.contains("'scripted'") == true)
        #expect(answer["Retry-After"] == failure.retryAfter)
        #expect(answer["x-should-retry"] == (failure.mayRetry ? nil : "false"))
        try await service.stop()
    }

    @Test func `what was said and stored is not to be said again`() async throws {
        let service = try await service(.failure(ProviderError(.failed, retryAfter: .seconds(7))))
        let answer = try await service.ask("POST", "/v1/chat/completions", hello(#""store":true"#))
        #expect(answer.status == 502)
        #expect(answer["x-should-retry"] == "false")
        #expect(try await service.chats().count == 1)
        try await service.stop()
    }

    @Test func `where a key is kept on this machine is nobody's business`() async throws {
        let service = try await service(.failure(ProviderError(.locked, "no key in /home/ann/key")))
        let answer = try await service.ask("POST", "/v1/chat/completions", hello(#""stream":true"#))
        #expect(answer.status == 503)
        #expect(!answer.text.contains("/home"))
        try await service.stop()
    }

    @Test func `a message larger than the provider takes is the client's to mend`() async throws {
        let provider = ScriptedProvider(
            capabilities: ProviderCapabilities(historyTarget: .messages, maximumCharacters: 4),
            [.event(.text("No"))])
        let service = try await RunningService([provider], surroundings: world.surroundings())
        let answer = try await service.ask("POST", "/v1/chat/completions", hello(#""stream":true"#))
        #expect(answer.status == 400)
        #expect(try answer.json()["error"]?["code"]?.string == "context_length_exceeded")
        #expect(provider.requests.isEmpty)
        try await service.stop()
    }

    @Test(arguments: [false, true])
    func `a reply torn in the middle never looks whole`(isKept: Bool) async throws {
        let service = try await service(.event(.text("Half a ")), .failure(ProviderError(.endedEarly)))
        let answer = try await service.ask(
            "POST", "/v1/chat/completions", hello(#""stream":true,"store":\#(isKept)"#))
        #expect(answer.status == 200)
        let events = answer.events
        #expect(events.count == 4)
        let error = try JSONValue(Array(events[2].utf8))["error"]
        #expect(error?["type"]?.string == "api_error")
        #expect(error?["code"]?.string == "provider_stream_broken")
        #expect(error?["param"] == .null)
        #expect(events[3] == "[DONE]")
        #expect(!answer.text.contains(#""finish_reason":"stop""#))
        if isKept {
            let (_, messages) = try await service.onlyBranch()

            #expect(messages.last?.content == "Half a ")
            #expect(messages.last?.status == .interrupted)
        }
        try await service.stop()
    }

    @Test func `half a reply is no answer to who wants it whole`() async throws {
        let service = try await service(.event(.text("Half a ")), .failure(ProviderError(.endedEarly)))
        let answer = try await service.ask("POST", "/v1/chat/completions", hello(#""stream":false"#))
        #expect(answer.status == 502)
        #expect(try answer.json()["error"]?["code"]?.string == "provider_stream_broken")
        try await service.stop()
    }

    @Test func `a real endpoint that breaks off in mid-stream is told of`() async throws {
        let endpoint = try StandInEndpoint()
        endpoint.failNext(.cut(afterPieces: 2))
        let folder = try TemporaryFolder()
        let provider = try await Upstream.provider(
            at: endpoint.address, folder: folder, surroundings: world.surroundings())
        let service = try await RunningService([provider], surroundings: world.surroundings())
        let body = #"{"model":"up","messages":[{"role":"user","content":"one two three"}],"stream":true}"#
        let answer = try await service.ask("POST", "/v1/chat/completions", body)
        let events = answer.events
        #expect(
            try JSONValue(Array(events.dropLast().last!.utf8))["error"]?["code"]?.string == "provider_stream_broken")
        #expect(events.last == "[DONE]")
        try await service.stop()
    }
}
