internal import Conversations
internal import HTTPTypes
internal import JSON

/// One `POST /v1/responses`, from what was asked to its answer.
struct ResponseCreation: Sendable {
    private let parts: ServiceParts
    private let request: ServiceRequest
    private let asked: ResponseRequest
    private let provider: any ChatProvider
    /// As the provider calls it; nil for its own choice.
    private let model: String?

    init(_ asked: ResponseRequest, for request: ServiceRequest, parts: ServiceParts) async throws {
        self.parts = parts
        self.request = request
        self.asked = asked
        let (name, provider) = try await parts.provider(ofModel: asked.record.model)
        self.provider = provider
        model = name.model ?? provider.capabilities.defaultModel
    }

    /// Begins the reply, and answers with it.
    ///
    /// - Parameter key: Under which the answer is kept; where nothing is kept of the reply, neither is that.
    func answer(under key: IdempotencyKey?) async throws -> ServiceAnswer {
        switch asked.context {
        case .nothing:
            guard asked.isStored else { return try await answerUnkept(after: nil) }
            return try await answerKept(.newChat(title: nil, system: nil), place: ResponsePlace(), under: key)
        case .conversation(let name):
            guard let id = ChatID(conversationName: name), try await parts.store.chat(id, of: request.owner) != nil
            else { throw ServiceError.noSuchConversation(name, parameter: "conversation") }
            let place = ResponsePlace(
                namesConversation: true, unstoredName: asked.isStored ? nil : parts.newName(behind: "resp_"))
            return try await answerKept(.chat(id), place: place, under: key)
        case .response(let name):
            guard let id = MessageID(responseName: name), try await parts.store.response(id, of: request.owner) != nil
            else { throw ServiceError.noSuchPreviousResponse(name) }
            guard asked.isStored else { return try await answerUnkept(after: id) }
            return try await answerKept(
                .chat(id.chat, endingAt: id.seq), place: ResponsePlace(previous: id.seq), under: key)
        }
    }

    // MARK: - Kept

    private func answerKept(
        _ target: ExchangeRequest.Target, place: ResponsePlace, under key: IdempotencyKey?
    ) async throws -> ServiceAnswer {
        guard asked.input.last?.role == .user else {
            throw ServiceError.unsupportedValue(
                of: "input[\(asked.input.count - 1)].role",
                "it is the user who is answered: the last item has to be theirs.")
        }
        let leaving = try request.leaving
        if let key, let answer = try await parts.answer(given: key, to: request.owner) { return answer }
        let pipe: ReplyPipe
        do {
            pipe = try parts.replies.begin(
                exchange(target, place: place), with: provider, leaving: leaving
            ) { outcome in
                guard let key else { return }
                await parts.keep(outcome, under: key, of: request) { reply in
                    answer(to: outcome, beginning: beginning(of: reply, at: place))
                }
            }
        } catch {
            if let key { try await parts.store.forget(key: key.text, owner: request.owner) }
            throw error
        }
        if leaving == .stops { request.endReading(pipe) }
        let opening = try await pipe.opening(
            within: parts.limits.acceptanceLimit, isKept: true, surroundings: parts.surroundings)
        guard let open = opening.began else {
            throw opening.failure.flatMap { ServiceError($0, logger: request.logger) } ?? .internalError
        }
        // For want of a title no reply is given up.
        try? await parts.nameUntitled(open.chat, by: asked.input)
        return try await answer(pipe, after: opening, beginning: beginning(of: open.reply, at: place))
    }

    private func exchange(_ target: ExchangeRequest.Target, place: ResponsePlace) -> ExchangeRequest {
        var exchange = ExchangeRequest(
            target: target, owner: request.owner, turn: .say(asked.input), model: model,
            patience: parts.limits.patience,
            instructions: asked.record.instructions, sampling: asked.sampling)
        guard asked.isStored else { return exchange }
        exchange.response = ResponseFields(
            fields: asked.record.text, previous: place.previous, namesConversation: place.namesConversation)
        exchange.fieldsAtEnd = { exchange in
            var record = asked.record
            record.ending = ResponseRecord.Ending(.kept(exchange), parts: parts, logger: request.logger)
            return record.text
        }
        return exchange
    }

    /// The response when its reply began.
    private func beginning(of reply: Message, at place: ResponsePlace) -> ResponseObject {
        var reply = reply
        (reply.status, reply.content) = (.streaming, "")
        return ResponseObject(reply, record: asked.record, at: place)
    }

    /// The answer of a reply that is over, as it was or would have been given.
    private func answer(to outcome: ReplyOutcome, beginning: ResponseObject) -> ServiceAnswer {
        guard asked.streams, !outcome.text.isEmpty else {
            do {
                return try whole(beginning, after: outcome)
            } catch {
                return .json(error.body, status: error.status, headers: error.headers)
            }
        }
        return .events(of: outcome, as: encoding(of: beginning))
    }

    // MARK: - Not kept

    private func answerUnkept(after past: MessageID?) async throws -> ServiceAnswer {
        let pipe = try parts.replies.answer(
            UnkeptRequest(
                messages: asked.input.map { HistoryMessage(role: $0.role, content: $0.content) },
                after: past.map { UnkeptRequest.Past(chat: $0.chat, tip: $0.seq) }, owner: request.owner, model: model,
                instructions: asked.record.instructions, sampling: asked.sampling), with: provider)
        request.endReading(pipe)
        let opening = try await pipe.opening(
            within: parts.limits.acceptanceLimit, isKept: false, surroundings: parts.surroundings)
        let beginning = ResponseObject(
            unkeptNamed: parts.newName(behind: "resp_"), itemName: parts.newName(behind: "msg_"),
            createdAt: parts.surroundings.now(), previous: past?.responseName, provider: provider.name,
            record: asked.record)
        return try await answer(pipe, after: opening, beginning: beginning)
    }

    // MARK: - Both

    private func answer(
        _ pipe: ReplyPipe, after opening: ReplyOpening, beginning: ResponseObject
    ) async throws -> ServiceAnswer {
        if let failure = opening.failure { return try whole(beginning, after: failure) }
        if asked.streams {
            return .reply(pipe, after: opening, as: encoding(of: beginning), to: request)
        }
        if case .ended(let outcome) = opening.first {
            pipe.leave()
            return try whole(beginning, after: outcome)
        }
        return try whole(beginning, after: try await pipe.outcome())
    }

    private func encoding(of beginning: ResponseObject) -> ResponseEncoding {
        ResponseEncoding(of: beginning) { outcome in end(of: beginning, after: outcome) }
    }

    private func end(of beginning: ResponseObject, after outcome: ReplyOutcome) -> ResponseEnd {
        ResponseEnd(of: beginning, after: outcome, parts: parts, logger: request.logger)
    }

    /// The answer in one piece.
    ///
    /// - Throws: ``ServiceError`` where there is no whole reply; but one that somebody stopped was stopped.
    private func whole(_ beginning: ResponseObject, after outcome: ReplyOutcome) throws(ServiceError) -> ServiceAnswer {
        let end = end(of: beginning, after: outcome)
        if let error = end.error, end.response.status != .cancelled || asked.streams { throw error }
        return .response(end.response)
    }
}
