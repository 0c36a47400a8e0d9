internal import Conversations
internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// Answers every request: lets it in or not, finds its route, and writes the answer.
struct ServiceResponder: Sendable {
    let routes: RouteTable
    let admission: any Admission
    let surroundings: Surroundings
    let limits: ServiceLimits
    let logger: Logger
    let observer: any RequestObserver

    @concurrent
    func respond(to request: Request, _ writer: consuming ResponseWriter, on channel: any Channel) async throws {
        let start = surroundings.uptime()
        let id = surroundings.newRequestID()
        var logger = logger
        logger[metadataKey: "request_id"] = .string(id)
        let path = request.head.path ?? ""
        let match = routes.match(request.method, path.prefix { $0 != "?" })
        var answer: ServiceAnswer
        do {
            answer = try await self.answer(request, id: id, match, path: path, on: channel, logger: logger)
        } catch {
            answer = failure(error, logger: logger)
        }
        admission.addHeaders(to: &answer, for: request.head)
        let status = answer.status
        // However the sending ends, it is told of.
        defer {
            observer.answered(
                AnsweredRequest(
                    id: id, method: request.method, route: match.pattern, status: status,
                    duration: surroundings.uptime() - start), logger: logger)
        }
        try await send(answer, id: id, isHead: request.method == .head, writer)
    }

    private func answer(
        _ request: Request, id: String, _ match: RouteTable.Match, path: String, on channel: any Channel, logger: Logger
    ) async throws -> ServiceAnswer {
        if let answer = try admission.preflight(request.head) { return answer }
        let owner = try await admission.admit(request.head, access: match.access)
        switch match {
        case .none: throw ServiceError.unknownURL
        case .wrongMethod(_, let allowed): throw ServiceError.methodNotAllowed(allowed)
        case .found(let route, let variables):
            let query = path.firstIndex(of: "?").map { path[path.index(after: $0)...] } ?? ""
            return try await route.handler(
                ServiceRequest(
                    id: id, head: request.head, variables: variables, query: QueryItems(query), owner: owner,
                    channel: channel, logger: logger, body: request.body, maximumBodyBytes: limits.maximumBodyBytes))
        }
    }

    private func failure(_ error: any Error, logger: Logger) -> ServiceAnswer {
        let error = ServiceError(error, logger: logger)
        return .json(error.body, status: error.status, headers: error.headers)
    }

    @concurrent
    private func send(_ answer: ServiceAnswer, id: String, isHead: Bool, _ writer: consuming ResponseWriter)
        async throws
    {
        switch answer {
        case .whole(let status, var headers, let bytes):
            headers.addCommon(id: id)
            headers[.contentLength] = String(bytes.count)
            let body = isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            try await writer.write(response: HTTPResponse(status: status, headerFields: headers), body: body)
        case .stream(let status, var headers, let make):
            headers.addCommon(id: id)
            let head = HTTPResponse(status: status, headerFields: headers)
            if isHead { return try await writer.writeResponse(head) }
            var stream = AnswerStream(try await writer.writeHead(head))
            try await make(&stream)
            try await stream.finish()
        }
    }
}

extension ServiceAnswer {
    var status: HTTPResponse.Status {
        switch self {
        case .whole(let status, _, _), .stream(let status, _, _): status
        }
    }
}

extension RouteTable.Match {
    /// Of an address that is none, nobody needs a key to hear it; but who has none learns nothing.
    fileprivate var access: Route.Access {
        switch self {
        case .found(let route, _), .wrongMethod(let route, _): route.access
        case .none: .withKey
        }
    }

    fileprivate var pattern: String {
        switch self {
        case .found(let route, _), .wrongMethod(let route, _): route.pattern
        case .none: "none"
        }
    }
}

extension Surroundings {
    func newRequestID() -> String { "req_" + newID(now()) }
}

extension HTTPFields {
    /// What every answer has.
    mutating func addCommon(id: String) {
        self[.requestID] = id
        if self[.cacheControl] == nil { self[.cacheControl] = "no-store" }
        self[.xContentTypeOptions] = "nosniff"
    }
}
