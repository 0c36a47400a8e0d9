import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// The branch in view, and whole chats with all their branches.
struct TranscriptReadingTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// A chat with other tries beside the branch in view: 1 ─ 2 ─ 3 ─ 4, and 5 beside 2, 6 and 7 after 5, 8 beside 1.
    private func branchedChat() async throws -> Chat {
        let first = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        let chat = try await scratch.talk(.existing(first), "3", reply: "4")
        let key = try scratch.number("SELECT key FROM chats WHERE id = '\(chat.id)'")
        let others: [(Int64, String, String)] = [
            (5, "1", "assistant"), (6, "5", "user"), (7, "6", "assistant"), (8, "NULL", "user"),
        ]
        for (seq, parent, role) in others {
            try scratch.execute(
                """
                INSERT INTO messages (key, parent, role, status, created_at, content)
                VALUES (\(key) << 20 | \(seq), \(parent), '\(role)', 'complete', 1, '\(seq)');
                UPDATE chats SET message_count = message_count + 1, next_seq = \(seq) + 1 WHERE key = \(key)
                """)
        }
        return try #require(try await store.chat(chat.id, of: .local))
    }

    private func branch(_ chat: Chat, last: Int? = nil) async throws -> [String] {
        try #require(try await store.branch(of: chat.id, of: .local, last: last)).1.map(\.content)
    }

    @Test func `only the branch in view is given`() async throws {
        let chat = try await branchedChat()
        #expect(chat.messageCount == 8)
        #expect(try await branch(chat) == ["1", "2", "3", "4"])
        for (head, expected) in [
            (7, ["1", "5", "6", "7"]), (2, ["1", "2"]), (8, ["8"]), (1, ["1"]), (5, ["1", "5"]),
        ] {
            try scratch.execute("UPDATE chats SET head = \(head)")
            #expect(try await branch(chat) == expected)
        }
        #expect(try await store.check().filter { $0.code != "damaged_index" } == [])
    }

    @Test func `the last few are those at the end of the branch`() async throws {
        let chat = try await branchedChat()
        try scratch.execute("UPDATE chats SET head = 7")
        #expect(try await branch(chat, last: 1) == ["7"])
        #expect(try await branch(chat, last: 3) == ["5", "6", "7"])
        #expect(try await branch(chat, last: 4) == ["1", "5", "6", "7"])
        #expect(try await branch(chat, last: 100) == ["1", "5", "6", "7"])
        #expect(try await branch(chat, last: 0) == [])
    }

    @Test func `talk goes on at the end of the branch in view`() async throws {
        var chat = try await branchedChat()
        try scratch.execute("UPDATE chats SET head = 5")
        chat.head = 5
        chat = try await scratch.talk(.existing(chat), "9", reply: "10")
        #expect(try await branch(chat) == ["1", "5", "9", "10"])
        #expect(chat.head == 10)
        #expect(chat.messageCount == 10)
    }

    @Test func `a chat in which nothing was said has an empty branch, and one that is not there has none`() async throws
    {
        let chat = scratch.newChat("Silence")
        try await store.writing { _ = try $0.insert(chat) }
        let (found, branch) = try #require(try await store.branch(of: chat.id, of: .local, last: nil))
        #expect(found == chat)
        #expect(branch == [])
        #expect(try await store.branch(of: scratch.newChat().id, of: .local, last: nil) == nil)
        #expect(try await store.branch(of: chat.id, of: Owner(rawValue: "someone"), last: nil) == nil)
        let read = try await scratch.transcripts(.chats([chat.id]))
        #expect(read.count == 1 && read[0].1 == [])
    }

    @Test func `a branch of many messages is whole`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        try scratch.execute(
            """
            INSERT INTO messages (key, parent, role, status, created_at, content)
            WITH RECURSIVE n (n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
            SELECT c.key << 20 | n, n - 1, 'user', 'complete', 1, n FROM n, chats c;
            UPDATE chats SET head = 5000, next_seq = 5001, message_count = 5000
            """)
        let found = try await branch(chat)
        #expect(found.count == 5000)
        #expect(found.dropFirst(2).elementsEqual((3...5000).map(String.init)))
    }

    // MARK: - Whole chats

    @Test func `whole chats come by id, each with all its branches by number, and its end`() async throws {
        let branched = try await branchedChat()
        for id in ["zz", "Aa", "0", "m-1"] { try await scratch.talk(.new(scratch.newChat(id: id))) }
        let collected = Collected()
        try await store.read(.everything, of: .local) { collected.receive($0) }
        #expect(collected.ends == 5)
        #expect(collected.chats.map(\.0.id.rawValue) == ["0", branched.id.rawValue, "Aa", "m-1", "zz"])
        let (chat, messages) = collected.chats[1]
        #expect(chat == branched)
        #expect(messages.map(\.id) == (1...8).map { MessageID(chat: chat.id, seq: $0) })
        #expect(messages.map(\.parent) == [nil, 1, 2, 3, 1, 5, 6, nil])
    }

    @Test func `chats asked for by name come in the order asked for, and none is passed over`() async throws {
        var ids: [ChatID] = []
        for name in ["a", "b", "c"] { ids.append(try await scratch.talk(.new(scratch.newChat(id: name))).id) }
        #expect(try await scratch.transcripts(.chats([ids[2], ids[0]])).map(\.0.id) == [ids[2], ids[0]])
        #expect(try await scratch.transcripts(.chats([])).isEmpty)
        let missing = ChatID(rawValue: "none")
        await #expect(throws: StoreError.noSuchChat(missing)) {
            _ = try await scratch.transcripts(.chats([ids[0], missing]))
        }
        await #expect(throws: StoreError.noSuchChat(ids[0])) {
            _ = try await scratch.transcripts(.chats([ids[0]]), owner: Owner(rawValue: "someone"))
        }
    }

    @Test func `chats are selected by time, provider and tag, archived or not`() async throws {
        for (number, provider) in ["eliza", "blog", "blog", "eliza"].enumerated() {
            var chat = scratch.newChat(id: "chat\(number)")
            chat.tags = number >= 2 ? ["late", "x"] : ["x"]
            chat.archived = number == 2
            try await scratch.talk(.new(chat), provider: provider)
            scratch.world.advance(by: .seconds(1))
        }
        let start = scratch.world.now.advanced(by: .seconds(-4))
        func selected(_ since: Timestamp? = nil, _ provider: String? = nil, _ tag: String? = nil) async throws
            -> [String]
        {
            var conditions = ChatConditions()
            conditions.since = since
            conditions.provider = provider
            conditions.tag = tag
            return try await scratch.transcripts(.all(conditions, archived: nil)).map(\.0.id.rawValue)
        }
        #expect(try await selected() == ["chat0", "chat1", "chat2", "chat3"])
        #expect(try await selected(start.advanced(by: .seconds(1))) == ["chat1", "chat2", "chat3"])
        #expect(try await selected(start.advanced(by: .milliseconds(1001))) == ["chat2", "chat3"])
        #expect(try await selected(nil, "blog") == ["chat1", "chat2"])
        #expect(try await selected(nil, nil, "late") == ["chat2", "chat3"])
        #expect(try await selected(start.advanced(by: .seconds(2)), "eliza", "late") == ["chat3"])
        #expect(try await selected(nil, "none") == [])
        #expect(try await selected(nil, nil, "lat") == [])
        #expect(
            try await scratch.transcripts(.everything, owner: Owner(rawValue: "x"))
                .isEmpty)
    }

    @Test func `a text comes whole, whatever is in it`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let key = try scratch.number("SELECT key FROM chats")
        // Not UTF-8, cut in the middle of a character, NUL in the middle, and the longest that a message may be.
        let texts: [(sql: String, text: String)] = [
            ("CAST(x'61FF62' AS TEXT)", "a\u{FFFD}b"), ("CAST(x'E282' AS TEXT)", "\u{FFFD}"),
            ("CAST(x'C3A9EDA08041' AS TEXT)", "é\u{FFFD}\u{FFFD}\u{FFFD}A"), ("CAST(x'610062' AS TEXT)", "a\u{0}b"),
            ("''", ""), ("char(8232, 65279, 128105)", "\u{2028}\u{FEFF}👩"),
            ("replace(hex(zeroblob(\(4 << 20))), '0', 'x')", String(repeating: "x", count: 8 << 20)),
        ]
        for (number, text) in texts.enumerated() {
            try scratch.execute(
                """
                INSERT INTO messages (key, parent, role, status, created_at, content)
                VALUES (\(key) << 20 | \(number + 3), 2, 'user', 'complete', 1, \(text.sql))
                """)
        }
        let read = try await scratch.transcripts(.chats([chat.id]))
        let contents = try #require(read.first).1.dropFirst(2).map(\.content)
        #expect(contents.count == texts.count)
        for (content, text) in zip(contents, texts) { #expect(content == text.text, "\(text.sql)") }
        for (number, text) in texts.enumerated() {
            let branch = try await store.branch(of: chat.id, of: .local, endingAt: number + 3, last: 1)
            #expect(branch?.1.map(\.content) == [text.text])
        }
    }

    @Test func `what rows share is each row's own, in any order`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let key = try scratch.number("SELECT key FROM chats")
        var expected: [[String?]] = []
        for number in 0..<60 {
            let role = ["user", "assistant", "system"][number % 3]
            let status = ["complete", "interrupted", "failed"][number / 3 % 3]
            let provider = number % 4 == 0 ? nil : "provider \(number % 11)"
            let model = number % 5 == 0 ? nil : "model \(number % 13)"
            func sql(_ text: String?) -> String { text.map { "'\($0)'" } ?? "NULL" }
            try scratch.execute(
                """
                INSERT INTO messages (key, parent, role, status, provider, model, created_at, finished_at, finish_reason,
                    input_tokens, output_tokens, error_code, error_message, content)
                VALUES (\(key) << 20 | \(number + 3), 2, '\(role)', '\(status)', \(sql(provider)), \(sql(model)), 1,
                    \(number % 2 == 0 ? "2" : "NULL"), \(sql(model)), \(number % 3 == 0 ? "1, 2" : "NULL, NULL"),
                    \(number % 7 == 0 ? "'torn', 'cut'" : "NULL, NULL"), '\(number)')
                """)
            expected.append([
                role, status, provider, model, number % 2 == 0 ? "2" : nil, model, number % 3 == 0 ? "1 2" : nil,
                number % 7 == 0 ? "torn cut" : nil, "\(number)",
            ])
        }
        let read = try await scratch.transcripts(.chats([chat.id]))
        let found = try #require(read.first).1.dropFirst(2).map { message -> [String?] in
            [
                message.role.rawValue, message.status.rawValue, message.provider, message.model,
                message.finishedAt.map { "\($0.rawValue)" }, message.finishReason,
                message.usage.map { "\($0.inputTokens) \($0.outputTokens)" },
                message.error.map { "\($0.code) \($0.message)" }, message.content,
            ]
        }
        #expect(found == expected)
    }

    private struct Enough: Error, Equatable {}

    @Test func `a body that throws ends the reading, and the next reading is none the worse`() async throws {
        for _ in 0..<3 { try await scratch.talk(.new(scratch.newChat())) }
        for limit in 1...12 {
            let collected = Collected()
            let counter = Counter()
            await #expect(throws: Enough()) {
                try await store.read(.everything, of: .local) { event in
                    collected.receive(event)
                    if counter.next() == limit { throw Enough() }
                }
            }
            #expect(counter.count == limit)
        }
        #expect(try await scratch.transcripts(.everything).count == 3)
        try await scratch.talk(.new(scratch.newChat()))
        await store.close()
        #expect(try Files.names(in: scratch.folder.path) == ["parley.db"])
    }

    @Test func `a reading sees one view, whatever is written meanwhile`() async throws {
        let other = try await ScratchStore(process: "two", besides: scratch)
        for _ in 0..<3 { try await scratch.talk(.new(scratch.newChat())) }
        let ids = try scratch.rows("SELECT id FROM chats ORDER BY id")
        let path = scratch.path
        let collected = Collected()
        try await store.read(.everything, of: .local) { event in
            collected.receive(event)
            if collected.chats.count == 1, collected.chats[0].1.isEmpty {
                try Connection(path: path, access: .readWrite)
                    .execute("DELETE FROM messages; UPDATE chats SET title = 'changed'")
            }
        }
        #expect(collected.chats.map(\.0.id.rawValue) == ids)
        #expect(collected.chats.allSatisfy { $0.0.title == "A chat" && $0.1.count == 2 })
        #expect(try await other.transcripts(.everything).allSatisfy { $0.1.isEmpty })
    }

    @Test func `a word that no version has written is damage, of this file`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        try scratch.execute(
            "PRAGMA ignore_check_constraints = ON; UPDATE messages SET role = 'oracle' WHERE parent = 1")
        let expected = StoreError.damaged(path: scratch.path, detail: "a message has an unknown role or status")
        await #expect(throws: expected) { _ = try await store.branch(of: chat.id, of: .local, last: nil) }
        await #expect(throws: expected) { _ = try await scratch.transcripts(.chats([chat.id])) }
    }
}

/// Counts what one reader is given, one after the other.
private final class Counter: @unchecked Sendable {
    private(set) var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}
