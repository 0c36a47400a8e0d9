internal import Conversations
internal import HTTPTypes
internal import JSON

/// `/v1/conversations/{conversation}/items`: the messages of a chat's branch in view.
struct ConversationItemRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.post, "/v1/conversations/{conversation}/items") { try await self.create($0) },
            Route(.get, "/v1/conversations/{conversation}/items") { try await self.list($0) },
            Route(.get, "/v1/conversations/{conversation}/items/{item}") { try await self.item($0) },
            Route(.delete, "/v1/conversations/{conversation}/items/{item}") { try await self.delete($0) },
        ]
    }

    private func create(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let id = try ChatID.named(by: request)
        return try await parts.onceOnly(request) { fields in
            let messages = try fields.require("items", try fields.items("items"))
            guard !messages.isEmpty else { throw ServiceError.wrongValue(of: "items", wanted: "at least one item") }
            let (chat, said) = try await parts.whenFree {
                try await parts.store.append(messages, to: id, of: request.owner)
            }
            try await parts.nameUntitled(chat, by: messages)
            return KeptAnswer(answer: page(of: said, hasMore: false), chat: id)
        }
    }

    private func list(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let id = try ChatID.named(by: request)
        let query = try PageQuery(request.query)
        var wanted = MessagePageQuery(
            order: query.order == .ascending ? .oldestFirst : .newestFirst, limit: query.limit)
        if let after = query.after {
            guard let message = MessageID(itemName: after), message.chat == id else {
                // Of a conversation that is none, that is what is told.
                _ = try await parts.conversation(of: request)
                throw ServiceError.unknownCursor(after)
            }
            wanted.after = message.seq
        }
        let found: MessagePage?
        do {
            found = try await parts.store.messages(of: id, of: request.owner, page: wanted)
        } catch StoreError.noSuchMessage(let message) {
            throw ServiceError.unknownCursor(message.itemName)
        }
        guard let found else { throw ServiceError.noSuchConversation(request.variables[0]) }
        return page(of: found.messages, hasMore: found.hasMore)
    }

    private func item(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let id = try await itemID(of: request)
        guard let message = try await parts.store.message(id, of: request.owner), message.isItem else {
            throw ServiceError.noSuchItem(request.variables[1])
        }
        var json = JSONWriter()
        json.item(message)
        return .json(json.take())
    }

    private func delete(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let id = try await itemID(of: request)
        let chat: Chat
        do {
            chat = try await parts.whenFree { try await parts.store.deleteMessage(id, of: request.owner) }
        } catch StoreError.noSuchMessage {
            throw ServiceError.noSuchItem(request.variables[1])
        }
        parts.erasures.begin(logger: request.logger)
        return .conversation(chat)
    }

    /// The item that the address names, of the conversation that it names.
    private func itemID(of request: ServiceRequest) async throws -> MessageID {
        let chat = try await parts.conversation(of: request)
        guard let id = MessageID(itemName: request.variables[1]), id.chat == chat.id else {
            throw ServiceError.noSuchItem(request.variables[1])
        }
        return id
    }

    private func page(of messages: [Message], hasMore: Bool) -> ServiceAnswer {
        var json = JSONWriter()
        json.page(of: messages, hasMore: hasMore, named: \.id.itemName) { $0.item($1) }
        return .json(json.take())
    }
}

extension ServiceParts {
    /// Gives a chat that was made without words its title, from the first ones that the user says in it.
    func nameUntitled(_ chat: Chat, by messages: [NewMessage]) async throws(StoreError) {
        let words = messages.firstWords
        guard chat.title == ChatTitle.made(from: ""), chat.metadata["title"] == nil, !words.isEmpty else { return }
        var changes = ChatChanges()
        changes.title = ChatTitle.made(from: words)
        _ = try await store.edit(chat.id, of: chat.owner, changes)
    }
}

extension ServiceError {
    fileprivate static func noSuchItem(_ name: String) -> ServiceError {
        notFound("item_not_found", "There is no item '\(name)' in this conversation.")
    }
}
