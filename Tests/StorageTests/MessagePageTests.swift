import Conversations
import Support
import Testing

@testable import Storage

/// The branch in view, a page at a time.
struct MessagePageTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func page(
        _ chat: Chat, _ order: MessagePageQuery.Order, after: Int? = nil, limit: Int = 100
    ) async throws -> MessagePage {
        try #require(
            try await store.messages(
                of: chat.id, of: .local, page: MessagePageQuery(after: after, order: order, limit: limit)))
    }

    private func seqs(
        _ chat: Chat, _ order: MessagePageQuery.Order, after: Int? = nil, limit: Int = 100
    ) async throws -> [Int] {
        try await page(chat, order, after: after, limit: limit).messages.map(\.id.seq)
    }

    @Test func `only the branch in view is listed, from either end`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        chat = try await scratch.talk(.existing(chat), "3", reply: "4")
        chat = try await scratch.take(.say("5", after: 2), in: chat, reply: "6")
        #expect(try await seqs(chat, .oldestFirst) == [1, 2, 5, 6])
        #expect(try await seqs(chat, .newestFirst) == [6, 5, 2, 1])
        let page = try await page(chat, .newestFirst)
        #expect(try await store.branch(of: chat.id, of: .local, last: nil)?.1 == page.messages.reversed())
    }

    @Test func `a page goes on behind a message, and says exactly whether there is more`() async throws {
        let (chat, _) = try await store.create(scratch.newChat(), saying: (1...5).map { NewMessage("\($0)") })
        for (order, after, limit, expected, hasMore) in [
            (.oldestFirst, nil, 2, [1, 2], true), (.oldestFirst, 2, 2, [3, 4], true),
            (.oldestFirst, 4, 2, [5], false), (.oldestFirst, 3, 2, [4, 5], false), (.oldestFirst, 5, 2, [], false),
            (.newestFirst, nil, 5, [5, 4, 3, 2, 1], false), (.newestFirst, nil, 4, [5, 4, 3, 2], true),
            (.newestFirst, 3, 1, [2], true), (.newestFirst, 2, 1, [1], false), (.newestFirst, 1, 1, [], false),
            (.oldestFirst, nil, .max, [1, 2, 3, 4, 5], false),
        ] as [(MessagePageQuery.Order, Int?, Int, [Int], Bool)] {
            let page = try await page(chat, order, after: after, limit: limit)
            #expect(page.messages.map(\.id.seq) == expected && page.hasMore == hasMore, "\(order) \(after ?? 0)")
        }
    }

    @Test func `what is none of the branch is nothing to go on from`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        chat = try await scratch.take(.say("3", after: nil), in: chat, reply: "4")
        let next = Int(MessageKey.maximumSeq) + 2
        for (order, seq) in [
            (.oldestFirst, 2), (.newestFirst, 2), (.newestFirst, 9), (.oldestFirst, 9), (.newestFirst, 0),
            (.oldestFirst, -1), (.newestFirst, next),
        ] as [(MessagePageQuery.Order, Int)] {
            await #expect(throws: StoreError.noSuchMessage(MessageID(chat: chat.id, seq: seq))) {
                try await page(chat, order, after: seq)
            }
        }
        let (empty, _) = try await store.create(scratch.newChat(), saying: [])
        #expect(try await page(empty, .newestFirst) == MessagePage(messages: [], hasMore: false))
        await #expect(throws: StoreError.noSuchMessage(MessageID(chat: empty.id, seq: 1))) {
            try await page(empty, .oldestFirst, after: 1)
        }
    }

    @Test func `another's chat is none, nor are its messages`() async throws {
        let other = Owner(rawValue: "other")
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let query = MessagePageQuery(order: .newestFirst, limit: 9)
        #expect(try await store.messages(of: chat.id, of: other, page: query) == nil)
        #expect(try await store.message(MessageID(chat: chat.id, seq: 1), of: other) == nil)
        #expect(try await store.message(MessageID(chat: chat.id, seq: 1), of: .local)?.content == "Hello?")
        // The chat made next has the key above; a number past the last would be one of its messages.
        let next = try await scratch.talk(.new(scratch.newChat(owner: other)), "secret")
        #expect(try await store.message(MessageID(chat: next.id, seq: 1), of: other)?.content == "secret")
        for seq in [1 << 20 | 1, 0, -1, 3, .max, .min] {
            #expect(try await store.message(MessageID(chat: chat.id, seq: seq), of: .local) == nil)
        }
    }

    @Test(arguments: [MessageStatus.failed, .interrupted])
    func `replies that brought nothing are left out, and those that brought something are not`(
        status: MessageStatus
    ) async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()))
        for text in ["", "half"] {
            let open = try await scratch.begin(.existing(chat))
            chat = try await store.finish(scratch.right(to: open), with: scratch.ending(open, text, status))
        }
        #expect(try await seqs(chat, .oldestFirst) == [1, 2, 3, 5, 6])
        #expect(try await seqs(chat, .newestFirst, limit: 3) == [6, 5, 3])
        #expect(try await page(chat, .newestFirst, after: 4, limit: 3).hasMore == false)
        #expect(try await seqs(chat, .newestFirst, after: 4) == [3, 2, 1])
        #expect(try await seqs(chat, .oldestFirst, after: 4) == [5, 6])
    }

    @Test func `a reply that streams is listed with what has come, and not when it was abandoned without a word`()
        async throws
    {
        let open = try await scratch.begin(.new(scratch.newChat()))
        #expect(try await page(open.chat, .newestFirst).messages.map(\.status) == [.streaming, .complete])
        scratch.world.advance(by: .seconds(5))
        #expect(try await seqs(open.chat, .newestFirst) == [1])
        #expect(try await seqs(open.chat, .oldestFirst) == [1])
        let next = try await scratch.begin(.existing(open.chat))
        try await store.keep("so far", number: 1, of: scratch.right(to: next))
        #expect(try await page(next.chat, .oldestFirst).messages.map(\.content) == ["Hello?", "Hello?", "so far"])
        scratch.world.advance(by: .seconds(5))
        let last = try #require(try await page(next.chat, .newestFirst, limit: 1).messages.first)
        #expect((last.content, last.status) == ("so far", .interrupted))
    }

    /// Against the branch as a whole, in chats of many branches, replies that failed and messages that were deleted.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `going on from page to page visits each message once, in order`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var chat = try await scratch.talk(.new(scratch.newChat()))
        for _ in 0..<30 {
            let seqs = try await store.branches(of: chat.id, of: .local)?.map(\.tip.id.seq) ?? []
            switch Int.random(in: 0..<5, using: &random) {
            case 0: (chat, _) = try await store.append([NewMessage("a"), NewMessage("b")], to: chat.id, of: .local)
            case 1:
                let open = try await scratch.begin(.existing(chat))
                chat = try await store.finish(scratch.right(to: open), with: scratch.ending(open, "", .failed))
            case 2:
                chat = try await scratch.take(.say("c", after: seqs.randomElement(using: &random)), in: chat)
            case 3 where chat.messageCount > 2:
                let seq = try #require(seqs.randomElement(using: &random))
                chat = try await store.deleteMessage(MessageID(chat: chat.id, seq: seq), of: .local)
            default: chat = try await scratch.talk(.existing(chat))
            }
        }
        let branch = try #require(try await store.branch(of: chat.id, of: .local, last: nil)).1
        let listed = branch.filter { $0.role != .assistant || !$0.content.isEmpty }
        let limit = Int.random(in: 1...7, using: &random)
        for order in [MessagePageQuery.Order.oldestFirst, .newestFirst] {
            var found: [Message] = []
            var hasMore = true
            while hasMore {
                let page = try await page(chat, order, after: found.last?.id.seq, limit: limit)
                #expect(page.messages.count <= limit)
                #expect(!page.hasMore || page.messages.count == limit)
                guard !page.messages.isEmpty || !page.hasMore else { break }
                found += page.messages
                hasMore = page.hasMore
            }
            #expect(found == (order == .oldestFirst ? listed : listed.reversed()))
        }
        #expect(try await store.check().filter { $0.severity == .damage } == [])
    }
}
