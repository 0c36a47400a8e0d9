import Testing

@testable import Support

@Outside
struct StandInEndpointTests {
    private static let messages =
        #""messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]"#
    private let whole = #"{"model":"stand-in",\#(messages)}"#
    private let stream = #"{"model":"stand-in",\#(messages),"stream":true}"#

    @Test func `models are listed`() throws {
        var settings = EndpointSettings()
        settings.models = ["a/b", "c"]
        let response = try ask(try StandInEndpoint(settings), "GET /v1/models")
        #expect(response.json?["data"]?.elements.compactMap { $0["id"]?.text } == ["a/b", "c"])
    }

    @Test func `a completion is whole, and the model saw the messages`() throws {
        let endpoint = try StandInEndpoint()
        let response = try ask(endpoint, body: whole)
        let choice = response.json?["choices"]?[0]
        #expect(choice?["message"]?["content"]?.text == ModelMessage.echo(endpoint.prompts[0]).joined())
        #expect(choice?["finish_reason"]?.text == "stop")
        #expect(response.json?["usage"]?["total_tokens"]?.integer == 12)
        #expect(endpoint.prompts == [[ModelMessage("system", "Be brief."), ModelMessage("user", "Hi")]])
    }

    @Test(arguments: [true, false])
    func `a stream has its role first, its reason once, and its usage only when asked for`(hasUsage: Bool) throws {
        var settings = EndpointSettings()
        settings.reasoning = ["Hm, ", "yes."]
        settings.model = { _ in ["Hel", "", "lo “you”\n"] }
        settings.sendsComments = true
        let options = #","stream_options":{"include_usage":\#(hasUsage)}}"#
        let response = try ask(try StandInEndpoint(settings), body: String(stream.dropLast()) + options)
        #expect(response.body.contains(": keep-alive\n\n"))
        #expect(response.events.last == "[DONE]")
        let chunks = try response.events.dropLast().map { try JSONValue($0) }
        let deltas = chunks.compactMap { $0["choices"]?[0]?["delta"] }
        #expect(
            deltas.map(\.keys) == [
                ["role", "content"], ["reasoning_content"], ["reasoning_content"], ["content"], ["content"],
                ["content"], [],
            ])
        #expect(deltas.compactMap { $0["content"]?.text }.joined() == "Hello “you”\n")
        #expect(chunks.compactMap { $0["choices"]?[0]?["finish_reason"]?.text } == ["stop"])
        #expect(chunks.count { $0["choices"]?.elements.isEmpty == true } == (hasUsage ? 1 : 0))
        #expect(chunks.last?["usage"]?["completion_tokens"]?.integer == (hasUsage ? 3 : nil))
    }

    @Test(arguments: [(nil, JSONValue.null), ("Bearer wrong", .string("invalid_api_key")), ("Basic a2V5", .null)])
    func `a wrong key is refused`(authorization: String?, code: JSONValue) throws {
        var settings = EndpointSettings()
        settings.key = "right"
        let endpoint = try StandInEndpoint(settings)
        let response = try ask(endpoint, body: whole, headers: authorization.map { ["Authorization: \($0)"] } ?? [])
        #expect(response.status == 401)
        #expect(response.json?["error"]?["code"] == code)
        #expect(response.json?["error"]?.keys == ["message", "type", "param", "code"])
        #expect(try ask(endpoint, body: whole, headers: ["Authorization: Bearer right"]).status == 200)
    }

    @Test(arguments: [
        ("{", 400, nil), (#"{"model":"other"}"#, 404, "model_not_found"),
        (#"{"model":"stand-in","messages":[]}"#, 400, "missing_required_parameter"),
        (#"{"model":"stand-in","messages":[{"role":"user"}]}"#, 400, "invalid_type"),
    ])
    func `what is no request is refused`(body: String, status: Int, code: String?) throws {
        let response = try ask(try StandInEndpoint(), body: body)
        #expect(response.status == status)
        #expect(response.json?["error"]?["code"]?.text == code)
    }

    @Test func `it fails as it is told to, then works again`() throws {
        let endpoint = try StandInEndpoint()
        endpoint.failNext(
            .rateLimited(retryAfter: 7), .insufficientQuota, .contextLengthExceeded, .serverError, .unstreamed)
        let responses = try (0..<6).map { _ in try ask(endpoint, body: stream) }
        #expect(responses.map(\.status) == [429, 429, 400, 500, 200, 200])
        #expect(responses[0].head.value(of: "Retry-After") == "7")
        #expect(responses[1].json?["error"]?["type"]?.text == "insufficient_quota")
        #expect(responses[2].json?["error"]?["code"]?.text == "context_length_exceeded")
        #expect(responses[4].json?["object"]?.text == "chat.completion")
        #expect(responses[5].events.last == "[DONE]")
    }

    @Test func `a stream breaks where it is told to`() throws {
        let endpoint = try StandInEndpoint()
        endpoint.failNext(.errorInStream(afterPieces: 2), .cut(afterPieces: 3))
        let failed = try ask(endpoint, body: stream)
        #expect(failed.events.count == 5)
        #expect(try JSONValue(failed.events[3])["error"]?["type"]?.text == "server_error")
        #expect(throws: HTTPHead.Malformed.self) { try ask(endpoint, body: stream) }
    }

    @Test func `a stream waits at a gate`() throws {
        let endpoint = try StandInEndpoint()
        let gate = try Gate()
        endpoint.hold(beforeEvent: 2, at: gate)
        let client = try RawClient(endpoint.server)
        try client.request(
            "POST /v1/chat/completions", headers: ["Content-Type: application/json", "Connection: close"], body: stream)
        #expect(try !client.receive(until: "Hello").contains("message(s)"))
        gate.open()
        #expect(try client.receive(until: "[DONE]").contains("message(s)"))
    }

    private func ask(
        _ endpoint: StandInEndpoint, _ route: String = "POST /v1/chat/completions", body: String = "",
        headers: [String] = []
    ) throws -> Response {
        let client = try RawClient(endpoint.server)
        try client.request(route, headers: ["Content-Type: application/json"] + headers, body: body)
        return try client.response()
    }
}
