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

    func surroundings(process: String = "test-1", ahead: Duration = .zero) -> Surroundings {
        var surroundings = world.surroundings(process: process)
        surroundings.now = { world.now.advanced(by: ahead) }
        return surroundings
    }

    /// The first program's manager.
    var manager: SessionManager { manager() }

    func manager(
        over store: (any ConversationStore)? = nil, limits: HistoryLimits = .standard, process: String = "test-1",
        ahead: Duration = .zero
    ) -> SessionManager {
        SessionManager(
            store: store ?? self.store, builder: HistoryBuilder(limits: limits),
            surroundings: surroundings(process: process, ahead: ahead))
    }
}

extension SessionManager {
    /// Says something, in a new chat unless another is named.
    func say(
        _ text: String, in chat: ChatID? = nil, to provider: ScriptedProvider, model: String? = nil,
        show: @Sendable (ExchangeEvent) async throws -> Void = { _ in }
    ) async throws -> Exchange {
        let target = chat.map(ExchangeRequest.Target.chat) ?? .newChat(title: nil, system: nil)
        return try await exchange(
            ExchangeRequest(target: target, text: text, model: model), with: provider, show: show)
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
