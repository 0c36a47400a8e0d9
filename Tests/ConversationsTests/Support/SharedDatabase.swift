import Conversations
import Storage
import Support
import Testing

/// A database in a folder of its own, and the programs that share it. A test's suite holds it, so that it lasts.
struct SharedDatabase {
    let folder: TemporaryFolder
    let world: ScriptedWorld
    /// The first program's store.
    let store: SQLiteConversationStore
    /// How long the programs waited between two tries, in order. Unless a test says otherwise, such a wait is over at
    /// once.
    let waits = Noted<Duration>()

    init() async throws {
        folder = try TemporaryFolder()
        world = ScriptedWorld()
        store = try await SQLiteConversationStore.open(
            path: folder.file("parley.db"), surroundings: world.surroundings())
    }

    /// The same file, opened by another program, whose clock may show another time.
    func openAgain(process: String = "test-2", ahead: Duration = .zero) async throws -> SQLiteConversationStore {
        try await SQLiteConversationStore.open(
            path: folder.file("parley.db"), surroundings: surroundings(process: process, ahead: ahead))
    }

    func surroundings(
        process: String = "test-1", ahead: Duration = .zero, waiting: @escaping @Sendable () async throws -> Void = {}
    ) -> Surroundings {
        var surroundings = world.surroundings(process: process)
        surroundings.now = { world.now.advanced(by: ahead) }
        // Waits between two tries are of 375 and 750 ms, then: so they are told from those of the keeper.
        surroundings.jitter = { 0.5 }
        let sleep = surroundings.sleep
        surroundings.sleep = { [waits] duration in
            if duration <= ReplyJournal.checkpointInterval || duration == ReplyJournal.renewalInterval {
                try await sleep(duration)
            } else {
                waits.note(duration)
                try await waiting()
            }
        }
        return surroundings
    }

    /// The first program's manager.
    var manager: SessionManager { manager() }

    func manager(
        over store: (any ConversationStore)? = nil, limits: HistoryLimits = .standard, process: String = "test-1",
        ahead: Duration = .zero, waiting: @escaping @Sendable () async throws -> Void = {}
    ) -> SessionManager {
        SessionManager(
            store: store ?? self.store, health: self.store, memory: self.store, builder: HistoryBuilder(limits: limits),
            surroundings: surroundings(process: process, ahead: ahead, waiting: waiting))
    }
}

extension SessionManager {
    /// Says something, in a new chat unless another is named.
    func say(
        _ text: String, in chat: ChatID? = nil, to provider: any ChatProvider, model: String? = nil,
        show: @escaping @Sendable (ExchangeEvent) async throws -> Void = { _ in }
    ) async throws -> Exchange {
        try await say(text, in: chat, to: [provider], model: model, show: show)
    }

    /// Says something to the first of these that answers.
    func say(
        _ text: String, in chat: ChatID? = nil, to providers: [any ChatProvider], model: String? = nil,
        streams: Bool = true, show: @escaping @Sendable (ExchangeEvent) async throws -> Void = { _ in }
    ) async throws -> Exchange {
        let target = chat.map { ExchangeRequest.Target.chat($0) } ?? .newChat(title: nil, system: nil)
        let request = ExchangeRequest(target: target, turn: .say(text), model: model, streams: streams)
        return try await exchange(request, with: providers, show: show)
    }
}

extension ConversationStore {
    /// The branch in view of a chat that is there.
    func messages(of id: ChatID) async throws -> [Message] {
        try #require(try await branch(of: id, of: .local, last: nil)).1
    }

    /// The one chat that is there.
    func onlyChat() async throws -> Chat {
        let chats = try await chats(matching: ChatQuery(), of: .local).chats
        try #require(chats.count == 1)
        return chats[0]
    }

    /// The newest message of the one chat that is there.
    func newestMessage() async throws -> Message {
        try #require(try await messages(of: onlyChat().id).last)
    }
}

/// Waits for what other tasks and threads are about to do.
func eventually(
    _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        await Task.yield()
    }
    Issue.record(comment, sourceLocation: sourceLocation)
    throw Waited()
}

/// What was to happen did not; the test ends.
private struct Waited: Error {}
