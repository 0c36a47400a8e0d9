import Conversations
import SQLite
import Support
import Testing

@testable import Storage

struct DatabaseUpkeepTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    @Test func `a new database is sound`() async throws {
        #expect(try await store.check() == [])
    }

    @Test func `so is a busy one`() async throws {
        for number in 0..<10 {
            let chat = try await scratch.talk(.new(scratch.newChat()), String(repeating: "long ", count: number * 1000))
            try await scratch.talk(.existing(chat))
            if number % 3 == 0 { try await store.delete([chat.id], of: .local) }
        }
        let open = try await scratch.begin(.new(scratch.newChat()))
        try await store.keep("so far", number: 1, of: scratch.right(to: open))
        #expect(try await store.check().map(\.code) == ["unfinished_erasure"])
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try await store.check() == [])
    }

    @Test func `a reply whose writer is gone is a note`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat()))
        try await store.keep("so far", number: 1, of: scratch.right(to: open))
        scratch.world.advance(by: .seconds(5))
        let findings = try await store.check()
        #expect(findings.map(\.code) == ["abandoned_replies"])
        #expect(findings.map(\.severity) == [.note])
        #expect(try scratch.number("SELECT count(*) FROM message_parts") == 1)
    }

    @Test(arguments: [
        (
            "message_without_chat",
            "INSERT INTO messages (key, role, status, created_at, content) VALUES (99 << 20 | 1, 'user', 'complete', 1, '')"
        ),
        ("message_without_parent", "UPDATE messages SET parent = 3 WHERE key & 1048575 = 6"),
        ("wrong_count", "UPDATE chats SET message_count = 7"),
        ("wrong_head", "UPDATE chats SET head = 900"),
        ("wrong_head", "UPDATE chats SET head = NULL"),
        ("number_used_again", "UPDATE chats SET next_seq = 6"),
        ("reply_without_writer", "UPDATE messages SET status = 'streaming' WHERE key & 1048575 = 4"),
        ("writer_without_reply", "UPDATE chats SET open_reply = 4, writer = 'x', lease_until = 1769860805000"),
        ("parts_left_over", "INSERT INTO message_parts SELECT key, 1, 'x' FROM messages WHERE key & 1048575 = 4"),
        ("broken_reference", "INSERT INTO chat_tags VALUES (99, 'x')"),
        ("broken_reference", "INSERT INTO chat_metadata VALUES (99, 'x', 'y')"),
    ])
    func `what does not hold between the rows is found`(code: String, sql: String) async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()))
        for _ in 0..<2 { chat = try await scratch.talk(.existing(chat)) }
        if code == "message_without_parent" {
            try scratch.execute("DELETE FROM messages WHERE key & 1048575 = 3; UPDATE chats SET message_count = 5")
            try scratch.execute("UPDATE messages SET parent = 2 WHERE parent = 3")
            #expect(try await findingsBesideIndex() == [])
        }
        try scratch.execute(sql)
        let findings = try await findingsBesideIndex()
        #expect(findings.map(\.code) == [code])
        #expect(findings.allSatisfy { $0.severity == .damage && !$0.message.isEmpty && !$0.advice.isEmpty })
    }

    @Test(arguments: [
        ("empty_hour", "UPDATE provider_hours SET n = 0"),
        ("unreadable_hour", "UPDATE provider_hours SET outcome = 'odd' WHERE outcome = 'ok'"),
        ("unreadable_hour", "UPDATE provider_hours SET duration = x'80' WHERE outcome = 'ok'"),
        ("unreadable_condition", "UPDATE provider_conditions SET recent = 'a:b:c'"),
        ("unreadable_condition", "UPDATE provider_conditions SET error_outcome = 'odd'"),
        ("incident_count", "UPDATE provider_incidents SET attempts = 9"),
        ("incident_count", "DELETE FROM incident_causes"),
        ("incident_backwards", "UPDATE provider_incidents SET ended_at = 1, provider = 'gone'"),
        ("incident_of_none", "UPDATE provider_incidents SET ended_at = started_at"),
        ("incident_of_none", "UPDATE provider_conditions SET circuit = 'closed'"),
    ])
    func `so is what does not hold in what attempts came to`(code: String, sql: String) async throws {
        try await scratch.ask("blog")
        for _ in 0..<3 { try await scratch.ask("blog", .broken) }
        #expect(try await store.check() == [])
        try scratch.execute(sql)
        let findings = try await store.check()
        #expect(findings.contains { $0.code == code }, "\(findings)")
        #expect(findings.allSatisfy { $0.severity == .damage && !$0.message.isEmpty && !$0.advice.isEmpty })
    }

    /// The index follows the store's own writes alone, so what a test does to the tables brings it out of step.
    private func findingsBesideIndex() async throws -> [DatabaseFinding] {
        try await store.check().filter { $0.code != "damaged_index" }
    }

    private func checked() async -> Result<[DatabaseFinding], StoreError> {
        do {
            return .success(try await store.check())
        } catch {
            return .failure(error)
        }
    }

    /// Rubbish in any one page is found by the check, or kept from being opened at all; it never ends the program.
    @Test(arguments: [UInt8(0), 0xFF, 0x0D, 0x5A])
    func `damaged pages are found`(rubbish: UInt8) async throws {
        for number in 0..<30 {
            var chat = scratch.newChat("Title \(number)")
            chat.tags = ["a", "b"]
            chat.metadata = ["k": "v"]
            try await scratch.talk(.new(chat), String(repeating: "word ", count: number * 90))
        }
        await store.close()
        let sound = try Files.read(scratch.path)
        let pages = sound.count / 4096
        var random = SeededGenerator(seed: UInt64(rubbish))
        for page in 1..<pages {
            var bytes = sound
            let range = page * 4096..<(page + 1) * 4096
            if rubbish == 0x5A {
                for index in range { bytes[index] = .random(in: 0...255, using: &random) }
            } else {
                bytes.replaceSubrange(range, with: repeatElement(rubbish, count: 4096))
            }
            try Files.write(bytes, to: scratch.path)
            switch await checked() {
            case .success(let findings):
                // What is in the middle of a long text may be anything: SQLite keeps no checksums.
                let isNode = [2, 5, 10, 13].contains(sound[page * 4096])
                #expect(!isNode || findings.contains { $0.severity == .damage }, "page \(page + 1)")
                #expect(findings.allSatisfy { !$0.message.isEmpty })
            case .failure(.damaged(scratch.path, let detail)):
                // A page that tells whose the file is: it is not even opened.
                #expect(!detail.isEmpty)
            case .failure(let error):
                Issue.record("page \(page + 1): \(error)")
            }
            await store.close()
            #expect(try Files.read(scratch.path) == bytes, "page \(page + 1)")
            #expect(try Files.names(in: scratch.folder.path) == ["parley.db"])
        }
    }

    @Test func `the numbers are right`() async throws {
        let empty = try await store.statistics()
        #expect(empty.schemaVersion >= 1)
        #expect(
            [empty.chats, empty.archivedChats, empty.messages, empty.attempts, empty.freeBytes] == [0, 0, 0, 0, 0])

        var archived = scratch.newChat()
        archived.archived = true
        try await scratch.talk(.new(archived))
        let long = try await scratch.talk(.new(scratch.newChat()), String(repeating: "x", count: 100_000))
        try await scratch.talk(.new(scratch.newChat(owner: Owner(rawValue: "someone"))))
        let statistics = try await store.statistics()
        #expect(statistics.chats == 3)
        #expect(statistics.archivedChats == 1)
        #expect(statistics.messages == 6)
        #expect(statistics.attempts == 3)
        #expect(statistics.logBytes == (try Files.read(scratch.path + "-wal").count))
        #expect(statistics.logBytes > 100_000)

        try await store.delete([long.id], of: .local)
        #expect(try await store.finishErasure { _ in } == .complete)
        let after = try await store.statistics()
        // The note that the erasure is finished.
        #expect(after.logBytes < 20_000)
        #expect(after.fileBytes == (try Files.read(scratch.path).count))
        #expect(after.freeBytes >= 96_000 && after.freeBytes % 4096 == 0)
        #expect(after.chats == 2 && after.messages == 4 && after.attempts == 3)
    }
}
