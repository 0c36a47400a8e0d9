package import Conversations
internal import SQLite

// The wait for the file's lock may have lasted: a lease counts from the moment at which it is written.
extension NewExchange {
    fileprivate func begun(at now: Timestamp) -> NewExchange {
        let waited = max(now.rawValue - self.now.rawValue, 0)
        var exchange = self
        exchange.now = self.now.advanced(byMilliseconds: waited)
        exchange.leaseUntil = leaseUntil.advanced(byMilliseconds: waited)
        return exchange
    }
}

extension OpenReply {
    fileprivate func renewed(at now: Timestamp) -> OpenReply {
        var reply = self
        reply.leaseUntil = max(leaseUntil, now.advanced(by: ReplyJournal.leaseLength))
        return reply
    }
}

// The store's promises, each one transaction of the connection's.
extension SQLiteConversationStore {
    package func chat(_ id: ChatID, of owner: Owner) async throws(StoreError) -> Chat? {
        try await reading { try $0.chatRow(id, owner: owner)?.chat }
    }

    package func latestChat(of owner: Owner) async throws(StoreError) -> Chat? {
        var query = ChatQuery()
        query.limit = 1
        return try await chats(matching: query, of: owner).chats.first
    }

    package func chats(matching query: ChatQuery, of owner: Owner) async throws(StoreError) -> ChatPage {
        try await reading { try $0.chats(matching: query, owner: owner) }
    }

    package func chats(named name: ChatName, of owner: Owner, limit: Int) async throws(StoreError) -> [Chat] {
        try await reading { try $0.chats(named: name, owner: owner, limit: limit) }
    }

    package func branch(
        of id: ChatID, of owner: Owner, last: Int?
    ) async throws(StoreError) -> (Chat, [Message])? {
        let now = surroundings.now()
        return try await reading { connection in
            guard let row = try connection.chatRow(id, owner: owner) else { return nil }
            return (row.chat, try connection.branch(of: row, last: last, now: now))
        }
    }

    package func begin(_ exchange: NewExchange) async throws(StoreError) -> OpenExchange {
        try await writing { [surroundings] in try $0.begin(exchange.begun(at: surroundings.now())) }
    }

    package func keep(_ piece: String, number: Int, of reply: OpenReply) async throws(StoreError) {
        try await writing { [surroundings] in
            try $0.keep(piece, number: number, of: reply.renewed(at: surroundings.now()))
        }
    }

    package func goOn(
        with reply: OpenReply, closing ended: ProviderAttempt, opening next: ProviderAttempt
    ) async throws(StoreError) {
        try await writing { try $0.goOn(with: reply, closing: ended, opening: next) }
    }

    package func finish(_ reply: OpenReply, with ending: ReplyEnding) async throws(StoreError) -> Chat {
        try await writing { try $0.finish(reply, with: ending) }
    }

    package func delete(_ chats: [ChatID], of owner: Owner) async throws(StoreError) {
        let now = surroundings.now()
        try await writing { try $0.delete(chats, owner: owner, now: now) }
        try await maintaining { $0.emptyLog() }
    }
}
