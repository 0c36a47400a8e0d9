import Conversations
import Providers
import Storage
import Support
import Testing

/// Conversations with an endpoint that speaks OpenAI's chat completions.
@Outside @Suite(.timeLimit(.minutes(2)))
struct OpenAIExchangeTests {
    private var program: Program

    init() async throws {
        program = try await Program()
        program.environment = ["KEY": "top-key-1"]
    }

    private func endpoint(_ change: (inout EndpointSettings) -> Void = { _ in }) throws -> StandInEndpoint {
        var settings = EndpointSettings()
        settings.model = { _ in ["Very ", "", "well — да 👍"] }
        change(&settings)
        return try StandInEndpoint(settings)
    }

    private static nonisolated let reply = "Very well — да 👍"

    private func provider(
        _ address: String, _ more: [String: ConfigurationValue] = ["model": .text("stand-in")]
    ) async throws -> any ProbedProvider {
        try await program.provider(
            ["kind": .text("openai"), "url": .text(address)].merging(more) { $1 }, named: "endpoint")
    }

    private func bodies(of endpoint: StandInEndpoint) -> [JSONValue] {
        endpoint.server.requests.all.filter { $0.method == "POST" }.compactMap(\.json)
    }

    // MARK: - Whole conversations

    @Test(arguments: [true, false])
    func `three turns, streamed or not`(streams: Bool) async throws {
        let endpoint = try endpoint()
        var exchanges: [Exchange] = []
        for text in ["One", "Two", "Three"] {
            let provider = try await provider(endpoint.address)
            exchanges.append(
                try await program.say(
                    text, in: exchanges.last?.chat.id, to: provider, system: "Be brief.", streams: streams))
        }
        #expect(exchanges.map(\.reply.content) == [Self.reply, Self.reply, Self.reply])
        #expect(exchanges.map(\.reply.status) == [.complete, .complete, .complete])
        #expect(exchanges.map(\.reply.finishReason) == ["stop", "stop", "stop"])
        #expect(exchanges.map(\.reply.model) == ["stand-in", "stand-in", "stand-in"])
        #expect(exchanges.map(\.reply.usage?.inputTokens) == [2, 4, 6])
        #expect(exchanges.map(\.reply.usage?.outputTokens) == [3, 3, 3])
        #expect(
            endpoint.prompts.last == [
                ModelMessage("system", "Be brief."), ModelMessage("user", "One"), ModelMessage("assistant", Self.reply),
                ModelMessage("user", "Two"), ModelMessage("assistant", Self.reply), ModelMessage("user", "Three"),
            ])
        let fields: Set<String> = ["model", "messages", "stream"]
        for body in bodies(of: endpoint) {
            #expect(body.keys == (streams ? fields.union(["stream_options"]) : fields))
            #expect(body["stream"] == .boolean(streams))
        }
        #expect(endpoint.server.failures.all == [])
    }

    @Test func `what a model thinks is no part of its reply, and comments are nothing`() async throws {
        let endpoint = try endpoint { settings in
            settings.reasoning = ["Let me ", "see."]
            settings.sendsComments = true
        }
        let shown = Recorded<String>()
        let exchange = try await program.say("Hello", to: provider(endpoint.address)) { event in
            if case .text(let piece) = event { shown.append(piece) }
        }
        #expect(shown.all == ["Very ", "well — да 👍"])
        #expect(exchange.reply.content == Self.reply)
        let whole = try await program.say("Hello", to: provider(endpoint.address), streams: false)
        #expect(whole.reply.content == Self.reply)
    }

    @Test func `a whole answer to a request for a stream is read`() async throws {
        let endpoint = try endpoint()
        endpoint.failNext(.unstreamed)
        let exchange = try await program.say("Hello", to: provider(endpoint.address))
        #expect(exchange.reply.content == Self.reply)
        #expect(exchange.reply.usage?.outputTokens == 3)
    }

    // MARK: - Answers of other servers

    private func answer(_ body: String, type: String = "text/event-stream") async throws -> Exchange {
        let endpoint = try endpoint()
        endpoint.failNext(.answer(.response(body, type: type)))
        return try await program.say("Hello", to: provider(endpoint.address))
    }

    private func chunk(_ delta: String, finish: String = "null") -> String {
        "data: " + #"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"# + "\n\n"
    }

    @Test func `a stream without its mark is whole if it told why it finished`() async throws {
        let text = chunk(#"{"role":"assistant"}"#) + chunk(#"{"content":"Hi"}"#)
        let whole = try await answer(text + chunk("{}", finish: #""length""#))
        #expect(whole.reply.content == "Hi")
        #expect((whole.reply.status, whole.reply.finishReason) == (.complete, "length"))

        let torn = try await answer(text)
        #expect(torn.reply.content == "Hi")
        #expect(torn.reply.status == .interrupted)
        #expect(torn.error?.cause == .endedEarly)
    }

    @Test func `a content in parts is its text`() async throws {
        let parts = #"[{"type":"text","text":"Hi "},{"type":"image_url"},{"type":"text","text":"there"}]"#
        let streamed = try await answer(chunk(#"{"content":\#(parts)}"#) + "data: [DONE]\n\n")
        #expect(streamed.reply.content == "Hi there")
        let whole = try await answer(
            #"{"choices":[{"message":{"content":\#(parts)},"finish_reason":"stop"}]}"#, type: "application/json")
        #expect(whole.reply.content == "Hi there")
        #expect(whole.reply.usage == nil)
    }

    @Test(
        arguments: [
            (#"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#, .empty),
            (#"{"choices":[{"message":{"content":null}}]}"#, .empty), ("", .empty),
            ("data: [DONE]\n\n", .empty), ("<h1>Sign in</h1>", .brokenStream),
            (#"{"choices":[]}"#, .unexplained), (#"{"error":"model is loading"}"#, .unexplained),
            (#"{"error":{"message":"overloaded","type":"server_error"}}"#, .failed),
            (#"{"detail":"Not now"}"#, .unexplained), ("data: nonsense\n\n", .endedEarly),
            ("event: error\ndata: {\"message\":\"out of memory\"}\n\n", .unexplained),
            (#"data: {"error":{"message":"too many","code":429}}"# + "\n\n", .rateLimited),
        ] as [(String, ProviderError.Cause)])
    func `an answer without a reply says what it can`(body: String, cause: ProviderError.Cause) async throws {
        let exchange = try await answer(body + "")
        let first = try #require(exchange.attempts.first)
        #expect(first.result.error != nil)
        let failed = Set([ProviderError.Cause.empty, .failed, .endedEarly].map { "\($0)" })
        // What may pass is tried again, and the endpoint's usual answer comes.
        #expect((exchange.attempts.count == 2) == failed.contains("\(cause)"))
        #expect(first.result.error?.code == ProviderError(cause).code)
        if exchange.attempts.count == 1 { #expect(exchange.error?.cause == cause) }
    }

    // MARK: - Failures

    @Test(
        arguments: [
            (EndpointFailure.serverError, 3, ProviderError.Cause.httpStatus(500), nil),
            (.rateLimited(retryAfter: nil), 1, .rateLimited, nil),
            (.rateLimited(retryAfter: 30), 1, .rateLimited, .seconds(30)),
            (.rateLimited(retryAfter: 2), 3, .rateLimited, .seconds(2)),
            (.insufficientQuota, 1, .quotaUsedUp, nil), (.contextLengthExceeded, 1, .rejected, nil),
            (.answer(.response("", status: 404)), 1, .httpStatus(404), nil),
            (.answer(.response("<h1>Forbidden</h1>", status: 403, type: "text/html")), 1, .httpStatus(403), nil),
            (.answer(.response(#"{"error":{"message":"No","type":"x"}}"#, status: 403)), 1, .unauthorized, nil),
            (.answer(.response("{}", status: 402)), 1, .quotaUsedUp, nil),
            (.answer(.response("{}", status: 503)), 3, .httpStatus(503), nil),
            (
                .answer(.response("{}", status: 429, headers: [("Retry-After-Ms", "1500"), ("Retry-After", "90")])), 3,
                .rateLimited, .milliseconds(1500)
            ),
            (
                .answer(.response(#"{"error":{"message":"Slow. Please try again in 1m2s."}}"#, status: 429)), 1,
                .rateLimited, .seconds(62)
            ),
        ] as [(EndpointFailure, Int, ProviderError.Cause, Duration?)])
    func `a failure is told by what it means`(
        failure: EndpointFailure, tries: Int, cause: ProviderError.Cause, retryAfter: Duration?
    ) async throws {
        let endpoint = try endpoint()
        endpoint.failNext(failure, failure, failure)
        let exchange = try await program.say("Hello", to: provider(endpoint.address))
        #expect(exchange.error?.cause == cause)
        #expect(exchange.error?.retryAfter == retryAfter)
        #expect(exchange.error?.advice.isEmpty == false)
        #expect(endpoint.server.calls(of: "POST /v1/chat/completions") == tries)
        #expect(exchange.attempts.count == tries)
        #expect(exchange.reply.status == .failed)
    }

    @Test func `an error in mid-stream keeps what had come`() async throws {
        let endpoint = try endpoint()
        endpoint.failNext(.errorInStream(afterPieces: 1))
        let exchange = try await program.say("Hello", to: provider(endpoint.address))
        #expect(exchange.reply.content == "Very ")
        #expect(exchange.reply.status == .interrupted)
        #expect(exchange.error?.cause == .failed)
        #expect(exchange.error?.detail?.hasPrefix("The server had an error") == true)
        #expect(exchange.attempts.count == 1)
    }

    @Test func `an error before any text is got over`() async throws {
        let endpoint = try endpoint()
        endpoint.failNext(.errorInStream(afterPieces: 0), .cut(afterPieces: 0))
        let exchange = try await program.say("Hello", to: provider(endpoint.address))
        #expect(exchange.reply.content == Self.reply)
        #expect(exchange.attempts.map(\.result.outcome) == [.http5xx, .torn, .ok])
    }

    @Test func `a stream that is cut keeps what had come`() async throws {
        let gate = try Gate()
        let head = HTTPResponse.head(200, [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked")])
        let endpoint = try endpoint()
        let text = HTTPResponse.chunk(Array(chunk(#"{"content":"Very "}"#).utf8))
        endpoint.failNext(.answer(.steps([.write(head + text), .wait(gate), .close])))
        let exchange = try await program.say("Hello", to: provider(endpoint.address)) { event in
            if case .text = event { gate.open() }
        }
        #expect(exchange.reply.content == "Very ")
        #expect(exchange.reply.status == .interrupted)
        #expect(exchange.attempts.map(\.result.outcome) == [.torn])
    }

    // MARK: - Keys

    @Test func `the key goes to the endpoint as a bearer's, and nowhere else`() async throws {
        let endpoint = try endpoint { $0.key = "top-key-1" }
        let provider = try await provider(endpoint.address, ["api_key_env": .text("KEY")])
        #expect(try await program.say("Hello", to: provider).isComplete)
        #expect(endpoint.server.requests.all.map(\.route) == ["GET /v1/models", "POST /v1/chat/completions"])
        for request in endpoint.server.requests.all {
            #expect(request.bearerToken == "top-key-1")
            #expect(
                !request.target.contains("top-key")
                    && !String(decoding: request.body, as: UTF8.self).contains("top-key"))
            let others = request.head.headers.filter { $0.name.lowercased() != "authorization" }
            #expect(!others.contains { $0.value.contains("top-key") })
        }
    }

    @Test(arguments: [[:], ["api_key_env": .text("KEY")]] as [[String: ConfigurationValue]])
    func `no key or a wrong one is the configuration's fault`(settings: [String: ConfigurationValue]) async throws {
        let endpoint = try endpoint { $0.key = "another" }
        let model: [String: ConfigurationValue] = ["model": .text("stand-in")]
        for settings in [settings, settings.merging(model) { $1 }] {
            let exchange = try await program.say("Hello", to: provider(endpoint.address, settings))
            #expect(exchange.error?.cause == .unauthorized)
            #expect(exchange.attempts.map(\.result.outcome) == [.auth])
            #expect(exchange.attempts.map(\.result.fault) == [.config])
        }
    }

    // MARK: - What is learned

    @Test func `a server that does not know stream_options is asked without from then on`() async throws {
        let endpoint = try endpoint()
        endpoint.failNext(
            .answer(
                .response(#"{"error":{"message":"Unrecognized request argument: stream_options"}}"#, status: 400)))
        let exchange = try await program.say("Hello", to: provider(endpoint.address))
        #expect(exchange.isComplete)
        #expect(exchange.attempts.map(\.result.fault) == [.none, .none])
        #expect(try await program.say("Hello", to: provider(endpoint.address)).attempts.count == 1)
        #expect(bodies(of: endpoint).map { $0["stream_options"] != nil } == [true, false, false])
    }

    @Test func `another refusal teaches nothing`() async throws {
        let endpoint = try endpoint()
        endpoint.failNext(.answer(.response(#"{"error":{"message":"messages: too odd"}}"#, status: 400)))
        let exchange = try await program.say("Hello", to: provider(endpoint.address))
        #expect(exchange.error?.cause == .httpStatus(400))
        #expect(try await program.store.facts(of: endpoint.address) == [:])
    }

    // MARK: - Models

    @Test func `without a model the first that is listed answers, and is named`() async throws {
        let endpoint = try endpoint { $0.models = ["small", "large"] }
        let exchange = try await program.say("Hello", to: provider(endpoint.address, [:]))
        #expect(exchange.reply.model == "small")
        #expect(exchange.attempts.map(\.model) == ["small"])
        #expect(bodies(of: endpoint).map { $0["model"]?.text } == ["small"])
        // The chat stays with it, whatever comes first another day.
        let next = try await program.say("And?", in: exchange.chat.id, to: provider(endpoint.address, [:]))
        #expect(next.reply.model == "small")
    }

    @Test func `a model asked for by name, and one that is not there`() async throws {
        let endpoint = try endpoint { $0.models = ["small", "large"] }
        let provider = try await provider(endpoint.address, ["model": .text("small")])
        #expect(try await program.say("Hello", to: provider, model: "large").reply.model == "large")
        let exchange = try await program.say("Hello", to: provider, model: "huge")
        #expect(exchange.error?.cause == .httpStatus(404))
        #expect(exchange.error?.detail == "The model 'huge' does not exist.")
        #expect(endpoint.server.calls(of: "GET /v1/models") == 0)
    }
}
