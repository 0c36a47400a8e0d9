internal import Conversations
internal import HTTPTypes
internal import JSON

/// `/v1/conversations`: the chats.
struct ConversationRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.post, "/v1/conversations") { try await self.create($0) },
            Route(.get, "/v1/conversations") { try await self.list($0) },
            Route(.get, "/v1/conversations/{conversation}") { request in
                .conversation(try await parts.conversation(of: request))
            },
            Route(.post, "/v1/conversations/{conversation}") { try await self.update($0) },
            Route(.delete, "/v1/conversations/{conversation}") { try await self.delete($0) },
        ]
    }

    private func create(_ request: ServiceRequest) async throws -> ServiceAnswer {
        try await parts.onceOnly(request, isOptional: true) { fields in
            let messages = try fields.items("items") ?? []
            let metadata = try fields.conversationMetadata("metadata")
            let chat = Chat(
                id: parts.surroundings.newChatID(), owner: request.owner,
                title: metadata?.title ?? ChatTitle.made(from: messages.firstWords),
                createdAt: parts.surroundings.now(), metadata: metadata?.notes ?? [:])
            let made = try await parts.store.create(chat, saying: messages).0
            return KeptAnswer(answer: .conversation(made), chat: made.id)
        }
    }

    private func list(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try PageQuery(request.query)
        let (chats, hasMore) = try await ConversationList(
            store: parts.store, owner: request.owner, words: request.query["q"]
        ).page(query)
        var json = JSONWriter()
        json.page(of: chats, hasMore: hasMore, named: \.id.conversationName) { $0.conversation($1) }
        return .json(json.take())
    }

    private func update(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let id = try ChatID.named(by: request)
        let fields = RequestFields(try await request.object())
        let metadata = try fields.require("metadata", try fields.conversationMetadata("metadata"))
        var changes = ChatChanges()
        changes.title = metadata.title
        changes.allMetadata = metadata.notes
        return .conversation(try await parts.store.edit(id, of: request.owner, changes))
    }

    private func delete(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let chat = try await parts.whenFree {
            while true {
                let chat = try await parts.conversation(of: request)
                do {
                    try await parts.store.delete([chat])
                    return chat
                } catch StoreError.chatChanged {
                    // Somebody has said something meanwhile: it is deleted with that.
                    continue
                }
            }
        }
        parts.erasures.begin(logger: request.logger)
        var json = JSONWriter()
        json.object { json in
            json.member("id", chat.id.conversationName)
            json.member("object", "conversation.deleted")
            json.member("deleted", true)
        }
        return .json(json.take())
    }
}

extension ServiceAnswer {
    static func conversation(_ chat: Chat) -> ServiceAnswer {
        var json = JSONWriter()
        json.conversation(chat)
        return .json(json.take())
    }
}

extension ChatID {
    /// The conversation that the address names first.
    static func named(by request: ServiceRequest) throws(ServiceError) -> ChatID {
        let name = request.variables[0]
        guard let id = ChatID(conversationName: name) else { throw .noSuchConversation(name) }
        return id
    }
}

extension ServiceParts {
    /// The chat that the address names first.
    ///
    /// - Throws: ``ServiceError`` (`conversation_not_found`) where its owner has none.
    func conversation(of request: ServiceRequest) async throws -> Chat {
        guard let chat = try await store.chat(try ChatID.named(by: request), of: request.owner) else {
            throw ServiceError.noSuchConversation(request.variables[0])
        }
        return chat
    }
}

extension ServiceError {
    static func noSuchConversation(_ name: String, parameter: String? = nil) -> ServiceError {
        notFound("conversation_not_found", "There is no conversation '\(name)'.", parameter: parameter)
    }
}

extension [NewMessage] {
    /// What a title can be made of: the user's own words, where there are any.
    var firstWords: String { first { $0.role == .user }?.content ?? "" }
}
