internal import Conversations
internal import HTTPTypes
internal import JSON
internal import Transcripts

/// Another reply, or other words, in a chat that is there. What was said before stays, as another branch.
struct ExchangeRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.post, "/api/chats/{chat}/retry") { try await self.retry($0) },
            Route(.post, "/api/chats/{chat}/edit-message") { try await self.editMessage($0) },
        ]
    }

    private func retry(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let fields = try OwnFields(try await request.object(isOptional: true), "branch", "model", "stream")
        let branch = try fields.integer("branch", in: 1...Int.max)
        return try await exchange(request, fields, .retry, endingAt: branch)
    }

    private func editMessage(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let fields = try OwnFields(try await request.object(), "message", "text", "model", "stream")
        let message = try fields.require("message", try fields.integer("message", in: 1...Int.max))
        let text = try fields.require("text", try fields.string("text"))
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ServiceError.wrongValue(of: "text", wanted: "words")
        }
        return try await exchange(request, fields, .edit(text), endingAt: message)
    }

    private func exchange(
        _ request: ServiceRequest, _ fields: OwnFields, _ turn: ExchangeRequest.Turn, endingAt tip: Int?
    ) async throws -> ServiceAnswer {
        let query = try parts.query(request, "cancel_on_disconnect")
        let leaving: RunningReplies.Leaving = try query.flag("cancel_on_disconnect") ?? false ? .stops : .goesOn
        let streams = try fields.boolean("stream") ?? false
        let chat = try await parts.namedChat(of: request)
        let (name, provider) = try await parts.provider(
            ofModel: try fields.string("model") ?? chat.provider ?? parts.providers.names.first ?? "")
        let pipe = try parts.replies.begin(
            ExchangeRequest(
                target: .chat(chat.id, endingAt: tip), owner: request.owner, turn: turn, model: name.model,
                streams: streams, patience: parts.limits.patience), with: provider, leaving: leaving)
        if leaving == .stops { request.endReading(pipe) }
        guard streams else {
            let outcome = try await pipe.outcome()
            guard case .kept(let exchange) = outcome, exchange.isComplete else {
                throw ServiceError(outcome, logger: request.logger) ?? .internalError
            }
            return .json { $0.exchange(exchange) }
        }
        let opening = try await pipe.opening(
            within: parts.limits.acceptanceLimit, isKept: true, surroundings: parts.surroundings)
        if let failure = opening.failure { throw ServiceError(failure, logger: request.logger) ?? .internalError }
        return .reply(pipe, after: opening, as: ExchangeEncoding(opening, logger: request.logger), to: request)
    }
}
