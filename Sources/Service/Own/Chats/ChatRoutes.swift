internal import Conversations
internal import HTTPTypes
internal import JSON
internal import Transcripts

/// `/api/chats`: what there is, one by one, and what is known of each. The JSON is that of the command line.
struct ChatRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.get, "/api/chats") { try await self.list($0) },
            Route(.get, "/api/chats/{chat}") { try await self.chat($0) },
            Route(.patch, "/api/chats/{chat}") { try await self.edit($0) },
            Route(.delete, "/api/chats/{chat}") { try await self.delete($0) },
            Route(.get, "/api/chats/{chat}/branches") { try await self.branches($0) },
            Route(.post, "/api/chats/{chat}/fork") { try await self.fork($0) },
            Route(.get, "/api/search") { try await self.search($0) },
        ]
    }

    private func list(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "limit", "before", "since", "until", "provider", "tag", "archived")
        var chats = ChatQuery()
        chats.limit = try query.limit()
        chats.conditions = try query.conditions()
        chats.archived = try query.archived() ?? false
        chats.after = try query.text("before").map { text throws(ServiceError) in
            guard let cursor = ChatCursor(text: text) else { throw .badCursor("before") }
            return cursor
        }
        let page = try await parts.store.chats(matching: chats, of: request.owner)
        return .json { $0.chatPage(page) }
    }

    /// The most messages that are given at once where not all are asked for.
    private static let mostMessages = 1000

    private func chat(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "branch", "last")
        let last = try query.integer("last", in: 1...Self.mostMessages)
        let branch = try query.integer("branch", in: 1...Int.max)
        let chat = try await parts.namedChat(of: request)
        var encoder = JSONTranscriptEncoder(exportedAt: nil)
        guard last != nil || branch != nil else {
            let transcript = TranscriptAnswer(
                selection: .chats([chat.id]), encoder: encoder, type: "application/json", fileName: nil)
            return transcript.answer(to: request, from: parts)
        }
        let found = try await parts.store.branch(
            of: chat.id, of: request.owner, endingAt: branch, last: last ?? Self.mostMessages)
        guard let (found, messages) = found else { throw StoreError.noSuchChat(chat.id) }
        // The one branch that is written is the one in view for whoever reads it.
        var shown = found
        shown.head = messages.last?.id.seq
        try encoder.receive(Transcript(chat: shown, messages: messages))
        return .json(encoder.take())
    }

    private func edit(_ request: ServiceRequest) async throws -> ServiceAnswer {
        _ = try parts.query(request)
        let changes = try ChatChanges(body: try await request.object())
        if case .some(.some(let name)) = changes.provider, !parts.providers.names.contains(name) {
            throw ServiceError.wrongValue(of: "provider", wanted: "one of those configured")
        }
        let chat = try await parts.namedChat(of: request)
        let edited = try await parts.store.edit(chat.id, of: request.owner, changes)
        return .json { $0.chatInList(edited) }
    }

    private func delete(_ request: ServiceRequest) async throws -> ServiceAnswer {
        _ = try parts.query(request)
        let chat = try await parts.namedChat(of: request)
        try await parts.store.delete([chat])
        let erasure = try await parts.store.finishErasure(progress: { _ in })
        return .json { $0.deletion(of: [chat], left: [], erasure) }
    }

    private func branches(_ request: ServiceRequest) async throws -> ServiceAnswer {
        _ = try parts.query(request)
        let id = ChatID(rawValue: request.variables[0])
        guard let branches = try await parts.store.branches(of: id, of: request.owner) else {
            throw StoreError.noSuchChat(id)
        }
        return .json { $0.branches(branches, of: id) }
    }

    private func fork(_ request: ServiceRequest) async throws -> ServiceAnswer {
        _ = try parts.query(request)
        let fields = try OwnFields(try await request.object(isOptional: true), "at", "title")
        let at = try fields.integer("at", in: 1...Int.max)
        let title = try fields.string("title").flatMap { text in try fields.label("title") { try ChatTitle.given(text) }
        }
        let origin = try await parts.namedChat(of: request)
        guard let seq = at ?? origin.head else {
            throw ServiceError.invalid("empty_chat", "Nothing has been said in this chat yet: there is no past.")
        }
        let now = parts.surroundings.now()
        let chat = try fields.label("title") {
            try origin.fork(at: seq, as: parts.surroundings.newChatID(), title: title, createdAt: now)
        }
        let made = try await parts.store.fork(MessageID(chat: origin.id, seq: seq), as: chat)
        return .json(status: .created, headers: [.location: "/api/chats/\(made.id.rawValue)"]) { $0.chatInList(made) }
    }

    private func search(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(
            request, "q", "raw", "by_rank", "chat", "role", "provider", "since", "until", "limit", "before")
        guard let words = query.text("q"), words.contains(where: { !$0.isWhitespace }) else {
            throw ServiceError.missing("q")
        }
        var search = SearchQuery(try query.flag("raw") ?? false ? .raw(words) : .typed(words))
        search.order = try query.flag("by_rank") ?? false ? .byRank : .newestFirst
        search.chat = query.text("chat").map { ChatID(rawValue: $0) }
        search.role = try query.choice("role", of: Role.allCases)
        search.provider = query.text("provider")
        search.since = try query.moment("since")
        search.until = try query.moment("until")
        search.limit = try query.limit()
        search.before = try query.text("before").map { text throws(ServiceError) in
            guard let cursor = SearchCursor(text: text), search.order == .newestFirst else {
                throw .badCursor("before")
            }
            return cursor
        }
        if let id = search.chat, try await parts.store.chat(id, of: request.owner) == nil {
            throw StoreError.noSuchChat(id)
        }
        do {
            let page = try await parts.store.search(search, of: request.owner)
            return .json { $0.searchPage(page) }
        } catch {
            guard case .badSearch(let reason) = error else { throw error }
            throw ServiceError.wrongValue(of: "q", wanted: "a query in the language of SQLite's FTS5 (\(reason))")
        }
    }
}

extension JSONWriter {
    /// A chat as lists have it.
    fileprivate mutating func chatInList(_ chat: Chat) {
        chatMembers(chat)
        member("messages", chat.messageCount)
    }
}
