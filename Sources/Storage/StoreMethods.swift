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
        of id: ChatID, of owner: Owner, endingAt tip: Int?, last: Int?
    ) async throws(StoreError) -> (Chat, [Message])? {
        let now = surroundings.now()
        return try await reading { connection in
            guard let row = try connection.chatRow(id, owner: owner) else { return nil }
            return (row.chat, try connection.branch(of: row, endingAt: tip, last: last, now: now))
        }
    }

    package func messages(
        of id: ChatID, of owner: Owner, page: MessagePageQuery
    ) async throws(StoreError) -> MessagePage? {
        let now = surroundings.now()
        return try await reading { connection in
            try connection.chatRow(id, owner: owner).map { try connection.messages(of: $0, page: page, now: now) }
        }
    }

    package func message(_ id: MessageID, of owner: Owner) async throws(StoreError) -> Message? {
        let now = surroundings.now()
        return try await reading { connection in
            guard MessageKey.isSeq(id.seq), let row = try connection.chatRow(id.chat, owner: owner) else { return nil }
            return try connection.message(id.seq, of: row, now: now)
        }
    }

    package func response(_ reply: MessageID, of owner: Owner) async throws(StoreError) -> StoredResponse? {
        let now = surroundings.now()
        return try await reading { try $0.response(reply, owner: owner, now: now) }
    }

    package func past(
        of id: ChatID, of owner: Owner, endingAt tip: Int, _ reading: PastReading
    ) async throws(StoreError) -> (Int, Past)? {
        try await self.reading { connection in
            try connection.past(of: id, owner: owner, endingAt: tip, reading)
        }
    }

    package func branches(of id: ChatID, of owner: Owner) async throws(StoreError) -> [Branch]? {
        let now = surroundings.now()
        return try await reading { connection in
            try connection.chatRow(id, owner: owner).map { try connection.branches(of: $0, now: now) }
        }
    }

    package func messageCount(of selection: ChatSelection, of owner: Owner) async throws(StoreError) -> Int {
        try await reading { try $0.messageCount(of: selection, owner: owner) }
    }

    package func create(
        _ chat: Chat, saying messages: [NewMessage]
    ) async throws(StoreError) -> (Chat, [Message]) {
        try await writing { [surroundings] in try $0.create(chat, saying: messages, now: surroundings.now()) }
    }

    package func append(
        _ messages: [NewMessage], to id: ChatID, of owner: Owner
    ) async throws(StoreError) -> (Chat, [Message]) {
        try await writing { [surroundings] in
            try $0.append(messages, to: id, owner: owner, now: surroundings.now())
        }
    }

    package func begin(_ exchange: NewExchange) async throws(StoreError) -> OpenExchange {
        // Nothing of it is on disk yet, so nothing is lost with it.
        try await writing(heedingCancellation: true) { [surroundings] in
            try $0.begin(exchange.begun(at: surroundings.now()))
        }
    }

    package func goOn(
        with reply: OpenReply, closing ended: ProviderAttempt, opening next: ProviderAttempt
    ) async throws(StoreError) {
        try await writing { [surroundings] in
            try $0.goOn(
                with: reply, closing: ended, opening: next, now: surroundings.now(), jitter: surroundings.jitter())
        }
    }

    package func finish(_ reply: OpenReply, with ending: ReplyEnding) async throws(StoreError) -> Chat {
        try await writing { [surroundings] in
            try $0.finish(reply, with: ending, now: surroundings.now(), jitter: surroundings.jitter())
        }
    }

    package func fork(_ origin: MessageID, as chat: Chat) async throws(StoreError) -> Chat {
        try await writing { [surroundings] in try $0.fork(origin, as: chat, now: surroundings.now()) }
    }

    package func delete(_ chats: [Chat]) async throws(StoreError) {
        try await writing { [surroundings] in try $0.delete(chats, now: surroundings.now()) }
    }

    package func deleteMessage(_ id: MessageID, of owner: Owner) async throws(StoreError) -> Chat {
        try await writing { [surroundings] in try $0.deleteMessage(id, owner: owner, now: surroundings.now()) }
    }

    package func deleteResponse(_ reply: MessageID, of owner: Owner) async throws(StoreError) -> Bool {
        try await writing { try $0.deleteResponse(reply, owner: owner) }
    }

    /// A file that is larger is not written anew for a deletion, but when its owner asks for it: 256 MiB, which takes
    /// some seconds.
    private static let erasureLimit: Int64 = 256 << 20

    package func finishErasure(
        progress: @escaping @Sendable (Double) -> Void
    ) async throws(StoreError) -> ErasureOutcome {
        try await maintaining { try $0.finishErasure(limit: Self.erasureLimit, progress: progress) }
    }

    /// Makes the index of words anew.
    ///
    /// - Parameter progress: Told how far it has come, from 0 to 1.
    /// - Throws: ``StoreError/damaged(path:detail:)`` where the pages that it is to be on are damaged.
    package func reindex(progress: @escaping @Sendable (Double) -> Void) async throws(StoreError) {
        try await writing { try $0.setIndexAside() }
        let isDone = try await maintaining { connection in
            try connection.catchUpIndex(progress: progress)
            return try connection.position(of: .index) == nil
        }
        guard isDone else { throw .damaged(path: path, detail: "the index of words cannot be made anew where it is") }
    }
}
