internal import Conversations
internal import HTTPTypes
internal import JSON

/// `/v1/responses`: a request and its reply, as what goes before the next one.
struct ResponseRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.post, "/v1/responses") { try await self.create($0) },
            Route(.get, "/v1/responses/{response}") { request in
                .response(try ResponseObject(try await self.stored(request)))
            },
            Route(.delete, "/v1/responses/{response}") { try await self.delete($0) },
            Route(.post, "/v1/responses/{response}/cancel") { try await self.cancel($0) },
            Route(.get, "/v1/responses/{response}/input_items") { try await self.inputItems($0) },
        ]
    }

    private func create(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let body = try await request.bytes()
        let asked = try ResponseRequest(RequestFields(try request.object(from: body)))
        let key = try IdempotencyKey(of: request, body: body)
        return try await ResponseCreation(asked, for: request, parts: parts).answer(under: key)
    }

    private func delete(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let name = request.variables[0]
        guard let id = MessageID(responseName: name), try await parts.store.deleteResponse(id, of: request.owner)
        else { throw ServiceError.noSuchResponse(name) }
        parts.erasures.begin(logger: request.logger)
        var json = JSONWriter()
        json.object { json in
            json.member("id", name)
            json.member("object", "response")
            json.member("deleted", true)
        }
        return .json(json.take())
    }

    private func cancel(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let id = try await stored(request).reply.id
        let wasHere = await parts.replies.stopped(id)
        let response = try ResponseObject(try await stored(request))
        guard wasHere, response.status == .cancelled else {
            throw ServiceError.invalid(
                "invalid_value",
                response.status == .inProgress
                    ? "The response '\(response.name)' is being written by another program, which alone can stop it."
                    : "The response '\(response.name)' has ended: it cannot be cancelled.", parameter: "response_id")
        }
        return .response(response)
    }

    private func inputItems(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try PageQuery(request.query)
        let (messages, hasMore) = try query.page(of: try await stored(request).input, named: \.id.itemName)
        var json = JSONWriter()
        json.page(of: messages, hasMore: hasMore, named: \.id.itemName) { $0.item($1) }
        return .json(json.take())
    }

    /// The response that the address names.
    private func stored(_ request: ServiceRequest) async throws -> StoredResponse {
        let name = request.variables[0]
        guard let id = MessageID(responseName: name),
            let response = try await parts.store.response(id, of: request.owner)
        else { throw ServiceError.noSuchResponse(name) }
        return response
    }
}

extension ServiceAnswer {
    static func response(_ response: ResponseObject) -> ServiceAnswer {
        var json = JSONWriter()
        json.response(response)
        return .json(json.take())
    }
}

extension ServiceParts {
    /// A name for what is kept nowhere.
    func newName(behind prefix: String) -> String { prefix + surroundings.newID(surroundings.now()) }
}

extension ServiceError {
    fileprivate static func noSuchResponse(_ name: String) -> ServiceError {
        notFound("response_not_found", "There is no response '\(name)'.")
    }

    static func noSuchPreviousResponse(_ name: String) -> ServiceError {
        invalid(
            "previous_response_not_found", "There is no response '\(name)' to go on from.",
            parameter: "previous_response_id")
    }
}
