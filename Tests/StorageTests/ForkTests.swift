import Conversations
import Support
import Testing

@testable import Storage

/// A chat that begins with a copy of another's past.
struct ForkTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// 1 ─ 2 ─ 3 ─ 4, and 5 ─ 6 after 2, in view.
    private func branchedChat() async throws -> Chat {
        var new = scratch.newChat("Origin")
        new.system = "Be kind."
        new.tags = ["a", "b"]
        new.metadata = ["mood": "good"]
        var chat = try await scratch.talk(.new(new), "words of one", reply: "words of two")
        chat = try await scratch.talk(.existing(chat), "words of three", reply: "words of four")
        scratch.world.advance(by: .seconds(10))
        return try await scratch.take(.say("words of five", after: 2), in: chat, reply: "words of six")
    }

    private func fork(_ chat: Chat, at seq: Int, title: String? = nil) async throws -> Chat {
        let surroundings = scratch.world.surroundings()
        let new = try chat.fork(at: seq, as: surroundings.newChatID(), title: title, createdAt: scratch.world.now)
        return try await store.fork(MessageID(chat: chat.id, seq: seq), as: new)
    }

    private func whole(_ chat: Chat) async throws -> (Chat, [Message]) {
        try #require(try await scratch.transcripts(.chats([chat.id])).first)
    }

    /// The message as a copy of it stands in another chat.
    private func copy(_ message: Message, in chat: Chat, seq: Int) -> Message {
        var copy = message
        copy.id = MessageID(chat: chat.id, seq: seq)
        copy.parent = seq == 1 ? nil : seq - 1
        return copy
    }

    @Test func `the branch up to the message is copied, numbered anew, and all else stays behind`() async throws {
        let origin = try await branchedChat()
        let before = try await whole(origin)
        scratch.world.advance(by: .seconds(60))
        let made = try await fork(origin, at: 5, title: "Another")

        var expected = Chat(
            id: made.id, title: "Another", createdAt: scratch.world.now, provider: origin.provider,
            system: "Be kind.", tags: ["a", "b"], forkedFrom: MessageID(chat: origin.id, seq: 5),
            metadata: ["mood": "good"])
        (expected.head, expected.messageCount) = (3, 3)
        #expect(made == expected)
        let (chat, messages) = try await whole(made)
        #expect(chat == made)
        let past = [before.1[0], before.1[1], before.1[4]]
        #expect(messages == past.enumerated().map { copy($1, in: made, seq: $0 + 1) })
        #expect(try await whole(origin) == before)
        #expect(try await store.latestChat(of: .local) == made)
        #expect(try await store.check() == [])

        let goneOn = try await scratch.talk(.existing(made), "more", reply: "yes")
        #expect(goneOn.head == 5)
        #expect(try await whole(origin) == before)
    }

    @Test func `all that is known of a message is in its copy`() async throws {
        let first = try await scratch.begin(.new(scratch.newChat()))
        var ending = scratch.ending(first, "torn of", .interrupted)
        ending.message.model = "large"
        ending.message.usage = TokenUsage(inputTokens: 3, outputTokens: 5)
        ending.message.error = MessageError(code: "torn", message: "it ended early")
        let chat = try await store.finish(scratch.right(to: first), with: ending)
        let second = try await scratch.begin(.existing(chat), "Again?")
        ending = scratch.ending(second, "", .failed)
        ending.message.error = MessageError(code: "unreachable", message: "nobody there")
        let origin = try await store.finish(scratch.right(to: second), with: ending)
        scratch.world.advance(by: .seconds(60))

        let made = try await fork(origin, at: 4)
        let (_, originals) = try await whole(origin)
        let (_, copies) = try await whole(made)
        #expect(originals.map(\.status) == [.complete, .interrupted, .complete, .failed])
        #expect(copies == originals.enumerated().map { copy($1, in: made, seq: $0 + 1) })
        #expect(made.title == origin.title + " (fork)")
    }

    @Test func `deleting either leaves the other whole`() async throws {
        let origin = try await branchedChat()
        for deletesOrigin in [false, true] {
            let made = try await fork(origin, at: 6)
            let copies = try await whole(made)
            let originals = try await whole(origin)
            try await store.delete([deletesOrigin ? origin.id : made.id], of: .local)
            if deletesOrigin {
                #expect(try await whole(made) == copies)
                #expect(try await store.chat(origin.id, of: .local) == nil)
                #expect(copies.0.forkedFrom == MessageID(chat: origin.id, seq: 6))
            } else {
                #expect(try await whole(origin) == originals)
                #expect(try await store.chat(made.id, of: .local) == nil)
            }
            #expect(try await store.finishErasure { _ in } == .complete)
            #expect(try await store.check() == [])
        }
    }

    @Test func `a fork of a fork is one of that`() async throws {
        let origin = try await branchedChat()
        let made = try await fork(origin, at: 6)
        let again = try await fork(made, at: 2)
        #expect(again.forkedFrom == MessageID(chat: made.id, seq: 2))
        #expect(try await whole(again).1.map(\.content) == ["words of one", "words of two"])
    }

    @Test func `a reply that is being written cannot be taken along, and what was said before it can`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        let open = try await scratch.begin(.existing(chat), "3")
        try await store.keep("so f", number: 1, of: scratch.right(to: open))
        await #expect(throws: StoreError.chatBusy(chat.id)) { _ = try await fork(open.chat, at: 4) }
        #expect(try await store.chats(matching: ChatQuery(), of: .local).chats.count == 1)
        #expect(try await whole(fork(open.chat, at: 3)).1.map(\.content) == ["1", "2", "3"])

        // Its program has ended: what had come is all there will be.
        scratch.world.advance(by: .seconds(6))
        let (_, copies) = try await whole(fork(open.chat, at: 4))
        #expect(copies.map(\.content) == ["1", "2", "3", "so f"])
        #expect(copies.map(\.status) == [.complete, .complete, .complete, .interrupted])
        #expect(copies[3].error == Message.abandoned)
        // The reply is still its chat's own to close.
        #expect(try scratch.number("SELECT count(*) FROM messages WHERE status = 'streaming'") == 1)
    }

    @Test func `what is not there cannot be forked, nor a chat be made twice`() async throws {
        let origin = try await branchedChat()
        for seq in [7, 0, -1, MessageKey.maximumSeq, .max] {
            await #expect(throws: StoreError.noSuchMessage(MessageID(chat: origin.id, seq: seq))) {
                _ = try await fork(origin, at: seq)
            }
        }
        await #expect(throws: StoreError.noSuchChat(ChatID(rawValue: "none"))) {
            _ = try await store.fork(MessageID(chat: ChatID(rawValue: "none"), seq: 1), as: scratch.newChat())
        }
        await #expect(throws: StoreError.noSuchChat(origin.id)) {
            let theirs = scratch.newChat(owner: Owner(rawValue: "someone"))
            _ = try await store.fork(MessageID(chat: origin.id, seq: 1), as: theirs)
        }
        await #expect(throws: StoreError.chatExists(origin.id)) {
            _ = try await store.fork(MessageID(chat: origin.id, seq: 1), as: origin)
        }
        #expect(try await store.chats(matching: ChatQuery(), of: .local).chats == [origin])
    }

    @Test func `each copy is in the index of words`() async throws {
        let origin = try await branchedChat()
        let made = try await fork(origin, at: 6, title: "Another")
        let key = try scratch.number("SELECT key FROM chats WHERE id = '\(made.id)'")
        func found(_ words: String) throws -> [String] {
            try scratch.rows(
                "SELECT rowid & 1048575 FROM message_index WHERE message_index MATCH '\(words)' AND rowid >> 20 = \(key)"
            )
        }
        for (words, seq) in [("one", "1"), ("two", "2"), ("five", "3"), ("six", "4"), ("another", "0")] {
            #expect(try found(words) == [seq], "\(words)")
        }
        #expect(try found("three OR four") == [])
    }
}
