import Conversations
import Support
import Testing

@testable import Storage

/// Messages that are written down and that nobody answers.
struct MessageAppendingTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private static let said = [
        NewMessage(role: .system, content: "Be brief.", isDeveloper: true), NewMessage("Hello?"),
        NewMessage(role: .assistant, content: "Hi.\u{0}"), NewMessage(role: .system, content: ""),
    ]

    @Test func `a chat is made in which all of it was said, one after the other`() async throws {
        let new = scratch.newChat("Made")
        let (chat, messages) = try await store.create(new, saying: Self.said)
        var expected = new
        (expected.head, expected.messageCount, expected.version) = (4, 4, 1)
        #expect(chat == expected)
        #expect(messages.map(\.id.seq) == [1, 2, 3, 4])
        #expect(messages.map(\.parent) == [nil, 1, 2, 3])
        #expect(messages.map(\.role) == [.system, .user, .assistant, .system])
        #expect(messages.map(\.content) == ["Be brief.", "Hello?", "Hi.\u{0}", ""])
        #expect(messages.map(\.isDeveloper) == [true, false, false, false])
        #expect(messages.allSatisfy { $0.status == .complete && $0.finishedAt == scratch.world.now })
        let read = try #require(try await store.branch(of: chat.id, of: .local, last: nil))
        #expect(read.0 == chat && read.1 == messages)
        #expect(try await store.search(SearchQuery(.typed("brief")), of: .local).hits.map(\.message?.id.seq) == [1])
        #expect(try await store.check() == [])
    }

    @Test func `a chat without messages can be talked in, and added to`() async throws {
        let (empty, none) = try await store.create(scratch.newChat("Empty"), saying: [])
        #expect((empty.head, empty.messageCount, none.count) == (nil, 0, 0))
        #expect(try await store.chat(empty.id, of: .local) == empty)
        #expect(try await store.latestChat(of: .local) == empty)
        let talked = try await scratch.talk(.existing(empty))
        #expect((talked.head, talked.messageCount) == (2, 2))
        let (other, _) = try await store.create(scratch.newChat("Other"), saying: [])
        #expect(try await store.append([NewMessage("Hello?")], to: other.id, of: .local).0.head == 1)
        #expect(try await store.check() == [])
    }

    @Test func `an id is taken once, and by each owner`() async throws {
        let chat = scratch.newChat(id: "taken")
        _ = try await store.create(chat, saying: [])
        await #expect(throws: StoreError.chatExists(chat.id)) { try await store.create(chat, saying: Self.said) }
        #expect(try await store.chat(chat.id, of: .local)?.messageCount == 0)
        _ = try await store.create(scratch.newChat(id: "taken", owner: Owner(rawValue: "other")), saying: Self.said)
        #expect(try await store.chat(chat.id, of: .local)?.messageCount == 0)
    }

    @Test func `what is added goes to the end of the branch in view, and who read the chat before sees another`()
        async throws
    {
        var chat = try await scratch.talk(.new(scratch.newChat()))
        chat = try await scratch.take(.say("Otherwise", after: nil), in: chat)
        scratch.world.advance(by: .seconds(3))
        let (after, messages) = try await store.append(Self.said, to: chat.id, of: .local)
        #expect(messages.map(\.id.seq) == [5, 6, 7, 8] && messages.map(\.parent) == [4, 5, 6, 7])
        #expect((after.head, after.messageCount, after.updatedAt) == (8, 8, scratch.world.now))
        #expect(try await store.chat(chat.id, of: .local) == after)
        await #expect(throws: StoreError.chatChanged(chat.id)) { try await scratch.begin(.existing(chat)) }
        #expect(try await scratch.talk(.existing(after)).head == 10)
        #expect(try await store.check() == [])
    }

    @Test func `nothing added changes nothing`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let (after, none) = try await store.append([], to: chat.id, of: .local)
        #expect(after == chat && none == [])
        #expect(try await store.chat(chat.id, of: .local) == chat)
    }

    @Test func `nobody adds to a chat that is not there, nor to another's`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let nowhere = ChatID(rawValue: "nowhere")
        await #expect(throws: StoreError.noSuchChat(nowhere)) {
            try await store.append(Self.said, to: nowhere, of: .local)
        }
        await #expect(throws: StoreError.noSuchChat(chat.id)) {
            try await store.append(Self.said, to: chat.id, of: Owner(rawValue: "other"))
        }
        #expect(try await store.chat(chat.id, of: .local) == chat)
    }

    @Test func `while a reply streams the chat is busy, and one that was abandoned is closed first`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat()))
        try await store.keep("so far", number: 1, of: scratch.right(to: open))
        await #expect(throws: StoreError.chatBusy(open.chat.id)) {
            try await store.append(Self.said, to: open.chat.id, of: .local)
        }
        scratch.world.advance(by: .seconds(5))
        let (chat, messages) = try await store.append(Self.said, to: open.chat.id, of: .local)
        #expect((chat.head, messages.first?.parent) == (6, 2))
        let reply = try #require(try await store.message(open.reply.id, of: .local))
        #expect((reply.content, reply.status, reply.error?.code) == ("so far", .interrupted, "aborted"))
        await #expect(throws: StoreError.leaseLost(open.chat.id)) {
            try await store.keep("late", number: 2, of: scratch.right(to: open))
        }
        #expect(try await store.attempts(matching: AttemptQuery(limit: 9)).attempts.map(\.result.outcome) == [.aborted])
        #expect(try await store.check() == [])
    }

    @Test func `where not all fit none goes in`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        try scratch.execute("UPDATE chats SET next_seq = \(MessageKey.maximumSeq - 2)")
        await #expect(throws: StoreError.chatFull(chat.id, limit: MessageKey.maximumSeq)) {
            try await store.append(Self.said, to: chat.id, of: .local)
        }
        #expect(try await store.chat(chat.id, of: .local) == chat)
        let (full, messages) = try await store.append(Array(Self.said.prefix(3)), to: chat.id, of: .local)
        #expect(messages.last?.id.seq == MessageKey.maximumSeq && full.messageCount == 5)
        #expect(try await store.check() == [])
    }

    // MARK: - Said with an exchange

    @Test func `several messages begin an exchange, and the last of them is answered`() async throws {
        let said = [NewMessage(role: .assistant, content: "Ask me."), Self.said[0], NewMessage("Who are you?")]
        let first = try await scratch.talk(.new(scratch.newChat()))
        let open = try await store.begin(scratch.exchange(in: .existing(first), turn: .say(said, after: 2)))
        #expect(open.said.map(\.id.seq) == [3, 4, 5] && open.said.map(\.parent) == [2, 3, 4])
        #expect(open.said.map(\.isDeveloper) == [false, true, false])
        #expect(open.message == open.said.last && open.reply.id.seq == 6 && open.reply.parent == 5)
        #expect((open.chat.head, open.chat.messageCount) == (6, 6))
        let chat = try await store.finish(scratch.right(to: open), with: scratch.ending(open))
        #expect(
            try await store.branch(of: chat.id, of: .local, last: nil)?.1.map(\.content).dropFirst(2) == [
                "Ask me.", "Be brief.", "Who are you?", "Hello.",
            ])
        let again = try await store.begin(scratch.exchange(in: .existing(chat), turn: .answer(open.message)))
        #expect(again.said == [] && again.message == open.message && again.reply.parent == 5)
        _ = try await store.finish(scratch.right(to: again), with: scratch.ending(again))
        #expect(try await store.check() == [])
    }

    @Test func `a developer's message is one in a fork, and a system message to who reads transcripts`() async throws {
        let (chat, messages) = try await store.create(scratch.newChat(), saying: Self.said)
        let new = try chat.fork(
            at: 2, as: ChatID(rawValue: "fork"), title: nil, createdAt: scratch.world.now)
        let fork = try await store.fork(messages[1].id, as: new)
        #expect(try await store.branch(of: fork.id, of: .local, last: nil)?.1.map(\.isDeveloper) == [true, false])
        let transcript = try #require(try await scratch.transcripts(.chats([chat.id])).first)
        #expect(transcript.1.map(\.role) == [.system, .user, .assistant, .system])
        try scratch.execute("UPDATE messages SET as_developer = 1 WHERE role = 'user'")
        #expect(try await store.check().map(\.code) == ["developer_of_no_system"])
    }
}
