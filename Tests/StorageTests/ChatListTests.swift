import Conversations
import Support
import Testing

@testable import Storage

struct ChatListTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// Puts a chat in as if something had been said in it at this time.
    @discardableResult
    private func put(
        _ id: String, at time: Int64, title: String = "T", provider: String? = nil, tags: [String] = [],
        archived: Bool = false, owner: Owner = .local
    ) async throws -> Chat {
        var chat = Chat(
            id: ChatID(rawValue: id), owner: owner, title: title, createdAt: Timestamp(rawValue: 0),
            updatedAt: Timestamp(rawValue: time))
        chat.provider = provider
        chat.tags = tags
        chat.archived = archived
        let made = chat
        try await store.writing { _ = try $0.insert(made) }
        return chat
    }

    private func list(_ change: (inout ChatQuery) -> Void = { _ in }) async throws -> [String] {
        var query = ChatQuery()
        change(&query)
        return try await store.chats(matching: query, of: .local).chats.map(\.id.rawValue)
    }

    @Test func `the last active come first, those of the same moment by id`() async throws {
        for (id, time) in [("b", 5), ("d", 1), ("a", 5), ("c", 9), ("e", -3)] { try await put(id, at: Int64(time)) }
        #expect(try await list() == ["c", "b", "a", "d", "e"])
        #expect(try await store.latestChat(of: .local)?.id.rawValue == "c")
        #expect(try await list { $0.limit = 2 } == ["c", "b"])
    }

    @Test func `a chat comes with all that is known of it`() async throws {
        var chat = Chat(id: ChatID(rawValue: "x"), title: "Ünï\u{0}", createdAt: Timestamp(rawValue: -5))
        chat.updatedAt = Timestamp(rawValue: .max - 1)
        chat.provider = "blog"
        chat.model = "m"
        chat.system = "Be brief.\n"
        chat.tags = ["", "a", "ä", "漢"]
        chat.pinned = true
        chat.forkedFrom = MessageID(chat: ChatID(rawValue: "origin"), seq: 12)
        chat.metadata = ["a": "", "": "b", "long": String(repeating: "x", count: 100_000)]
        let made = chat
        try await store.writing { _ = try $0.insert(made) }
        #expect(try await store.chats(matching: ChatQuery(), of: .local).chats == [chat])
        #expect(try await store.chat(chat.id, of: .local) == chat)
    }

    @Test func `archived chats are listed by themselves, and none of them is the latest`() async throws {
        try await put("old", at: 1)
        try await put("away", at: 2, archived: true)
        #expect(try await list() == ["old"])
        #expect(try await list { $0.archived = true } == ["away"])
        #expect(try await store.latestChat(of: .local)?.id.rawValue == "old")
        #expect(try await store.chat(ChatID(rawValue: "away"), of: .local)?.archived == true)
    }

    @Test func `those put away and those in use are listed together where both are asked for`() async throws {
        for time in 1...6 { try await put("c\(time)", at: Int64(time), archived: time % 3 == 0) }
        #expect(try await list { $0.archived = nil } == ["c6", "c5", "c4", "c3", "c2", "c1"])
        var query = ChatQuery()
        (query.archived, query.order, query.limit) = (nil, .oldestFirst, 4)
        let page = try await store.chats(matching: query, of: .local)
        #expect(page.chats.map(\.id.rawValue) == ["c1", "c2", "c3", "c4"])
        query.after = page.next
        let rest = try await store.chats(matching: query, of: .local)
        #expect(rest.chats.map(\.id.rawValue) == ["c5", "c6"] && rest.next == nil)
    }

    @Test func `from the oldest on, too, since takes its moment in and until leaves it out`() async throws {
        for time in 1...5 { try await put("c\(time)", at: Int64(time), provider: time == 4 ? "blog" : nil) }
        func oldest(_ change: (inout ChatQuery) -> Void) async throws -> [String] {
            try await list {
                $0.order = .oldestFirst
                change(&$0)
            }
        }
        #expect(try await oldest { _ in } == ["c1", "c2", "c3", "c4", "c5"])
        #expect(try await oldest { $0.conditions.since = Timestamp(rawValue: 3) } == ["c3", "c4", "c5"])
        #expect(try await oldest { $0.conditions.until = Timestamp(rawValue: 3) } == ["c1", "c2"])
        #expect(try await oldest { $0.conditions.provider = "blog" } == ["c4"])
        for (since, after, expected) in [(2, 3, ["c4", "c5"]), (4, 2, ["c4", "c5"]), (3, 3, ["c4", "c5"])] {
            #expect(
                try await oldest {
                    $0.conditions.since = Timestamp(rawValue: Int64(since))
                    $0.after = ChatCursor(
                        updatedAt: Timestamp(rawValue: Int64(after)), id: ChatID(rawValue: "c\(after)"))
                } == expected)
        }
    }

    @Test func `since takes its moment in, until leaves it out`() async throws {
        for time in 1...5 { try await put("c\(time)", at: Int64(time)) }
        #expect(try await list { $0.conditions.since = Timestamp(rawValue: 3) } == ["c5", "c4", "c3"])
        #expect(try await list { $0.conditions.until = Timestamp(rawValue: 3) } == ["c2", "c1"])
        #expect(
            try await list {
                $0.conditions.since = Timestamp(rawValue: 2)
                $0.conditions.until = Timestamp(rawValue: 4)
            } == ["c3", "c2"])
        #expect(
            try await list {
                $0.conditions.until = Timestamp(rawValue: 4)
                $0.after = ChatCursor(updatedAt: Timestamp(rawValue: 5), id: ChatID(rawValue: "c5"))
            } == ["c3", "c2", "c1"])
        #expect(
            try await list {
                $0.conditions.until = Timestamp(rawValue: 5)
                $0.after = ChatCursor(updatedAt: Timestamp(rawValue: 3), id: ChatID(rawValue: "c3"))
            } == ["c2", "c1"])
        #expect(
            try await list {
                $0.conditions.since = Timestamp(rawValue: .min)
                $0.conditions.until = Timestamp(rawValue: .max)
            }.count == 5)
    }

    @Test func `provider and tag are compared whole`() async throws {
        try await put("a", at: 1, provider: "blog", tags: ["work", "x"])
        try await put("b", at: 2, provider: "blogger", tags: ["workshop"])
        try await put("c", at: 3, tags: ["work"])
        #expect(try await list { $0.conditions.provider = "blog" } == ["a"])
        #expect(try await list { $0.conditions.tag = "work" } == ["c", "a"])
        #expect(
            try await list {
                $0.conditions.tag = "work"
                $0.conditions.provider = "blog"
            } == ["a"])
        #expect(try await list { $0.conditions.tag = "" } == [])
        #expect(try await list { $0.conditions.provider = "BLOG" } == [])
        #expect(try await list { $0.conditions.provider = "' OR 1 --" } == [])
    }

    @Test func `a limit as large as can be is no limit`() async throws {
        for time in 1...3 { try await put("c\(time)", at: Int64(time)) }
        var query = ChatQuery()
        query.limit = .max
        let page = try await store.chats(matching: query, of: .local)
        #expect(page.chats.count == 3)
        #expect(page.next == nil)
        query.limit = 3
        #expect(try await store.chats(matching: query, of: .local).next == nil)
        query.limit = 2
        #expect(
            try await store.chats(matching: query, of: .local).next
                == ChatCursor(updatedAt: Timestamp(rawValue: 2), id: ChatID(rawValue: "c2")))
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `going on from page to page visits each chat once, in order`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var chats: [Chat] = []
        for number in 0..<Int.random(in: 0...120, using: &random) {
            var chat = Chat(
                id: ChatID(rawValue: "\(Int.random(in: 0...9, using: &random))-\(number)"), title: "T",
                createdAt: Timestamp(rawValue: 0), updatedAt: Timestamp(rawValue: .random(in: 0...8, using: &random)))
            chat.provider = Bool.random(using: &random) ? "blog" : nil
            chat.archived = Int.random(in: 0...3, using: &random) == 0
            chats.append(chat)
        }
        let made = chats
        try await store.writing { connection in for chat in made { _ = try connection.insert(chat) } }

        var query = ChatQuery()
        query.archived = [true, false, nil].randomElement(using: &random) ?? nil
        query.order = Bool.random(using: &random) ? .newestFirst : .oldestFirst
        query.conditions.provider = Bool.random(using: &random) ? "blog" : nil
        query.conditions.since = Bool.random(using: &random) ? Timestamp(rawValue: 2) : nil
        query.conditions.until = Bool.random(using: &random) ? Timestamp(rawValue: 7) : nil
        let expected =
            chats.filter { chat in
                chat.archived == query.archived ?? chat.archived
                    && (query.conditions.provider ?? chat.provider) == chat.provider
                    && chat.updatedAt >= query.conditions.since ?? chat.updatedAt
                    && (query.conditions.until.map { chat.updatedAt < $0 } ?? true)
            }
            .sorted {
                (($0.updatedAt, $0.id.rawValue) > ($1.updatedAt, $1.id.rawValue)) == (query.order == .newestFirst)
            }
        var visited: [Chat] = []
        repeat {
            query.limit = .random(in: 1...9, using: &random)
            let page = try await store.chats(matching: query, of: .local)
            #expect(page.chats.count <= query.limit ?? 0)
            visited += page.chats
            query.after = page.next
        } while query.after != nil
        #expect(visited == expected)
    }

    @Test func `other owners see nothing of it`() async throws {
        let someone = Owner(rawValue: "someone")
        let mine = try await put("a", at: 1, title: "Mine")
        let theirs = try await put("a", at: 2, title: "Theirs", owner: someone)
        try await put("b", at: 3, title: "Theirs", owner: someone)
        #expect(try await store.chats(matching: ChatQuery(), of: .local).chats == [mine])
        #expect(try await store.chat(mine.id, of: .local) == mine)
        #expect(try await store.chat(mine.id, of: someone) == theirs)
        #expect(try await store.chat(ChatID(rawValue: "b"), of: .local) == nil)
        #expect(try await store.latestChat(of: .local) == mine)
        #expect(try await store.latestChat(of: Owner(rawValue: "")) == nil)
        for name in [ChatName.idBeginning("b"), .shortID("b"), .title("Theirs"), .titlePart("heir")] {
            #expect(try await store.chats(named: name, of: .local, limit: 9) == [])
            #expect(try await store.chats(named: name, of: someone, limit: 9) != [])
        }
    }

    // MARK: - Names

    private func named(_ name: ChatName, limit: Int = 10) async throws -> [String] {
        try await store.chats(named: name, of: .local, limit: limit).map(\.id.rawValue)
    }

    @Test func `the beginning of an id finds it, in either case`() async throws {
        for id in ["01abc", "01abd", "01b", "02", "01AB-kept"] { try await put(id, at: 1) }
        #expect(Set(try await named(.idBeginning("01ab"))) == ["01abc", "01abd"])
        #expect(try await named(.idBeginning("01AB")) == ["01AB-kept"])
        #expect(try await named(.idBeginning("01ABD")) == ["01abd"])
        #expect(try await named(.idBeginning("01abc")) == ["01abc"])
        #expect(try await named(.idBeginning("01abcx")) == [])
        #expect(try await named(.idBeginning("%")) == [])
        #expect(try await named(.idBeginning("0"), limit: 3).count == 3)
    }

    @Test func `the last eight characters of an id find it, or all of a shorter one`() async throws {
        for id in ["01hq0000000000000abcdefghi", "01hq0000000000000xbcdefghi", "abc"] { try await put(id, at: 1) }
        #expect(Set(try await named(.shortID("bcdefghi"))).count == 2)
        #expect(Set(try await named(.shortID("BCDEFGHI"))).count == 2)
        #expect(try await named(.shortID("bcdefghi"), limit: 1).count == 1)
        #expect(try await named(.shortID("cdefghi")) == [])
        #expect(try await named(.shortID("abc")) == ["abc"])
    }

    @Test func `a title, or a part of one, finds the chat without regard to case`() async throws {
        try await put("a", at: 1, title: "Über die Straße")
        try await put("b", at: 2, title: "100% cotton_wool")
        try await put("c", at: 3, title: "ΟΔΥΣΣΕΙΑ")
        #expect(try await named(.title("über DIE straße")) == ["a"])
        #expect(try await named(.title("Über")) == [])
        #expect(try await named(.titlePart("ÜBER")) == ["a"])
        #expect(try await named(.titlePart("0% C")) == ["b"])
        #expect(try await named(.titlePart("%")) == ["b"])
        #expect(try await named(.titlePart("_")) == ["b"])
        #expect(try await named(.titlePart("δυσσ")) == ["c"])
        #expect(try await named(.titlePart("xyz")) == [])
    }

    @Test func `of several with a name the last active come first`() async throws {
        // Neither the order of making nor that of the ids.
        for (id, time) in [("0b0000000", 5), ("0a0000000", 9), ("0d0000000", 1), ("0c0000000", 7)] {
            try await put(id, at: Int64(time), title: "Same title")
        }
        let expected = ["0a0000000", "0c0000000", "0b0000000", "0d0000000"]
        #expect(try await named(.idBeginning("0")) == expected)
        #expect(try await named(.title("same title")) == expected)
        #expect(try await named(.titlePart("same")) == expected)
        for id in expected {
            try await put(id + "-a0000000", at: Int64(id.utf8.reduce(0) { $0 &* 31 &+ Int($1) } % 97))
        }
        let short = try await store.chats(named: .shortID("a0000000"), of: .local, limit: 10)
        #expect(short.count == 5)
        #expect(short.map(\.updatedAt) == short.map(\.updatedAt).sorted(by: >))
    }
}
