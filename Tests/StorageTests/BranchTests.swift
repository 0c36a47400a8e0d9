import Conversations
import Support
import Testing

@testable import Storage

/// Other ways through a chat, beside the one in view: how they are begun, and listed.
struct BranchTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func messages(_ chat: Chat, endingAt tip: Int? = nil) async throws -> [Message] {
        try #require(try await store.branch(of: chat.id, of: .local, endingAt: tip, last: nil)).1
    }

    private func contents(_ chat: Chat, endingAt tip: Int? = nil) async throws -> [String] {
        try await messages(chat, endingAt: tip).map(\.content)
    }

    private func isSound() async throws -> Bool { try await store.check() == [] }

    // MARK: - Begun

    @Test func `another reply stands beside the one that is there, and is what goes on`() async throws {
        let first = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        let before = try await messages(first)
        scratch.world.advance(by: .seconds(60))
        let open = try await store.begin(scratch.exchange(in: .existing(first), turn: .answer(before[0])))
        #expect(open.message == before[0])
        #expect((open.reply.id.seq, open.reply.parent, open.reply.status) == (3, 1, .streaming))
        #expect((open.chat.head, open.chat.messageCount, open.chat.version) == (3, 3, first.version + 1))
        #expect(try await store.chat(first.id, of: .local) == open.chat)
        let chat = try await store.finish(scratch.right(to: open), with: scratch.ending(open, "3"))
        #expect(try await contents(chat) == ["1", "3"])
        #expect(try await messages(chat, endingAt: 2) == before)
        #expect(try scratch.rows("SELECT next_seq FROM chats") == ["4"])
        #expect(try scratch.rows("SELECT message FROM provider_attempts ORDER BY id") == ["2", "3"])
        #expect(try await isSound())
    }

    @Test func `a chat goes back to who gave its reply, whoever was asked first`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()), provider: "b")
        let message = try #require(
            try await scratch.store.branch(of: chat.id, of: .local, endingAt: nil, last: nil)?.1.first)
        // Who is preferred is down, and was passed over.
        var exchange = scratch.exchange(in: .existing(chat), turn: .answer(message), provider: "a")
        exchange.attempt.provider = "b"
        let open = try await scratch.store.begin(exchange)
        #expect(open.chat.provider == "a")
        let after = try await scratch.store.finish(scratch.right(to: open), with: scratch.ending(open, "", .failed))
        #expect(after.provider == "b" && after.head == 2)
    }

    @Test func `words can stand after any message, or begin the chat anew`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        chat = try await scratch.talk(.existing(chat), "3", reply: "4")
        chat = try await scratch.take(.say("5", after: 2), in: chat, reply: "6")
        #expect(try await contents(chat) == ["1", "2", "5", "6"])
        chat = try await scratch.take(.say("7", after: nil), in: chat, reply: "8")
        #expect(try await contents(chat) == ["7", "8"])
        chat = try await scratch.take(.say("9", after: 4), in: chat, reply: "10")
        #expect(try await contents(chat) == ["1", "2", "3", "4", "9", "10"])
        #expect(try await contents(chat, endingAt: 6) == ["1", "2", "5", "6"])
        #expect((chat.head, chat.messageCount) == (10, 10))
        #expect(try scratch.rows("SELECT key & 1048575 FROM messages ORDER BY key") == (1...10).map(String.init))
        #expect(try await isSound())
    }

    @Test func `a chat that has changed takes no turn of any kind, and stays as it is`() async throws {
        let seen = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        let message = try await messages(seen)[0]
        let chat = try await scratch.talk(.existing(seen), "3", reply: "4")
        for turn in [.answer(message), .say("x", after: 2), .say("x", after: nil)] as [NewExchange.Turn] {
            await #expect(throws: StoreError.chatChanged(chat.id)) {
                _ = try await store.begin(scratch.exchange(in: .existing(seen), turn: turn))
            }
        }
        #expect(try await store.chat(chat.id, of: .local) == chat)
        #expect(try await contents(chat) == ["1", "2", "3", "4"])
    }

    @Test func `a chat in which a reply streams is busy on every branch`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        let open = try await scratch.begin(.existing(chat), "3")
        for turn in [.answer(open.message), .say("x", after: 2), .say("x", after: nil)] as [NewExchange.Turn] {
            await #expect(throws: StoreError.chatBusy(chat.id)) {
                _ = try await store.begin(scratch.exchange(in: .existing(open.chat), turn: turn))
            }
        }
        _ = try await store.finish(scratch.right(to: open), with: scratch.ending(open, "4"))
        #expect(try await contents(chat) == ["1", "2", "3", "4"])
    }

    @Test func `a full chat takes no more, and nothing of what it does not take`() async throws {
        let first = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        let message = try await messages(first)[0]
        let limit = MessageKey.maximumSeq
        func begin(_ turn: NewExchange.Turn, next: Int) async throws {
            try scratch.execute("UPDATE chats SET next_seq = \(next)")
            let chat = try #require(try await store.chat(first.id, of: .local))
            await #expect(throws: StoreError.chatFull(chat.id, limit: limit)) {
                _ = try await store.begin(scratch.exchange(in: .existing(chat), turn: turn))
            }
            #expect(try scratch.number("SELECT count(*) FROM messages") == 2)
            #expect(try await store.chat(first.id, of: .local) == first)
        }
        try await begin(.say("x", after: 2), next: limit)
        try await begin(.say("x", after: 2), next: limit + 1)
        try await begin(.answer(message), next: limit + 1)
        try scratch.execute("UPDATE chats SET next_seq = \(limit)")
        // The last number there is: a reply still has it.
        let chat = try await scratch.take(.answer(message), in: first, reply: "last")
        #expect(chat.head == limit)
        #expect(try await contents(chat) == ["1", "last"])
    }

    @Test func `the reply that an ended program left is closed by the next turn, and stays beside the new one`()
        async throws
    {
        let open = try await scratch.begin(.new(scratch.newChat()), "1")
        try await store.keep("half a rep", number: 1, of: scratch.right(to: open))
        scratch.world.advance(by: .seconds(6))
        let chat = try await scratch.take(.answer(open.message), in: open.chat, reply: "whole")
        #expect(try await contents(chat) == ["1", "whole"])
        let left = try await messages(chat, endingAt: 2)
        #expect(left.map(\.status) == [.complete, .interrupted])
        #expect(left.map(\.content) == ["1", "half a rep"])
        #expect(left[1].error?.code == "aborted")
        await #expect(throws: StoreError.leaseLost(chat.id)) {
            _ = try await store.finish(scratch.right(to: open), with: scratch.ending(open, "too late"))
        }
        #expect(try await isSound())
    }

    // MARK: - Listed

    @Test func `branches are listed with where they leave the one in view, the newest first`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        chat = try await scratch.talk(.existing(chat), "3", reply: "4")
        chat = try await scratch.take(.say("5", after: 2), in: chat, reply: "6")
        chat = try await scratch.take(.say("7", after: nil), in: chat, reply: "8")
        chat = try await scratch.take(.say("9", after: 4), in: chat, reply: "10")
        let branches = try #require(try await store.branches(of: chat.id, of: .local))
        #expect(branches.map(\.tip.id.seq) == [10, 8, 6])
        #expect(branches.map(\.messageCount) == [6, 2, 4])
        #expect(branches.map(\.leavesViewAt) == [nil, 7, 5])
        #expect(branches.map(\.isInView) == [true, false, false])
        #expect(branches.map(\.tip.content) == ["10", "8", "6"])
    }

    @Test func `of a chat without messages there is no branch, and of no chat no list`() async throws {
        let chat = scratch.newChat()
        try await store.writing { _ = try $0.insert(chat) }
        #expect(try await store.branches(of: chat.id, of: .local) == [])
        #expect(try await store.branches(of: scratch.newChat().id, of: .local) == nil)
        #expect(try await store.branches(of: chat.id, of: Owner(rawValue: "someone")) == nil)
    }

    @Test func `a reply that streams is a branch with what has come of it`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat()), "1")
        try await store.keep("so far", number: 1, of: scratch.right(to: open))
        var tip = try #require(try await store.branches(of: open.chat.id, of: .local)?.first).tip
        #expect((tip.content, tip.status) == ("so far", .streaming))
        scratch.world.advance(by: .seconds(6))
        tip = try #require(try await store.branches(of: open.chat.id, of: .local)?.first).tip
        #expect((tip.content, tip.status) == ("so far", .interrupted))
    }

    /// Trees of every shape, against an account that walks from each message to its first.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `every branch is listed, and rightly`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var parents: [Int: Int] = [:]
        var seqs: [Int] = []
        var tree = MessageTree()
        var next = 1
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            next += Int.random(in: 0..<5, using: &random) == 0 ? 2 : 0
            let isFirst = Int.random(in: 0..<12, using: &random) == 0
            let goesOn = Int.random(in: 0..<3, using: &random) > 0
            let parent = isFirst ? nil : goesOn ? seqs.last : seqs.randomElement(using: &random)
            tree.receive(next, parent: parent)
            parents[next] = parent
            seqs.append(next)
            next += 1
        }
        func path(_ seq: Int) -> [Int] { (parents[seq].map(path) ?? []) + [seq] }
        let head = Int.random(in: 0..<2, using: &random) == 0 ? seqs.last : seqs.randomElement(using: &random)
        let view = try path(#require(head))
        let tips = seqs.filter { seq in seq == head || !parents.values.contains(seq) }
        let expected = tips.reversed().map { tip in
            MessageTree.Way(
                tip: tip, length: path(tip).count,
                leavesViewAt: tip == head ? nil : path(tip).first { !view.contains($0) })
        }
        #expect(tree.ways(inView: head) == expected)
        #expect(expected.filter { $0.leavesViewAt == nil }.map(\.tip) == [head])
    }
}
