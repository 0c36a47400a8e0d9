import Conversations
import Providers
import Storage
import Support
import Testing

/// How a model is to choose its words, as an endpoint is told.
@Outside @Suite(.timeLimit(.minutes(2)))
struct OpenAISamplingTests {
    private let program: Program

    init() async throws {
        program = try await Program()
    }

    private static nonisolated var everything: Sampling {
        var sampling = Sampling()
        sampling.temperature = 0.25
        sampling.topP = 1
        sampling.maximumTokens = 12
        sampling.stop = ["\n", "\"end\""]
        sampling.seed = -7
        sampling.presencePenalty = -0.5
        sampling.frequencyPenalty = 2
        sampling.user = "user-1"
        return sampling
    }

    private func provider(_ endpoint: StandInEndpoint) async throws -> any ProbedProvider {
        try await program.provider(
            [
                "kind": .text("openai"), "url": .text(endpoint.address),
                "models": .list([.text("stand-in"), .text("other")]),
            ],
            named: "endpoint")
    }

    private func endpoint() throws -> StandInEndpoint {
        var settings = EndpointSettings()
        settings.models = ["stand-in", "other"]
        return try StandInEndpoint(settings)
    }

    private func say(
        to provider: any ChatProvider, _ sampling: Sampling = everything, model: String? = nil
    ) async throws -> Exchange {
        try await program.say("Hello", to: provider, model: model, sampling: sampling)
    }

    private func bodies(of endpoint: StandInEndpoint) -> [JSONValue] {
        endpoint.server.requests.all.filter { $0.method == "POST" }.compactMap(\.json)
    }

    private func refusal(_ message: String, status: Int = 400) -> EndpointFailure {
        .answer(.response(#"{"error":{"message":"\#(message)","type":"invalid_request_error"}}"#, status: status))
    }

    private static let usual: Set<String> = ["model", "messages", "stream", "stream_options"]

    @Test func `what is asked for is sent, and nothing else`() async throws {
        let endpoint = try endpoint()
        let provider = try await provider(endpoint)
        #expect(try await say(to: provider).isComplete)
        #expect(try await say(to: provider, Sampling()).isComplete)
        let bodies = bodies(of: endpoint)
        let body = try #require(bodies.first)
        #expect(body["temperature"] == .number(0.25) && body["top_p"] == .number(1))
        #expect(body["max_tokens"] == .number(12) && body["seed"] == .number(-7))
        #expect(body["stop"] == .array([.string("\n"), .string("\"end\"")]))
        #expect(body["presence_penalty"] == .number(-0.5) && body["frequency_penalty"] == .number(2))
        #expect(body["user"] == .string("user-1"))
        #expect(bodies.map(\.keys.count) == [12, 4] && bodies.last?.keys == Self.usual)
    }

    @Test(arguments: [
        ("Unrecognized request argument supplied: seed", ["seed"]),
        ("Unsupported value: 'temperature' does not support 0.25 with this model. Only 1 is.", ["temperature"]),
        ("body.seed: Extra inputs are not permitted; body.user: Extra inputs are not permitted", ["seed", "user"]),
    ])
    func `a model that does not take a field is asked without it from then on, and another is not`(
        words: String, fields: [String]
    ) async throws {
        let endpoint = try endpoint()
        let provider = try await provider(endpoint)
        endpoint.failNext(refusal(words, status: 422))
        let exchange = try await say(to: provider)
        #expect(exchange.isComplete)
        #expect(exchange.attempts.map(\.result.fault) == [.none, .none])
        #expect(try await say(to: provider).attempts.count == 1)
        #expect(try await say(to: provider, model: "other").attempts.count == 1)
        for field in fields {
            #expect(bodies(of: endpoint).map { $0[field] != nil } == [true, false, false, true])
        }
        #expect(bodies(of: endpoint).map(\.keys.count) == [12, 12 - fields.count, 12 - fields.count, 12])
    }

    @Test func `a limit goes by its newer name where the older is refused, and by none where that is, too`()
        async throws
    {
        let endpoint = try endpoint()
        let provider = try await provider(endpoint)
        let old = "Unsupported parameter: 'max_tokens' is not supported with this model."
        endpoint.failNext(refusal(old + " Use 'max_completion_tokens' instead."))
        #expect(try await say(to: provider).isComplete)
        endpoint.failNext(refusal("Unsupported parameter: 'max_completion_tokens'"))
        #expect(try await say(to: provider).isComplete)
        #expect(bodies(of: endpoint).map { $0["max_tokens"] != nil } == [true, false, false, false])
        #expect(bodies(of: endpoint).map { $0["max_completion_tokens"] != nil } == [false, true, true, false])
    }

    @Test(arguments: ["temperature: 0.25 is out of range", "Unknown model", "The 'seed' is a strange one"])
    func `any other refusal is the answer`(words: String) async throws {
        let endpoint = try endpoint()
        let provider = try await provider(endpoint)
        endpoint.failNext(refusal(words))
        #expect(try await say(to: provider).error?.cause == .httpStatus(400))
        #expect(try await say(to: provider).isComplete)
        #expect(bodies(of: endpoint).map(\.keys.count) == [12, 12])
    }
}
