import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// One message is taken out of a chat.
struct MessageDeletionTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func delete(_ seq: Int, of chat: Chat) async throws -> Chat {
        try await store.deleteMessage(MessageID(chat: chat.id, seq: seq), of: .local)
    }

    private func branch(_ chat: Chat) async throws -> [Message] {
        try #require(try await store.branch(of: chat.id, of: .local, last: nil)).1
    }

    private func findings() async throws -> [String] {
        try await store.check().map(\.code).filter { $0 != "unfinished_erasure" }
    }

    @Test func `what answered it answers what it answered, and its number is never used again`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        chat = try await scratch.talk(.existing(chat), "3", reply: "4")
        chat = try await scratch.take(.say("5", after: 2), in: chat, reply: "6")
        let before = chat
        chat = try await delete(2, of: chat)
        var expected = before
        (expected.messageCount, expected.version) = (5, before.version + 1)
        #expect(chat == expected)
        #expect(try await branch(chat).map(\.id.seq) == [1, 5, 6])
        #expect(try await branch(chat).map(\.parent) == [nil, 1, 5])
        #expect(try await store.branch(of: chat.id, of: .local, endingAt: 4, last: nil)?.1.map(\.id.seq) == [1, 3, 4])
        #expect(try await store.message(MessageID(chat: chat.id, seq: 2), of: .local) == nil)
        await #expect(throws: StoreError.noSuchMessage(MessageID(chat: chat.id, seq: 2))) {
            try await delete(2, of: chat)
        }
        await #expect(throws: StoreError.chatChanged(chat.id)) { try await scratch.begin(.existing(before)) }
        #expect(try await scratch.talk(.existing(chat)).head == 8)
        #expect(try await findings() == [])
    }

    @Test func `the branch in view ends before it where it was the last`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        chat = try await scratch.take(.say("3", after: nil), in: chat, reply: "4")
        chat = try await delete(4, of: chat)
        #expect(chat.head == 3)
        // Nothing is left of that branch.
        chat = try await delete(3, of: chat)
        #expect(chat.head == 2)
        #expect(try await branch(chat).map(\.content) == ["1", "2"])
        chat = try await delete(1, of: chat)
        chat = try await delete(2, of: chat)
        #expect((chat.head, chat.messageCount) == (nil, 0))
        #expect(try await findings() == [])
        chat = try await scratch.talk(.existing(chat))
        #expect((chat.head, chat.messageCount) == (6, 2))
        #expect(try await findings() == [])
    }

    @Test func `its words are found no more, and are nowhere once the erasure is finished`() async throws {
        var random = SeededGenerator(seed: 7)
        var chats: [Chat] = []
        for number in 0..<12 {
            chats.append(try await scratch.talk(.new(scratch.newChat()), "word w\(number)", reply: "r\(number)"))
        }
        var planted: [String] = []
        for turn in 0..<120 {
            let number = Int.random(in: 0..<12, using: &random)
            let word = "zyqv\(turn)x"
            let text = String(repeating: "\(word) common ", count: .random(in: 1...400, using: &random))
            chats[number] = try await scratch.talk(.existing(chats[number]), text, reply: "kept\(turn)")
            planted.append(word)
        }
        #expect(try !found(planted, in: scratch.folder).isEmpty)
        for chat in chats {
            for message in try await branch(chat) where message.content.hasPrefix("zyqv") {
                _ = try await delete(message.id.seq, of: chat)
            }
        }
        #expect(try await store.search(SearchQuery(.typed("zyqv*")), of: .local).hits.isEmpty)
        #expect(try await store.search(SearchQuery(.typed("kept17")), of: .local).hits.count == 1)
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try found(planted, in: scratch.folder) == [])
        #expect(try await store.check() == [])
    }

    @Test func `while a reply streams nothing is taken out of the chat`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let open = try await scratch.begin(.existing(chat))
        try await store.keep("so far", number: 1, of: scratch.right(to: open))
        for seq in [1, 4] {
            await #expect(throws: StoreError.chatBusy(chat.id)) { try await delete(seq, of: chat) }
        }
        scratch.world.advance(by: .seconds(5))
        let after = try await delete(4, of: chat)
        #expect((after.head, after.messageCount) == (3, 3))
        #expect(try await findings() == [])
        #expect(try await store.search(SearchQuery(.typed("far")), of: .local).hits.isEmpty)
        await #expect(throws: StoreError.leaseLost(chat.id)) {
            try await store.finish(scratch.right(to: open), with: scratch.ending(open))
        }
    }

    @Test func `what a provider said of it goes with it, and the attempt itself stays`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()))
        chat = try await scratch.talk(.existing(chat))
        try scratch.execute("UPDATE provider_attempts SET error_code = 'x', error_text = 'said ' || message")
        _ = try await delete(2, of: chat)
        #expect(
            try scratch.rows("SELECT chat, message, error_text FROM provider_attempts ORDER BY id", columns: 3)
                == ["-|-|-", "\(chat.id)|4|said 4"])
    }

    @Test func `nobody takes anything out of another's chat, or what is not there`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let next = try await scratch.talk(.new(scratch.newChat()))
        await #expect(throws: StoreError.noSuchChat(chat.id)) {
            try await store.deleteMessage(MessageID(chat: chat.id, seq: 1), of: Owner(rawValue: "other"))
        }
        // The last would be the first message of the next chat.
        for seq in [0, 3, -1, 1 << 20 | 1] {
            await #expect(throws: StoreError.noSuchMessage(MessageID(chat: chat.id, seq: seq))) {
                try await delete(seq, of: chat)
            }
        }
        #expect(try await branch(next).count == 2)
        #expect(try await branch(chat).count == 2)
        #expect(try await store.check() == [])
    }
}
