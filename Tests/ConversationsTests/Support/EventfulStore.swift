import Conversations
import Synchronization

/// A real store in an eventful world: something happens, or goes wrong, just before some of the calls to it.
final class EventfulStore: ConversationStore {
    private let store: any ConversationStore
    private let beforeBegin, beforeKeep, beforeGoOn, beforeFinish: @Sendable (Int) async throws(StoreError) -> Void
    private let counts = Mutex<[String: Int]>([:])

    /// Each event gets the number of the call: 1, 2, 3 … What it throws, the call throws.
    init(
        _ store: any ConversationStore,
        beforeBegin: @escaping @Sendable (Int) async throws(StoreError) -> Void = { _ in },
        beforeKeep: @escaping @Sendable (Int) async throws(StoreError) -> Void = { _ in },
        beforeGoOn: @escaping @Sendable (Int) async throws(StoreError) -> Void = { _ in },
        beforeFinish: @escaping @Sendable (Int) async throws(StoreError) -> Void = { _ in }
    ) {
        self.store = store
        self.beforeBegin = beforeBegin
        self.beforeKeep = beforeKeep
        self.beforeGoOn = beforeGoOn
        self.beforeFinish = beforeFinish
    }

    /// How often the exchange was to begin.
    var beginnings: Int { counts.withLock { $0["begin"] ?? 0 } }

    private func count(_ call: String) -> Int {
        counts.withLock { counts in
            counts[call, default: 0] += 1
            return counts[call] ?? 0
        }
    }

    func begin(_ exchange: NewExchange) async throws(StoreError) -> OpenExchange {
        try await beforeBegin(count("begin"))
        return try await store.begin(exchange)
    }

    func keep(_ piece: String, number: Int, of reply: OpenReply) async throws(StoreError) {
        try await beforeKeep(count("keep"))
        try await store.keep(piece, number: number, of: reply)
    }

    func goOn(
        with reply: OpenReply, closing ended: ProviderAttempt, opening next: ProviderAttempt
    ) async throws(StoreError) {
        try await beforeGoOn(count("goOn"))
        try await store.goOn(with: reply, closing: ended, opening: next)
    }

    func finish(_ reply: OpenReply, with ending: ReplyEnding) async throws(StoreError) -> Chat {
        try await beforeFinish(count("finish"))
        return try await store.finish(reply, with: ending)
    }

    // MARK: - The rest is the store's

    func chat(_ id: ChatID, of owner: Owner) async throws(StoreError) -> Chat? {
        try await store.chat(id, of: owner)
    }

    func latestChat(of owner: Owner) async throws(StoreError) -> Chat? {
        try await store.latestChat(of: owner)
    }

    func chats(matching query: ChatQuery, of owner: Owner) async throws(StoreError) -> ChatPage {
        try await store.chats(matching: query, of: owner)
    }

    func chats(named name: ChatName, of owner: Owner, limit: Int) async throws(StoreError) -> [Chat] {
        try await store.chats(named: name, of: owner, limit: limit)
    }

    func branch(
        of id: ChatID, of owner: Owner, endingAt tip: Int?, last: Int?
    ) async throws(StoreError) -> (Chat, [Message])? {
        try await store.branch(of: id, of: owner, endingAt: tip, last: last)
    }

    func past(
        of id: ChatID, of owner: Owner, endingAt tip: Int, _ reading: PastReading
    ) async throws(StoreError) -> (Int, Past)? {
        try await store.past(of: id, of: owner, endingAt: tip, reading)
    }

    func messages(
        of id: ChatID, of owner: Owner, page: MessagePageQuery
    ) async throws(StoreError) -> MessagePage? {
        try await store.messages(of: id, of: owner, page: page)
    }

    func message(_ id: MessageID, of owner: Owner) async throws(StoreError) -> Message? {
        try await store.message(id, of: owner)
    }

    func response(_ reply: MessageID, of owner: Owner) async throws(StoreError) -> StoredResponse? {
        try await store.response(reply, of: owner)
    }

    func create(_ chat: Chat, saying messages: [NewMessage]) async throws(StoreError) -> (Chat, [Message]) {
        try await store.create(chat, saying: messages)
    }

    func append(
        _ messages: [NewMessage], to id: ChatID, of owner: Owner
    ) async throws(StoreError) -> (Chat, [Message]) {
        try await store.append(messages, to: id, of: owner)
    }

    func deleteMessage(_ id: MessageID, of owner: Owner) async throws(StoreError) -> Chat {
        try await store.deleteMessage(id, of: owner)
    }

    func deleteResponse(_ reply: MessageID, of owner: Owner) async throws(StoreError) -> Bool {
        try await store.deleteResponse(reply, of: owner)
    }

    func branches(of id: ChatID, of owner: Owner) async throws(StoreError) -> [Branch]? {
        try await store.branches(of: id, of: owner)
    }

    func fork(_ origin: MessageID, as chat: Chat) async throws(StoreError) -> Chat {
        try await store.fork(origin, as: chat)
    }

    func read<Receiver: TranscriptReceiver & Sendable>(
        _ selection: ChatSelection, of owner: Owner, into receiver: Receiver
    ) async throws -> Receiver {
        try await store.read(selection, of: owner, into: receiver)
    }

    func messageCount(of selection: ChatSelection, of owner: Owner) async throws(StoreError) -> Int {
        try await store.messageCount(of: selection, of: owner)
    }

    func search(_ query: SearchQuery, of owner: Owner) async throws(StoreError) -> SearchPage {
        try await store.search(query, of: owner)
    }

    func edit(_ id: ChatID, of owner: Owner, _ changes: ChatChanges) async throws(StoreError) -> Chat {
        try await store.edit(id, of: owner, changes)
    }

    func importChats<Result: Sendable>(
        for owner: Owner, isKept: Bool, _ body: @escaping @Sendable (inout any ChatImporter) throws -> Result
    ) async throws -> Result {
        try await store.importChats(for: owner, isKept: isKept, body)
    }

    func delete(_ chats: [Chat]) async throws(StoreError) {
        try await store.delete(chats)
    }

    func finishErasure(progress: @escaping @Sendable (Double) -> Void) async throws(StoreError) -> ErasureOutcome {
        try await store.finishErasure(progress: progress)
    }
}
