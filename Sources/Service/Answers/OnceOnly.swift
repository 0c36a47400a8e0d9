internal import Conversations
internal import Crypto
internal import HTTPTypes
internal import JSON
internal import Logging

/// The key with which a client marks a request that is to be carried out once, however often it is sent.
struct IdempotencyKey: Equatable, Sendable {
    var text: String
    /// Of the request: another one is not to have the same key.
    var hash: [UInt8]

    static let maximumLength = 255

    /// Nil where the request has none.
    ///
    /// - Throws: ``ServiceError`` where it can be none.
    init?(of request: ServiceRequest, body: [UInt8]) throws(ServiceError) {
        guard let text = request.head.headerFields[.idempotencyKey] else { return nil }
        guard (1...Self.maximumLength).contains(text.utf8.count) else {
            throw .wrongValue(of: "Idempotency-Key", wanted: "1 to \(Self.maximumLength) characters")
        }
        self.text = text
        var content = Array("\(request.head.method.rawValue) \(request.head.path ?? "")\n".utf8)
        content += body
        hash = Array(SHA256.hash(data: content))
    }
}

/// An answer, and whose words are in it.
struct KeptAnswer: Sendable {
    var answer: ServiceAnswer
    /// nil where nobody's are.
    var chat: ChatID?
}

extension ServiceParts {
    /// Carries a request out, unless one with the same key was before: then it is answered as that one was.
    ///
    /// - Parameters:
    ///   - isOptional: No body at all is an empty object.
    ///   - work: Is given the body. Where it throws, nothing has been carried out.
    func onceOnly(
        _ request: ServiceRequest, isOptional: Bool = false, _ work: (RequestFields) async throws -> KeptAnswer
    ) async throws -> ServiceAnswer {
        let body = try await request.bytes()
        let fields = RequestFields(try request.object(from: body, isOptional: isOptional))
        guard let key = try IdempotencyKey(of: request, body: body) else { return try await work(fields).answer }
        if let answer = try await answer(given: key, to: request.owner) { return answer }
        let kept: KeptAnswer
        do {
            kept = try await work(fields)
        } catch {
            try await store.forget(key: key.text, owner: request.owner)
            throw error
        }
        try await keep(kept, under: key, of: request.owner)
        return kept.answer
    }

    /// The answer that a request with this key has had; nil where it is the first, which has begun now.
    ///
    /// - Throws: ``ServiceError`` where another request had the key, or this one is being carried out.
    func answer(given key: IdempotencyKey, to owner: Owner) async throws -> ServiceAnswer? {
        switch try await store.begin(key: key.text, requestHash: key.hash, owner: owner) {
        case .new: nil
        case .pending: throw ServiceError.requestPending
        case .reused: throw ServiceError.idempotencyKeyReused
        case .answered(let answer): ServiceAnswer(answer)
        }
    }

    /// Keeps the answer of a reply that has ended. Where it was refused, nothing was carried out.
    ///
    /// - Parameter answer: As it was given, or would have been; made from the reply as it is kept.
    func keep(
        _ outcome: ReplyOutcome, under key: IdempotencyKey, of request: ServiceRequest,
        as answer: (Message) -> ServiceAnswer
    ) async {
        do {
            guard let reply = outcome.reply else {
                return try await store.forget(key: key.text, owner: request.owner)
            }
            try await keep(KeptAnswer(answer: answer(reply), chat: reply.id.chat), under: key, of: request.owner)
        } catch {
            request.logger.error("an answer could not be kept", metadata: ["error": .string("\(error)")])
        }
    }

    func keep(_ kept: KeptAnswer, under key: IdempotencyKey, of owner: Owner) async throws(StoreError) {
        guard case .whole(let status, let headers, let body) = kept.answer else { return }
        try await store.finish(
            key: key.text, owner: owner,
            with: IdempotentAnswer(
                status: status.code, contentType: headers[.contentType] ?? "application/json", body: body,
                chat: kept.chat))
    }
}

extension ServiceAnswer {
    /// The same answer once more.
    fileprivate init(_ answer: IdempotentAnswer) {
        var headers: HTTPFields = [.contentType: answer.contentType]
        // Whatever it was, it stays so.
        if answer.status >= 400 { headers[.shouldRetry] = "false" }
        self = .whole(HTTPResponse.Status(code: answer.status), headers, answer.body)
    }
}

extension ServiceError {
    fileprivate static let requestPending = ServiceError(
        .conflict, type: "conflict", code: "idempotent_request_pending",
        "A request with this Idempotency-Key is being carried out: its answer is given when it has ended.",
        headers: [.retryAfter: "1"])
    fileprivate static let idempotencyKeyReused = ServiceError(
        .conflict, type: "conflict", code: "idempotency_key_reused",
        "Another request had this Idempotency-Key: a key is for one request.", headers: [.shouldRetry: "false"])
}
