import Testing

@testable import Support

/// The stand-in beside the real sites that it stands in for.
@Outside
struct SiteRecordingTests {
    @Test(
        .enabled(if: (try? recordingBytes("session-ok")) != nil, "there are no recordings"),
        arguments: RecordedExchange.all)
    func `a stand-in answers as the recorded site did`(exchange: RecordedExchange) throws {
        var settings = SiteSettings(version: PluginVersion(stringLiteral: exchange.version))
        settings.token = "tok"
        let site = try StandInSite(settings)
        let client = try RawClient(site.server)
        let nonce = exchange.hasNonce ? ["X-WP-Nonce: \(site.nonce)"] : []
        let usual = ["Content-Type: application/json", "Connection: close"]
        try client.request(exchange.route, headers: usual + nonce + exchange.headers, body: exchange.body)
        let ours = try client.response()
        var reader = HTTPMessageReader(.responses)
        reader.receive(try recordingBytes(exchange.recording))
        let theirs = Response(try #require(try reader.next()))

        #expect(ours.head.firstLine == theirs.head.firstLine)
        #expect(ours.head.headers.map(\.name) == theirs.head.headers.map(\.name))
        #expect(ours.head.value(of: "Content-Type") == theirs.head.value(of: "Content-Type"))
        #expect(ours.json?.keys == theirs.json?.keys)
        #expect(ours.events.count == theirs.events.count)
        // The last one tells what the model has cost.
        #expect(ours.events.dropLast() == theirs.events.dropLast())
        #expect(try result(of: ours)?.keys == result(of: theirs)?.keys)
        #expect(try result(of: ours)?["reply"] == result(of: theirs)?["reply"])
    }

    /// What an `end` event holds.
    private func result(of response: Response) throws -> JSONValue? {
        guard let last = response.events.last, case let end = try JSONValue(last), end["type"]?.text == "end" else {
            return nil
        }
        return try end["data"]?.text.map { try JSONValue($0) }
    }
}

/// A request that a real site was sent, and the name of what it answered.
struct RecordedExchange: Sendable {
    var recording: String
    var version = "3.6.2"
    var route = "POST /wp-json/mwai-ui/v1/chats/submit"
    var headers: [String] = []
    var body = ""
    var hasNonce = false

    private static let session = "POST /wp-json/mwai/v1/start_session"
    private static let api = "/wp-json/mwai/v1"
    private static let token = ["Authorization: Bearer tok"]
    private static let whole = #"{"botId":"default","newMessage":"Hello"}"#
    private static let stream = #"{"botId":"default","newMessage":"Hello","stream":true}"#
    private static let long =
        #"{"botId":"default","stream":true,"newMessage":"\#(String(repeating: "x", count: 513))"}"#

    static let all = [
        RecordedExchange(recording: "session-ok", route: session),
        RecordedExchange(recording: "session-with-valid-nonce", route: session, hasNonce: true),
        RecordedExchange(recording: "session-stale-nonce-header-403", route: session, headers: ["X-WP-Nonce: 0"]),
        RecordedExchange(recording: "session-get-404", route: "GET /wp-json/mwai/v1/start_session"),
        RecordedExchange(recording: "v2.4.9-session-ok", version: "2.4.9", route: session),
        RecordedExchange(recording: "v2.8.7-session-ok", version: "2.8.7", route: session),
        RecordedExchange(recording: "v2.9.0-session-401", version: "2.9.0", route: session),
        RecordedExchange(recording: "submit-stream-ok", body: stream, hasNonce: true),
        RecordedExchange(
            recording: "submit-stream-ok-with-cookies", headers: ["Cookie: mwai_session_id=1"], body: stream,
            hasNonce: true),
        RecordedExchange(recording: "submit-json-ok", body: whole, hasNonce: true),
        RecordedExchange(recording: "submit-too-long-stream", body: long, hasNonce: true),
        RecordedExchange(recording: "submit-empty-message-403", body: "{}", hasNonce: true),
        RecordedExchange(recording: "submit-invalid-json-400", body: "{", hasNonce: true),
        RecordedExchange(recording: "submit-no-nonce-401", body: whole),
        RecordedExchange(recording: "submit-bad-nonce-403", headers: ["X-WP-Nonce: 0"], body: whole),
        RecordedExchange(recording: "v2.0.0-submit-no-nonce-401", version: "2.0.0", body: whole),
        RecordedExchange(recording: "v1.9.88-stream-ok-no-nonce", version: "1.9.88", body: stream),
        RecordedExchange(recording: "v2.1.5-stream-ok-page-nonce", version: "2.1.5", body: stream, hasNonce: true),
        RecordedExchange(recording: "v2.4.9-stream-ok", version: "2.4.9", body: stream, hasNonce: true),
        RecordedExchange(recording: "v2.8.4-stream-ok", version: "2.8.4", body: stream, hasNonce: true),
        RecordedExchange(recording: "api-list-chatbots", route: "GET \(api)/listChatbots", headers: token),
        RecordedExchange(recording: "api-no-token-401", route: "GET \(api)/listChatbots"),
        RecordedExchange(recording: "api-auth-check", route: "GET \(api)/simpleAuthCheck", headers: token),
        RecordedExchange(
            recording: "api-chatbot-query-missing-500", route: "POST \(api)/simpleChatbotQuery", headers: token),
        RecordedExchange(recording: "route-namespace-index", route: "GET /wp-json/mwai-ui/v1"),
    ]
}
