package import HTTPTypes

/// What a handler answers a request with.
package enum ServiceAnswer: Sendable {
    /// All of it, in memory.
    case whole(HTTPResponse.Status, HTTPFields, [UInt8])
    /// Made while it is sent, by the closure; it ends when the closure returns, and is cut off where that throws.
    case stream(HTTPResponse.Status, HTTPFields, @Sendable (inout AnswerStream) async throws -> Void)

    package static func json(_ body: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:])
        -> ServiceAnswer
    {
        var headers = headers
        headers[.contentType] = "application/json"
        return .whole(status, headers, body)
    }

    static let eventStreamType = "text/event-stream; charset=utf-8"

    /// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
    package static func events(
        headers: HTTPFields = [:], _ send: @escaping @Sendable (inout AnswerStream) async throws -> Void
    ) -> ServiceAnswer {
        var headers = headers
        headers[.contentType] = eventStreamType
        // Proxies that would gather events before they pass them on are told not to.
        headers[.accelBuffering] = "no"
        return .stream(.ok, headers, send)
    }
}

extension HTTPField.Name {
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
    package static let requestID = HTTPField.Name("x-request-id")!
    package static let shouldRetry = HTTPField.Name("x-should-retry")!
    package static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
