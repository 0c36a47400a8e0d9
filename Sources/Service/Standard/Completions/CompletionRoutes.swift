internal import Conversations
internal import HTTPTypes

/// `/v1/chat/completions`: the client brings the whole history, and nothing is kept unless it says so.
struct CompletionRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [Route(.post, "/v1/chat/completions") { request in try await self.complete(request) }]
    }

    private func complete(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let asked = try CompletionRequest(try await request.object())
        let (name, provider) = try await parts.provider(ofModel: asked.model)
        let completion = Completion(of: asked.model, surroundings: parts.surroundings)
        let leaving = try request.leaving
        let pipe =
            asked.isKept
            ? try parts.replies.begin(
                exchange(asked, with: name.model, of: request.owner), with: provider, leaving: leaving)
            : try parts.replies.answer(question(asked, to: name.model, of: request.owner), with: provider)
        if !asked.isKept || leaving == .stops { request.endReading(pipe) }
        guard asked.streams else {
            let outcome = try await pipe.outcome()
            if let error = ServiceError(outcome, logger: request.logger) { throw error }
            return .json(completion.whole(outcome, estimate: parts.tokens))
        }
        let opening = try await pipe.opening(
            within: parts.limits.acceptanceLimit, isKept: asked.isKept, surroundings: parts.surroundings)
        if let failure = opening.failure, let error = ServiceError(failure, logger: request.logger) { throw error }
        let chunks = CompletionChunks(
            completion, includesUsage: asked.includesUsage, estimate: parts.tokens, logger: request.logger)
        return .reply(pipe, after: opening, as: chunks, to: request)
    }

    private func question(_ asked: CompletionRequest, to model: String?, of owner: Owner) -> UnkeptRequest {
        UnkeptRequest(
            messages: asked.messages.map { HistoryMessage(role: $0.role, content: $0.content) }, owner: owner,
            model: model, streams: asked.streams, sampling: asked.sampling)
    }

    private func exchange(_ asked: CompletionRequest, with model: String?, of owner: Owner) -> ExchangeRequest {
        ExchangeRequest(
            target: .newChat(title: nil, system: nil, metadata: asked.metadata), owner: owner,
            turn: .say(asked.messages), model: model, sampling: asked.sampling)
    }
}
