package import Conversations
private import JSON
internal import NIOHTTP1
private import Synchronization

/// An endpoint that serves chat completions as OpenAI's does: Ollama, llama.cpp, vLLM, a proxy, OpenAI itself.
package final class OpenAIProvider: ChatProvider {
    private let configuration: ProviderConfiguration
    private let address: WebAddress
    /// nil where it wants none.
    private let key: String?
    private let transport: HTTPTransport
    private let memory: any ProviderMemory
    private let surroundings: Surroundings
    private let secrets: Secrets
    private let found: Mutex<Found>

    /// What asking it has taught.
    private struct Found {
        var models: [String] = []
        /// It takes `stream_options`.
        var countsStreams = true
        /// The fields of a request that a model does not take, by the model's name. Not kept: another version may.
        var refused: [String: Set<OpenAISampling>] = [:]
    }

    private static let usageFact = "stream_options"
    private static let maximumList = 16 << 20

    init(
        _ configuration: ProviderConfiguration, at address: WebAddress, key: String?, transport: HTTPTransport,
        memory: any ProviderMemory, surroundings: Surroundings
    ) async {
        self.configuration = configuration
        self.address = address
        self.key = key
        self.transport = transport
        self.memory = memory
        self.surroundings = surroundings
        secrets = Secrets(of: configuration, and: key)
        let facts = (try? await memory.facts(of: address.description)) ?? [:]
        found = Mutex(Found(countsStreams: facts[Self.usageFact] != "no"))
    }

    package var name: String { configuration.name }
    package var reach: ProviderReach { configuration.reach }

    /// Whatever it lists; nil where nobody has named one.
    var configuredModel: String? { configuration.model ?? configuration.models.first }

    package var capabilities: ProviderCapabilities {
        let models = configuration.models.isEmpty ? found.withLock(\.models) : configuration.models
        return ProviderCapabilities(
            historyTarget: .messages, defaultModel: configuration.model ?? models.first, models: models,
            streams: configuration.streams)
    }

    /// Asks for the list of models where none is named.
    package func prepare(for newest: String) async throws {
        guard capabilities.defaultModel == nil else { return }
        _ = try await models(measuring: AttemptMeter(uptime: surroundings.uptime))
    }

    /// The models that it lists, in its order. They are known from then on.
    func models(measuring meter: AttemptMeter) async throws -> [String] {
        let models = try await secrets.masking { try await list(measuring: meter) }
        found.withLock { $0.models = models }
        return models
    }

    /// The longest that it takes to have them.
    var longestList: Duration { configuration.timeouts.longestBrief }

    private func list(measuring meter: AttemptMeter) async throws -> [String] {
        let response = try await transport.send(
            .get(address.appending("/models"), headers: authorization), measuring: meter, timeouts: .brief)
        let body = try await response.body.collect(upTo: Self.maximumList)
        guard response.isSuccess else { throw failure(of: response, body: body) }
        guard let list = (try? JSONValue(body))?["data"]?.elements else {
            throw ProviderError(.brokenStream, Excerpt(of: body).text)
        }
        return list.compactMap { $0["id"]?.string }
    }

    package func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> StreamedReply {
        StreamedReply { [self] in
            let (body, reading) = try await secrets.masking { try await ask(request, measuring: meter) }
            return (body, MaskedReading(reading, secrets: secrets))
        }
    }

    private func ask(
        _ request: ProviderRequest, measuring meter: AttemptMeter
    ) async throws -> (HTTPBody, OpenAIReading) {
        let streams = request.streams && configuration.streams
        let headers =
            authorization + [
                HTTPHeader(name: "accept", value: streams ? "text/event-stream" : "application/json")
            ]
        let countsStream = streams && found.withLock(\.countsStreams)
        let model = request.model ?? capabilities.defaultModel
        let refused = found.withLock { $0.refused[model ?? ""] ?? [] }
        let sampling = OpenAISampling.fields(of: request.sampling, without: refused)
        let body = OpenAIRequestBody(
            request, model: model, streams: streams, countsStream: countsStream, sampling: sampling)
        let response = try await transport.send(
            .post(address.appending("/chat/completions"), headers: headers, json: body.json), measuring: meter)
        guard response.isSuccess else {
            let error = failure(of: response, body: try await response.body.collect(upTo: Self.maximumList))
            throw await learned(from: learned(from: error, of: model, sent: sampling), counted: countsStream)
        }
        let reading = OpenAIReading(limits: configuration.limits) { [self] failure in
            failure.error(status: response.status, retryAfter: retryAfter(of: response))
        }
        return (response.body, reading)
    }

    private var authorization: [HTTPHeader] {
        key.map { [HTTPHeader(name: "authorization", value: "Bearer \($0)")] } ?? []
    }

    // MARK: - Errors

    private func failure(of response: HTTPResponse, body: [UInt8]) -> ProviderError {
        let failure =
            (try? JSONValue(body)).flatMap(OpenAIFailure.init) ?? OpenAIFailure(message: Excerpt(of: body).text)
        return failure.error(status: response.status, retryAfter: retryAfter(of: response))
    }

    private func retryAfter(of response: HTTPResponse) -> Duration? {
        if let milliseconds = response.headers.first(name: "retry-after-ms").flatMap({ Int64($0) }), milliseconds >= 0 {
            return .milliseconds(milliseconds)
        }
        return RetryAfter.duration(response.headers.first(name: "retry-after"), now: surroundings.now())
    }

    /// What a model does not take it is asked without from then on.
    private func learned(
        from error: ProviderError, of model: String?, sent: [OpenAISampling]
    ) -> ProviderError {
        guard case .httpStatus(400...422) = error.cause, let words = error.detail else { return error }
        let refused = OpenAISampling.refused(by: words, of: sent)
        guard !refused.isEmpty else { return error }
        found.withLock { $0.refused[model ?? "", default: []].formUnion(refused) }
        return ProviderError(.askAgain(.fields), words)
    }

    /// Older servers refuse the one optional field that we send of our own; they are asked without it from then on.
    private func learned(from error: ProviderError, counted: Bool) async -> ProviderError {
        guard counted, case .httpStatus(400...422) = error.cause, error.detail?.contains("stream_options") == true
        else {
            return error
        }
        found.withLock { $0.countsStreams = false }
        try? await memory.remember([Self.usageFact: "no"], of: address.description, now: surroundings.now())
        return ProviderError(.askAgain(.fields), error.detail)
    }
}
