private import Synchronization

/// An OpenAI-compatible endpoint on this machine: models, and chat completions whole or streamed.
package final class StandInEndpoint: Sendable {
    /// What the threads of the server share.
    private final class State: Sendable {
        struct Value: Sendable {
            var prompts: [[ModelMessage]] = []
            var failures: [EndpointFailure] = []
            var gates: [Int: Gate] = [:]
        }

        let settings: EndpointSettings
        let value = Mutex(Value())
        init(_ settings: EndpointSettings) { self.settings = settings }
    }

    /// What has been asked; also to wait for requests, and for clients to leave.
    package let server: LoopbackServer
    /// The base that a client is given, such as `http://127.0.0.1:40001/v1`.
    package let address: String
    private let state: State

    package init(_ settings: EndpointSettings = EndpointSettings()) throws {
        let state = State(settings)
        self.state = state
        server = try LoopbackServer { try Self.serve($0, on: $1, state) }
        address = server.address + settings.base
    }

    /// What the model was given, oldest first.
    package var prompts: [[ModelMessage]] { state.value.withLock(\.prompts) }

    /// Lets the next completions fail so, one after the other. Keys are checked before.
    package func failNext(_ failures: EndpointFailure...) { state.value.withLock { $0.failures += failures } }

    /// Sends the event with this number, 0, 1, 2 … in every stream, and what follows, when the gate is open. The head is
    /// sent before all.
    package func hold(beforeEvent event: Int, at gate: Gate) { state.value.withLock { $0.gates[event] = gate } }

    // MARK: - Serving

    private static func serve(_ request: LoopbackRequest, on connection: LoopbackConnection, _ state: State) throws {
        let settings = state.settings
        do {
            if let key = settings.key { try check(request.bearerToken, against: key) }
            switch request.route {
            case "GET \(settings.base)/models": try send(models(settings.models), on: connection)
            case "POST \(settings.base)/chat/completions":
                let asked = try CompletionRequest(request, models: settings.models)
                try complete(asked, request, on: connection, state)
            default: throw EndpointError.invalid("Unknown request URL.", code: "unknown_url", status: 404)
            }
        } catch let error as EndpointError {
            try send(error.body, status: error.status, headers: error.headers, on: connection)
        }
    }

    private static func check(_ token: String?, against key: String) throws(EndpointError) {
        guard let token else { throw .noKey }
        guard token == key else { throw .wrongKey(token) }
    }

    private static func models(_ names: [String]) -> String {
        let models = names.map {
            #"{"id":\#(JSONText.quoted($0)),"object":"model","created":1700000000,"owned_by":"tests"}"#
        }
        return #"{"object":"list","data":[\#(models.joined(separator: ","))]}"#
    }

    private static func complete(
        _ asked: CompletionRequest, _ request: LoopbackRequest, on connection: LoopbackConnection, _ state: State
    ) throws {
        let failure = state.value.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
        if case .answer(let answer) = failure { return try answer.give(to: request, on: connection) }
        if let error = failure?.error { throw error }
        let reply = state.value.withLock { value in
            value.prompts.append(asked.messages)
            return EndpointReply(
                id: "chatcmpl-standin\(value.prompts.count)", model: asked.model, reasoning: state.settings.reasoning,
                pieces: state.settings.model(asked.messages), promptTokens: asked.messages.count)
        }
        let isUnstreamed = if case .unstreamed = failure { true } else { false }
        guard asked.isStreamed, !isUnstreamed else { return try send(reply.whole, on: connection) }
        try connection.write(HTTPResponse.head(200, streamHeaders))
        try stream(events(of: reply, failure, includingUsage: asked.includesUsage), on: connection, state)
        if case .cut = failure { try connection.close() }
        try connection.write(HTTPResponse.lastChunk)
    }

    private static let streamHeaders: [(name: String, value: String)] = [
        ("Content-Type", "text/event-stream; charset=utf-8"), ("Cache-Control", "no-cache"),
        ("Transfer-Encoding", "chunked"),
    ]

    private static func events(
        of reply: EndpointReply, _ failure: EndpointFailure?, includingUsage: Bool
    ) -> [String] {
        switch failure {
        case .errorInStream(let pieces):
            let error = EndpointReply.event(EndpointError.server.body)
            return reply.events(pieces: pieces, includingUsage: includingUsage) + [error, EndpointReply.done]
        case .cut(let pieces): return reply.events(pieces: pieces, includingUsage: includingUsage)
        default:
            return reply.events(includingUsage: includingUsage) + reply.closingEvents(includingUsage: includingUsage)
        }
    }

    private static func stream(_ events: [String], on connection: LoopbackConnection, _ state: State) throws {
        let gates = state.value.withLock(\.gates)
        let comment = state.settings.sendsComments ? ": keep-alive\n\n" : ""
        for (index, event) in events.enumerated() {
            if let gate = gates[index] { try connection.wait(at: gate) }
            try connection.write(HTTPResponse.chunk(Array((comment + event).utf8)))
        }
    }

    private static func send(
        _ body: String, status: Int = 200, headers: [(String, String)] = [], on connection: LoopbackConnection
    ) throws {
        let headers = [("Content-Type", "application/json")] + headers
        try connection.write(HTTPResponse(status, headers: headers, body: Array(body.utf8)).bytes)
    }
}
