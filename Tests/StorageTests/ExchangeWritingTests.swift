import Conversations
import Migrations
import SQLite
import Support
import Testing

@testable import Storage

/// One exchange, from the message to the end of the reply, and what is on disk at each step.
struct ExchangeWritingTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    @Test func `the message and the open reply are written at once, and the lease is taken`() async throws {
        var chat = scratch.newChat("Greetings")
        chat.system = "Be kind."
        chat.tags = ["a", "b"]
        chat.metadata = ["mood": "good", "": "empty"]
        let exchange = scratch.exchange(in: .new(chat), "Hello?", provider: "blog", model: "large")
        let open = try await store.begin(exchange)

        var expected = chat
        expected.head = 2
        expected.messageCount = 2
        expected.version = 1
        expected.provider = "blog"
        expected.model = "large"
        #expect(open.chat == expected)
        #expect(try await store.chat(chat.id, of: .local) == expected)
        let now = scratch.world.now
        #expect(
            open.message
                == Message(
                    id: MessageID(chat: chat.id, seq: 1), role: .user, content: "Hello?", createdAt: now,
                    finishedAt: now))
        #expect(
            open.reply
                == Message(
                    id: MessageID(chat: chat.id, seq: 2), parent: 1, role: .assistant, content: "", status: .streaming,
                    provider: "blog", model: "large", createdAt: now))
        #expect(open.attempt == exchange.attempt)
        let (_, branch) = try #require(try await store.branch(of: chat.id, of: .local, last: nil))
        #expect(branch == [open.message, open.reply])

        #expect(
            try scratch.rows("SELECT writer, lease_until, open_reply, next_seq FROM chats", columns: 4)
                == ["test-1|\(now.rawValue + 5000)|2|3"])
        #expect(
            try scratch.rows(
                """
                SELECT id, provider, model, kind, chat, message, attempt, process, started_at, outcome, fault, duration_ms
                FROM provider_attempts
                """, columns: 12)
                == [
                    "\(exchange.attempt.id.rawValue)|blog|large|chat|\(chat.id)|2|1|test-1|\(now.rawValue)|pending|none|-"
                ])
    }

    @Test func `an ended reply is as it was handed in, and the lease is free`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat()))
        try await store.keep("Hel", number: 1, of: scratch.right(to: open))
        try await store.keep("lo.", number: 2, of: scratch.right(to: open))
        scratch.world.advance(by: .seconds(2))
        var ending = scratch.ending(open, "Hello.")
        ending.message.usage = TokenUsage(inputTokens: 3, outputTokens: 5)
        ending.message.provider = "eliza"
        ending.message.model = "doctor"
        ending.attempt.result.httpStatus = 200
        ending.attempt.result.firstTextMilliseconds = 4
        ending.attempt.result.chunks = 2
        ending.attempt.result.textBytes = 6
        let chat = try await store.finish(scratch.right(to: open), with: ending)

        #expect(chat.updatedAt == scratch.world.now)
        #expect(chat.messageCount == 2)
        #expect(try await store.chat(chat.id, of: .local) == chat)
        let (_, branch) = try #require(try await store.branch(of: chat.id, of: .local, last: nil))
        #expect(branch == [open.message, ending.message])
        #expect(
            try scratch.rows(
                "SELECT writer, lease_until, open_reply, (SELECT count(*) FROM message_parts) FROM chats", columns: 4)
                == ["-|-|-|0"])
        #expect(
            try scratch.rows(
                """
                SELECT outcome, fault, http_status, first_text_ms, duration_ms, chunks, text_bytes, error_code, error_text
                FROM provider_attempts
                """, columns: 9) == ["ok|none|200|4|7|2|6|-|-"])
    }

    @Test(arguments: [MessageStatus.complete, .interrupted, .failed])
    func `a reply's status and error are kept`(status: MessageStatus) async throws {
        let open = try await scratch.begin(.new(scratch.newChat()))
        var ending = scratch.ending(open, status == .failed ? "" : "Some", status)
        ending.message.error = status == .complete ? nil : MessageError(code: "torn", message: "the stream was torn")
        ending.attempt.result.outcome = .torn
        ending.attempt.result.fault = .provider
        ending.attempt.result.error = ending.message.error
        _ = try await store.finish(scratch.right(to: open), with: ending)
        let (_, branch) = try #require(try await store.branch(of: open.chat.id, of: .local, last: 1))
        #expect(branch == [ending.message])
        #expect(try scratch.rows("SELECT outcome, fault FROM provider_attempts", columns: 2) == ["torn|provider"])
    }

    @Test func `messages follow on each other, and numbers count up`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()), "one")
        chat = try await scratch.talk(.existing(chat), "two", provider: "blog")
        chat = try await scratch.talk(.existing(chat), "three")
        #expect(chat.head == 6)
        #expect(chat.messageCount == 6)
        #expect(chat.version == 6)
        #expect(chat.provider == "eliza")
        let (_, branch) = try #require(try await store.branch(of: chat.id, of: .local, last: nil))
        #expect(branch.map(\.id.seq) == [1, 2, 3, 4, 5, 6])
        #expect(branch.map(\.parent) == [nil, 1, 2, 3, 4, 5])
        #expect(branch.map(\.content) == ["one", "Hello.", "two", "Hello.", "three", "Hello."])
        #expect(branch.map(\.provider) == [nil, "eliza", nil, "blog", nil, "eliza"])
    }

    @Test func `the time of a chat never goes back`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()))
        let late = chat.updatedAt
        scratch.world.advance(by: .seconds(-3600))
        let open = try await scratch.begin(.existing(chat))
        #expect(open.chat.updatedAt == late)
        chat = try await store.finish(scratch.right(to: open), with: scratch.ending(open))
        #expect(chat.updatedAt == late)
        #expect(try await store.chat(chat.id, of: .local)?.updatedAt == late)
    }

    static let nasty = [
        "", " ", "a\u{0}b\u{0}\u{0}", "\u{0}", "it's \"quoted\"; DROP TABLE chats; --", "\r\n\r\r\n\u{85}\u{2028}",
        "\u{FEFF}mark", "e\u{301} \u{e9}", "\u{301}\u{302}\u{303}", "👩‍👩‍👧‍👦🏳️‍🌈👋🏽🇩🇪", "\u{202E}turned\u{2066}",
        "\u{1B}]0;title\u{7}\u{1B}[31m", "\u{FFFE}\u{FFFF}\u{10FFFF}\u{E000}", "漢字かなカナ한글", "مرحبا שלום",
        "Z̸̢̨a̴l̶g̷o̵", "%s%n?1:name@x$y", String(repeating: "\u{1F600}", count: 1_310_720),
    ]

    @Test(arguments: nasty.indices)
    func `what is said comes back byte for byte`(index: Int) async throws {
        let text = Self.nasty[index]
        let open = try await scratch.begin(.new(scratch.newChat(text.isEmpty ? "" : "Title " + text.prefix(60))), text)
        try await store.keep(text, number: 1, of: scratch.right(to: open))
        let (_, streaming) = try #require(try await store.branch(of: open.chat.id, of: .local, last: nil))
        #expect(streaming.allSatisfy { $0.content.utf8.elementsEqual(text.utf8) })
        _ = try await store.finish(scratch.right(to: open), with: scratch.ending(open, text))
        let (chat, ended) = try #require(try await store.branch(of: open.chat.id, of: .local, last: nil))
        #expect(ended.count == 2 && ended.allSatisfy { $0.content.utf8.elementsEqual(text.utf8) })
        #expect(chat.title.utf8.elementsEqual(open.chat.title.utf8))
    }

    @Test(arguments: ["x", "é", "e\u{301}", "👩‍👩‍👧‍👦", "\u{301}", "a\u{301}\u{302}\u{303}\u{304}"])
    func `the error of an attempt is kept to 300 characters`(character: String) async throws {
        let open = try await scratch.begin(.new(scratch.newChat()))
        var ending = scratch.ending(open, "", .failed)
        let long = String(repeating: character, count: 1000)
        ending.message.error = MessageError(code: "http_500", message: long)
        ending.attempt.result.error = ending.message.error
        _ = try await store.finish(scratch.right(to: open), with: ending)
        let length = try scratch.number("SELECT length(error_text) FROM provider_attempts")
        #expect(length <= 300 && length >= 290)
        let (_, branch) = try #require(try await store.branch(of: open.chat.id, of: .local, last: 1))
        #expect(branch.first?.error?.message.utf8.count == long.utf8.count)
    }

    // MARK: - Refusals

    @Test func `a chat that is there is not made again`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        await #expect(throws: StoreError.chatExists(chat.id)) { try await scratch.begin(.new(chat)) }
        #expect(try await store.chat(chat.id, of: .local) == chat)
        #expect(try scratch.number("SELECT count(*) FROM provider_attempts") == 1)
    }

    @Test func `a chat that is not there takes no message, nor another owner's`() async throws {
        let none = scratch.newChat()
        await #expect(throws: StoreError.noSuchChat(none.id)) { try await scratch.begin(.existing(none)) }
        var chat = try await scratch.talk(.new(scratch.newChat()))
        chat.owner = Owner(rawValue: "someone")
        await #expect(throws: StoreError.noSuchChat(chat.id)) { try await scratch.begin(.existing(chat)) }
        #expect(try scratch.number("SELECT count(*) FROM messages") == 2)
    }

    @Test func `a chat that has changed since it was read is refused`() async throws {
        let read = try await scratch.talk(.new(scratch.newChat()))
        try await scratch.talk(.existing(read))
        await #expect(throws: StoreError.chatChanged(read.id)) { try await scratch.begin(.existing(read)) }
        #expect(try scratch.number("SELECT count(*) FROM messages") == 4)
    }

    @Test func `a chat takes messages to its last number, and no more`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()))
        try scratch.execute("UPDATE chats SET next_seq = 1048574")
        chat = try await scratch.talk(.existing(chat), "the last")
        #expect(chat.head == 1_048_575)
        let full = StoreError.chatFull(chat.id, limit: 1_048_575)
        await #expect(throws: full) { try await scratch.begin(.existing(chat)) }
        #expect(try await store.chat(chat.id, of: .local) == chat)
        #expect(try await store.branch(of: chat.id, of: .local, last: nil)?.1.count == 4)
        #expect(try await store.check() == [])
    }

    @Test func `a full disk leaves nothing of a message, and the chat as it was`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let pages = try scratch.number("PRAGMA page_count")
        try await store.maintaining { try $0.execute("PRAGMA max_page_count = \(pages + 2)") }
        let long = String(repeating: "x", count: 100_000)
        await #expect(throws: StoreError.diskFull(path: scratch.path)) {
            try await scratch.begin(.existing(chat), long)
        }
        #expect(try await store.chat(chat.id, of: .local) == chat)
        try await store.maintaining { try $0.execute("PRAGMA max_page_count = 1000000") }
        #expect(try await scratch.talk(.existing(chat), long).messageCount == 4)
        #expect(try await store.check() == [])
    }

    @Test func `one number short of two is full as well`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        try scratch.execute("UPDATE chats SET next_seq = 1048575")
        await #expect(throws: StoreError.chatFull(chat.id, limit: 1_048_575)) {
            try await scratch.begin(.existing(chat))
        }
    }
}

/// Who may write to a reply, and for how long.
struct LeaseTests {
    let one: ScratchStore
    let other: ScratchStore

    init() async throws {
        one = try await ScratchStore(process: "one")
        other = try await ScratchStore(process: "two", besides: one)
    }

    private func branch(_ chat: Chat) async throws -> [Message] {
        try #require(try await other.store.branch(of: chat.id, of: .local, last: nil)).1
    }

    @Test func `while a reply streams nobody else begins one`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        one.world.advance(by: .milliseconds(4999))
        await #expect(throws: StoreError.chatBusy(open.chat.id)) { try await other.begin(.existing(open.chat)) }
        await #expect(throws: StoreError.chatBusy(open.chat.id)) { try await one.begin(.existing(open.chat)) }
        let chat = try await one.store.finish(one.right(to: open), with: one.ending(open))
        #expect(try await other.talk(.existing(chat)).messageCount == 4)
    }

    @Test func `each piece renews the lease, and so does an empty one`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        for number in 1...4 {
            one.world.advance(by: .seconds(4))
            let piece = number.isMultiple(of: 2) ? "" : "x"
            try await one.store.keep(piece, number: (number + 1) / 2, of: one.right(to: open))
        }
        one.world.advance(by: .seconds(4))
        await #expect(throws: StoreError.chatBusy(open.chat.id)) { try await other.begin(.existing(open.chat)) }
        #expect(try await branch(open.chat).map(\.content) == ["Hello?", "xx"])
        #expect(try one.number("SELECT count(*) FROM message_parts") == 2)
    }

    @Test func `a reader sees what has come so far, and after the lease an interrupted reply`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        try await one.store.keep("As I was ", number: 1, of: one.right(to: open))
        try await one.store.keep("saying", number: 2, of: one.right(to: open))
        var reply = try #require(try await branch(open.chat).last)
        #expect(reply.content == "As I was saying")
        #expect(reply.status == .streaming)
        #expect(reply.error == nil)

        one.world.advance(by: .milliseconds(4999))
        #expect(try await branch(open.chat).last?.status == .streaming)
        one.world.advance(by: .milliseconds(1))
        reply = try #require(try await branch(open.chat).last)
        #expect(reply.content == "As I was saying")
        #expect(reply.status == .interrupted)
        #expect(reply.error?.code == "aborted")
        let read = try #require(try await other.transcripts(.chats([open.chat.id])).first?.1.last)
        #expect(read == reply)
        // Nothing is mended by reading.
        #expect(try one.rows("SELECT status FROM messages WHERE role = 'assistant'") == ["streaming"])
    }

    @Test func `who read a reply that its writer then finished after all has to read it again`() async throws {
        let open = try await one.begin(.new(one.newChat()), "first")
        try await one.store.keep("As I ", number: 1, of: one.right(to: open))
        one.world.advance(by: .seconds(6))
        let (read, messages) = try #require(
            try await other.store.branch(of: open.chat.id, of: .local, endingAt: nil, last: nil))
        #expect(messages.last?.content == "As I ")
        _ = try await one.store.finish(one.right(to: open), with: one.ending(open, "As I was saying"))
        await #expect(throws: StoreError.chatChanged(open.chat.id)) {
            try await other.begin(.existing(read), "second")
        }
        let (again, _) = try #require(
            try await other.store.branch(of: open.chat.id, of: .local, endingAt: nil, last: nil))
        #expect(try await other.begin(.existing(again), "second").message.parent == 2)
    }

    @Test func `the next writer closes what an earlier one left, and that one has lost its lease`() async throws {
        let open = try await one.begin(.new(one.newChat()), "first")
        try await one.store.keep("As I ", number: 1, of: one.right(to: open))
        try await one.store.keep("was", number: 2, of: one.right(to: open))
        one.world.advance(by: .seconds(6))
        let next = try await other.begin(.existing(open.chat), "second")
        #expect(next.message.parent == 2)
        #expect(next.chat.version == 2)
        #expect(next.chat.messageCount == 4)

        let messages = try await branch(open.chat)
        #expect(messages.map(\.content) == ["first", "As I was", "second", ""])
        #expect(messages.map(\.status) == [.complete, .interrupted, .complete, .streaming])
        #expect(messages[1].finishedAt == one.world.now)
        #expect(messages[1].error?.code == "aborted")
        #expect(try one.number("SELECT count(*) FROM message_parts") == 0)
        #expect(
            try one.rows("SELECT outcome, fault FROM provider_attempts ORDER BY id", columns: 2)
                == ["aborted|local", "pending|none"])

        let lost = StoreError.leaseLost(open.chat.id)
        await #expect(throws: lost) { try await one.store.keep(" saying", number: 3, of: one.right(to: open)) }
        await #expect(throws: lost) { try await one.store.keep("", number: 3, of: one.right(to: open)) }
        await #expect(throws: lost) { try await one.store.finish(one.right(to: open), with: one.ending(open)) }
        #expect(try await branch(open.chat) == messages)
        let chat = try await other.store.finish(other.right(to: next), with: other.ending(next))
        #expect(chat.messageCount == 4)
        #expect(try await other.store.check() == [])
    }

    @Test func `a writer that was late but not overtaken still ends its reply`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        one.world.advance(by: .seconds(60))
        try await one.store.keep("late", number: 1, of: one.right(to: open))
        #expect(try await branch(open.chat).last?.status == .streaming)
        one.world.advance(by: .seconds(60))
        let chat = try await one.store.finish(one.right(to: open), with: one.ending(open, "late"))
        #expect(try await branch(chat).last?.status == .complete)
    }

    @Test func `a reply ends once`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        let ended = try await one.store.finish(one.right(to: open), with: one.ending(open, "once"))
        let lost = StoreError.leaseLost(open.chat.id)
        await #expect(throws: lost) { try await one.store.finish(one.right(to: open), with: one.ending(open, "twice")) }
        await #expect(throws: lost) { try await one.store.keep("more", number: 9, of: one.right(to: open)) }
        #expect(try await branch(ended).last?.content == "once")
    }

    @Test func `nobody writes to a reply under another name, version or owner`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        let right = one.right(to: open)
        var wrong = [right, right, right]
        wrong[0].process = "two"
        wrong[1].version += 1
        wrong[2].owner = Owner(rawValue: "someone")
        for wrong in wrong {
            await #expect(throws: StoreError.leaseLost(open.chat.id)) {
                try await other.store.keep("x", number: 1, of: wrong)
            }
            await #expect(throws: StoreError.leaseLost(open.chat.id)) {
                try await other.store.finish(wrong, with: one.ending(open))
            }
        }
        #expect(try one.number("SELECT count(*) FROM message_parts") == 0)
    }

    @Test func `tables that a later version has changed meanwhile are not written to`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        try one.execute("INSERT INTO schema_migrations VALUES (9999, 'later', 'x', 0)")
        await #expect(throws: StoreError.newerSchema(path: one.path, version: 9999, known: Migration.all.count)) {
            try await one.store.keep("x", number: 1, of: one.right(to: open))
        }
        #expect(try one.number("SELECT count(*) FROM message_parts") == 0)
    }

    @Test func `a lease from before the clock was set back holds nobody up`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        try one.execute("UPDATE chats SET lease_until = lease_until + 3600000")
        let again = try await other.begin(.existing(open.chat))
        #expect(again.message.id.seq == 3)
    }

    @Test func `a lease counts from when it is written, however long the way there was`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        one.world.advance(by: .seconds(30))
        let late = one.right(to: open)
        try await one.store.keep("x", number: 1, of: late)
        #expect(try one.number("SELECT lease_until FROM chats") == one.world.now.advanced(by: .seconds(5)).rawValue)
        await #expect(throws: StoreError.chatBusy(open.chat.id)) { try await other.begin(.existing(open.chat)) }
    }

    @Test func `another owner's chat of the same id has its own attempts`() async throws {
        let id = "imported-twice"
        let someone = Owner(rawValue: "someone")
        let mine = try await one.begin(.new(one.newChat(id: id)))
        one.world.advance(by: .seconds(6))
        let theirs = try await other.begin(.new(other.newChat(id: id, owner: someone)))
        _ = try await one.begin(.existing(mine.chat))
        let name = theirs.attempt.id.rawValue
        let outcomes = try one.rows("SELECT outcome FROM provider_attempts WHERE id = '\(name)'")
        #expect(outcomes == ["pending"])
        _ = try await other.store.finish(other.right(to: theirs), with: other.ending(theirs))
        one.world.advance(by: .seconds(6))
        try await one.store.delete([mine.chat.id], of: .local)
        let names = try one.rows("SELECT chat FROM provider_attempts WHERE id = '\(name)'")
        #expect(names == [id])
        #expect(try await other.store.chat(theirs.chat.id, of: someone)?.messageCount == 2)
    }

    @Test func `an end that cannot be written is written not at all`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        try await one.store.keep("Hello", number: 1, of: one.right(to: open))
        try one.execute(
            "CREATE TRIGGER stop BEFORE UPDATE OF outcome ON provider_attempts BEGIN SELECT raise(ABORT, 'no'); END")
        await #expect(throws: StoreError.self) {
            try await one.store.finish(one.right(to: open), with: one.ending(open))
        }
        let reply = try #require(try await branch(open.chat).last)
        #expect(reply.status == .streaming && reply.content == "Hello")
        try one.execute("DROP TRIGGER stop")
        _ = try await one.store.finish(one.right(to: open), with: one.ending(open))
    }
}
