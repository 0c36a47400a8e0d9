internal import Conversations
internal import HTTPTypes
internal import Logging
internal import NIOCore

/// What is answered to what is no request.
struct FaultAnswers: Sendable {
    let surroundings: Surroundings
    let observer: any RequestObserver
    let logger: Logger

    func answer(to error: ServiceError) -> (HTTPResponse, ByteBuffer) {
        let id = surroundings.newRequestID()
        var logger = logger
        logger[metadataKey: "request_id"] = .string(id)
        observer.answered(
            AnsweredRequest(id: id, method: .none, route: "none", status: error.status, duration: .zero),
            logger: logger)
        var headers = error.headers
        headers[.contentType] = "application/json"
        headers[.contentLength] = String(error.body.count)
        headers[.connection] = "close"
        headers.addCommon(id: id)
        return (HTTPResponse(status: error.status, headerFields: headers), ByteBuffer(bytes: error.body))
    }
}

extension HTTPRequest.Method {
    /// Stands for that of a request that could not be read.
    fileprivate static let none = HTTPRequest.Method("NONE")!
}

extension ServiceError {
    static let malformed = ServiceError(
        .badRequest, type: "invalid_request_error", code: nil, "The request is not written as HTTP/1.1 wants it.",
        headers: [.connection: "close"])
    static let headersTooLarge = ServiceError(
        .requestHeaderFieldsTooLarge, type: "invalid_request_error", code: "headers_too_large",
        "The request's address or headers are larger than is taken.", headers: [.connection: "close"])
    static let requestTimedOut = ServiceError(
        .requestTimeout, type: "invalid_request_error", code: "request_timeout",
        "The request did not come to its end in time.", headers: [.connection: "close"])
}
