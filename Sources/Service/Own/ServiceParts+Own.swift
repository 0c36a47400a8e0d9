internal import Conversations
internal import HTTPTypes
internal import JSON

// What the handlers of the own surface share.

extension ServiceParts {
    func query(_ request: ServiceRequest, _ known: String...) throws(ServiceError) -> OwnQuery {
        try OwnQuery(request, now: surroundings.now(), known)
    }

    /// The chat that the address names first.
    ///
    /// - Throws: ``StoreError/noSuchChat(_:)`` where the owner has none.
    func namedChat(of request: ServiceRequest) async throws -> Chat {
        let id = ChatID(rawValue: request.variables[0])
        guard let chat = try await store.chat(id, of: request.owner) else { throw StoreError.noSuchChat(id) }
        return chat
    }
}

extension ServiceAnswer {
    /// A JSON object.
    static func json(
        status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ members: (inout JSONWriter) -> Void
    ) -> ServiceAnswer {
        var json = JSONWriter()
        json.object(members)
        return .json(json.take(), status: status, headers: headers)
    }
}

extension OwnQuery {
    /// What chats are chosen by.
    func conditions() throws(ServiceError) -> ChatConditions {
        var conditions = ChatConditions()
        conditions.since = try moment("since")
        conditions.until = try moment("until")
        conditions.provider = text("provider")
        conditions.tag = text("tag")
        return conditions
    }

    /// Those put away, those in use, or, in the inner nil, both; nil where nothing is said.
    func archived() throws(ServiceError) -> Bool?? {
        text("archived") == "both" ? .some(nil) : try flag("archived").map { .some($0) }
    }

    func choice<Choice: RawRepresentable<String>>(_ name: String, of all: [Choice]) throws(ServiceError) -> Choice? {
        guard let text = text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .wrongValue(of: name, wanted: all.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }
}
