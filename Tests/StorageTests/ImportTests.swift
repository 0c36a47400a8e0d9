import Conversations
import Support
import Testing

@testable import Storage

/// Chats from elsewhere, in one transaction.
struct ImportTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    @discardableResult
    private func bringIn(
        _ transcripts: [Transcript], isKept: Bool = true, of owner: Owner = .local
    ) async throws -> [ImportOutcome] {
        try await store.importChats(for: owner, isKept: isKept) { importer in
            try transcripts.map { try importer.add($0) }
        }
    }

    private func transcript(_ id: String, _ words: [String], title: String = "From elsewhere") -> Transcript {
        var draft = TranscriptDraft(id: ChatID(rawValue: id))
        draft.title = title
        draft.createdAt = scratch.world.now
        draft.messages = words.enumerated().map { index, word in
            TranscriptDraft.Entry(
                seq: index + 1, parent: index == 0 ? nil : index, role: index % 2 == 0 ? .user : .assistant,
                content: word)
        }
        return draft.transcript(now: scratch.world.now)
    }

    private func kept(_ owner: Owner = .local) async throws -> [Transcript] {
        try await scratch.transcripts(.everything, owner: owner).map { Transcript(chat: $0.0, messages: $0.1) }
    }

    private func found(_ word: String) throws -> Int64 {
        try scratch.number("SELECT count(*) FROM message_index WHERE message_index MATCH '\(word)'")
    }

    @Test func `any chats come in as they are, and coming in again they add nothing`() async throws {
        var generator = SeededGenerator(seed: 3)
        let chats = NastyTranscripts.chats(60, messages: 12, using: &generator)
        let outcomes = try await bringIn(chats)
        #expect(outcomes == chats.map { ImportOutcome(isNew: true, messages: $0.messages.count) })
        #expect(try await kept() == chats)
        #expect(try await store.check() == [])
        let again = try await bringIn(chats)
        #expect(again == chats.map { _ in ImportOutcome(isNew: false, messages: 0) })
        #expect(try await kept() == chats)
        #expect(try await store.check() == [])
    }

    @Test func `what comes in can be found by its words, and what it grows by as well`() async throws {
        try await bringIn([transcript("b", ["quokka"]), transcript("a", ["kestrel"], title: "Wombat")])
        try await bringIn([transcript("a", ["kestrel", "zyzzyva"]), transcript("b", ["quokka", "okapi", "zyzzyva"])])
        for (word, count) in [("quokka", 1), ("kestrel", 1), ("wombat", 1), ("okapi", 1), ("zyzzyva", 2)] {
            #expect(try found(word) == Int64(count), "\(word)")
        }
        #expect(try await store.check() == [])
    }

    @Test func `a chat that is there gains what is new, keeps what is its own, and moves up`() async throws {
        try await bringIn([transcript("a", ["one", "two"], title: "Mine")])
        let before = try #require(try await store.chat(ChatID(rawValue: "a"), of: .local))
        scratch.world.advance(by: .seconds(9))
        var grown = transcript("a", ["one", "two", "three"], title: "Theirs")
        grown.chat.tags = ["new"]
        #expect(try await bringIn([grown]) == [ImportOutcome(isNew: false, messages: 1)])
        let after = try #require(try await store.chat(ChatID(rawValue: "a"), of: .local))
        #expect(after.title == "Mine" && after.tags == [] && after.head == 3 && after.messageCount == 3)
        #expect(after.updatedAt == grown.chat.updatedAt && after.version > before.version)
    }

    @Test func `times are held within the years that can be written, and the chat is listed`() async throws {
        var chat = transcript("a", ["one", "two"])
        chat.chat.createdAt = Timestamp(rawValue: .min)
        chat.chat.updatedAt = Timestamp(rawValue: .max)
        chat.messages[0].createdAt = Timestamp(rawValue: .min)
        chat.messages[1].finishedAt = Timestamp(rawValue: .max)
        try await bringIn([chat])
        let read = try #require(try await kept().first)
        let (earliest, latest) = ("0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z")
        #expect(read.chat.createdAt == Timestamp(rfc3339: earliest))
        #expect(read.chat.updatedAt == Timestamp(rfc3339: latest))
        #expect(read.messages[0].createdAt == Timestamp(rfc3339: earliest))
        #expect(read.messages[1].finishedAt == Timestamp(rfc3339: latest))
        chat = transcript("a", ["one", "two", "three"])
        chat.chat.updatedAt = Timestamp(rawValue: .max)
        try await bringIn([chat])
        #expect(try await kept().first?.messages.count == 3)
    }

    @Test func `the same chat twice in one input is one`() async throws {
        let outcomes = try await bringIn([
            transcript("a", ["one", "two"]), transcript("a", ["one", "other"]), transcript("a", ["one", "two"]),
        ])
        #expect(outcomes.map(\.messages) == [2, 1, 0] && outcomes.map(\.isNew) == [true, false, false])
        #expect(try found("other") == 1)
        #expect(try await store.check() == [])
    }

    @Test func `a trial says the same and keeps nothing`() async throws {
        try await bringIn([transcript("a", ["one", "two"])])
        let before = try await kept()
        let chats = [
            transcript("a", ["one", "two", "three"]), transcript("b", ["four"]), transcript("b", ["four", "x"]),
        ]
        let tried = try await bringIn(chats, isKept: false)
        #expect(try await kept() == before)
        #expect(try await bringIn(chats) == tried)
    }

    @Test func `where there is no database, a trial is made in none`() async throws {
        let store = try await SQLiteConversationStore.openTemporary(surroundings: scratch.world.surroundings())
        let chats = [transcript("a", ["one"]), transcript("a", ["one", "two"])]
        let outcomes = try await store.importChats(for: .local, isKept: false) { importer in
            try chats.map { try importer.add($0) }
        }
        await store.close()
        #expect(outcomes.map(\.messages) == [1, 1])
        #expect(try await kept() == [])
    }

    @Test func `what throws keeps nothing, and nothing of the file is left changed`() async throws {
        try await bringIn([transcript("a", ["one"])])
        struct Refusal: Error {}
        let chats = [transcript("a", ["one", "two"]), transcript("b", ["three"])]
        await #expect(throws: Refusal.self) {
            try await store.importChats(for: .local, isKept: true) { importer in
                for chat in chats { _ = try importer.add(chat) }
                throw Refusal()
            }
        }
        #expect(try await kept().map(\.messages.count) == [1])
        #expect(try found("three") == 0)
        #expect(try await store.check() == [])
        #expect(DatabaseFile.size(of: scratch.path + "-wal") == 0)
    }

    @Test func `the log is empty afterwards`() async throws {
        try await bringIn([transcript("a", (0..<500).map { "word\($0)" })])
        #expect(DatabaseFile.size(of: scratch.path + "-wal") == 0)
    }

    @Test func `a chat in which a reply streams is busy, and nothing of the rest is kept`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat("Talk", id: "a")), "one")
        let chats = [transcript("b", ["other"]), transcript("a", ["one", "two"])]
        await #expect(throws: StoreError.chatBusy(open.chat.id)) { try await bringIn(chats) }
        #expect(try await kept().count == 1)
        // Its writer is gone: what had come of the reply is kept, and what comes in is beside it.
        scratch.world.advance(by: .seconds(20))
        #expect(try await bringIn(chats).map(\.messages) == [1, 1])
        #expect(try await store.check() == [])
        let messages = try #require(try await kept().first { $0.chat.id == open.chat.id }).messages
        #expect(messages.map(\.status) == [.complete, .interrupted, .complete])
    }

    @Test func `an owner's import is theirs alone`() async throws {
        let other = Owner(rawValue: "other")
        try await bringIn([transcript("a", ["one"])])
        #expect(try await bringIn([transcript("a", ["two"])], of: other) == [ImportOutcome(isNew: true, messages: 1)])
        #expect(try await kept().first?.messages.map(\.content) == ["one"])
        #expect(try await kept(other).first?.messages.map(\.content) == ["two"])
    }

    @Test func `a full chat takes no more, and one that makes no sense is refused`() async throws {
        var full = transcript("a", ["one"])
        full.messages[0].id.seq = MessageKey.maximumSeq
        full.chat.head = MessageKey.maximumSeq
        try await bringIn([full])
        await #expect(throws: StoreError.chatFull(full.chat.id, limit: MessageKey.maximumSeq)) {
            try await bringIn([transcript("a", ["other"])])
        }
        var bad = transcript("b", ["one", "two"])
        bad.messages[1].parent = 7
        let wrong = bad
        await #expect(throws: BadRecord.self) { try await bringIn([wrong]) }
        #expect(try await store.check() == [])
    }

    @Test func `a body whose task is cancelled keeps nothing`() async throws {
        let chat = transcript("a", ["one"])
        let store = store
        let task = Task {
            try await store.importChats(for: .local, isKept: true) { importer in
                _ = try importer.add(chat)
                unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
                try Task.checkCancellation()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await kept() == [])
    }
}
