import Conversations
import Glibc
import SQLite
import Support

@testable import Storage

/// A store with a database file of a test's own, and the world around it.
struct ScratchStore: Sendable {
    let folder: TemporaryFolder
    let world: ScriptedWorld
    let store: SQLiteConversationStore
    let process: String

    /// - Parameter neighbour: Whose file and world to share, as another process would.
    init(process: String = "test-1", besides neighbour: ScratchStore? = nil) async throws {
        folder = try neighbour?.folder ?? TemporaryFolder()
        world = neighbour?.world ?? ScriptedWorld()
        self.process = process
        store = try await SQLiteConversationStore.open(
            path: folder.file("parley.db"), surroundings: world.surroundings(process: process))
    }

    var path: String { folder.file("parley.db") }

    /// A connection of the test's own, for what the store would never do.
    func connection() throws -> Connection {
        let connection = try Connection(path: path, access: .readWrite)
        connection.setBusyTimeout(milliseconds: 5000)
        return connection
    }

    /// Runs SQL on a connection of the test's own, without foreign keys.
    func execute(_ sql: String) throws {
        try connection().execute(sql)
    }

    func number(_ sql: String) throws -> Int64 {
        try connection().number(sql)
    }

    /// Rows as text: columns with a bar between them, NULL as `-`.
    func rows(_ sql: String, columns: Int32 = 1) throws -> [String] {
        let connection = try connection()
        let statement = try connection.prepared(sql)
        var rows: [String] = []
        while try statement.step() {
            rows.append((0..<columns).map { statement.optionalText($0) ?? "-" }.joined(separator: "|"))
        }
        statement.reset()
        return rows
    }

    // MARK: - Talking

    func newChat(_ title: String = "A chat", id: String? = nil, owner: Owner = .local) -> Chat {
        let surroundings = world.surroundings()
        return Chat(
            id: id.map { ChatID(rawValue: $0) } ?? surroundings.newChatID(), owner: owner, title: title,
            createdAt: world.now)
    }

    func exchange(
        in target: NewExchange.Target, _ text: String = "Hello?", provider: String = "eliza", model: String? = nil
    ) -> NewExchange {
        exchange(in: target, turn: .say(text, after: target.chat.head), provider: provider, model: model)
    }

    func exchange(
        in target: NewExchange.Target, turn: NewExchange.Turn, provider: String = "eliza", model: String? = nil
    ) -> NewExchange {
        let attempt = ProviderAttempt(
            id: world.surroundings().newAttemptID(), provider: provider, model: model, kind: .chat,
            startedAt: world.now)
        return NewExchange(
            target: target, turn: turn, provider: provider, model: model, attempt: attempt, process: process,
            now: world.now, leaseUntil: world.now.advanced(by: .seconds(5)))
    }

    func begin(_ target: NewExchange.Target, _ text: String = "Hello?") async throws -> OpenExchange {
        try await store.begin(exchange(in: target, text))
    }

    func right(to open: OpenExchange) -> OpenReply {
        OpenReply(
            id: open.reply.id, owner: open.chat.owner, version: open.chat.version, process: process,
            leaseUntil: world.now.advanced(by: .seconds(5)))
    }

    func ending(_ open: OpenExchange, _ text: String = "Hello.", _ status: MessageStatus = .complete) -> ReplyEnding {
        var message = open.reply
        message.content = text
        message.status = status
        message.finishedAt = world.now
        message.finishReason = "stop"
        var attempt = open.attempt
        attempt.result.outcome = .ok
        attempt.result.durationMilliseconds = 7
        return ReplyEnding(message: message, attempt: attempt)
    }

    /// One whole exchange.
    @discardableResult
    func talk(
        _ target: NewExchange.Target, _ text: String = "Hello?", reply: String = "Hello.", provider: String = "eliza"
    ) async throws -> Chat {
        let open = try await store.begin(exchange(in: target, text, provider: provider))
        return try await store.finish(right(to: open), with: ending(open, reply))
    }

    /// One whole turn of any kind in a chat that is there.
    @discardableResult
    func take(_ turn: NewExchange.Turn, in chat: Chat, reply: String = "Hello.") async throws -> Chat {
        let open = try await store.begin(exchange(in: .existing(chat), turn: turn))
        return try await store.finish(right(to: open), with: ending(open, reply))
    }

    /// A transcript as it is read: the chats, each with its messages.
    func transcripts(_ selection: ChatSelection, owner: Owner = .local) async throws -> [(Chat, [Message])] {
        let collected = Collected()
        try await store.read(selection, of: owner) { collected.receive($0) }
        return collected.chats
    }
}

/// What a reading gave. The store gives its events one after the other, and the test looks when they have ended.
final class Collected: @unchecked Sendable {
    private(set) var chats: [(Chat, [Message])] = []
    private(set) var ends = 0

    func receive(_ event: TranscriptEvent) {
        switch event {
        case .chat(let chat): chats.append((chat, []))
        case .message(let message): chats[chats.count - 1].1.append(message)
        case .endOfChat: ends += 1
        }
    }
}

/// Everything in a folder: names and bytes.
func contents(of folder: TemporaryFolder) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try Files.names(in: folder.path) { contents[name] = try Files.read(folder.file(name)) }
    return contents
}

extension [UInt8] {
    /// Whether the bytes of this text are anywhere among these.
    func contains(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return unsafe withUnsafeBytes { bytes in
            unsafe wanted.withUnsafeBytes { unsafe isFound($0, in: bytes) }
        }
    }
}

private func isFound(_ wanted: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= wanted.count, let first = unsafe wanted.first else { return false }
    var start = 0
    while start <= bytes.count - wanted.count {
        guard
            let found = unsafe memchr(bytes.baseAddress! + start, Int32(first), bytes.count - wanted.count - start + 1)
        else { return false }
        start = unsafe UnsafeRawPointer(found) - bytes.baseAddress!
        if unsafe Glibc.memcmp(bytes.baseAddress! + start, wanted.baseAddress!, wanted.count) == 0 { return true }
        start += 1
    }
    return false
}

extension SQLiteConversationStore {
    /// Checks the file that the store is open on.
    func check() async throws(StoreError) -> [DatabaseFinding] {
        try await Self.check(path: path, surroundings: surroundings) ?? []
    }
}
