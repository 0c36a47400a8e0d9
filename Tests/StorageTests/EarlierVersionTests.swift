import Conversations
import Migrations
import SQLite
import Support
import Testing

@testable import Storage

/// Files that an earlier version has made.
struct EarlierVersionTests {
    let folder: TemporaryFolder
    let world = ScriptedWorld()

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A file as schema 1 left it: a chat, a nonce, an attempt, and part of a reply.
    private func makeFirstVersion(_ path: String) throws {
        let connection = try Connection(path: path)
        let world = world
        try connection.execute("PRAGMA journal_mode = WAL")
        try SchemaMigrator.migrate(connection, to: Array(Migration.all.prefix(1)), now: { world.now })
        try connection.execute(
            """
            INSERT INTO chats (key, id, owner, title, title_folded, created_at, updated_at, provider, head, next_seq,
                message_count, version, writer, lease_until, open_reply)
            VALUES (1, 'a', 'local', 'Kept', 'kept', 1, 2, 'eliza', 2, 3, 2, 1, 'dead', 3, 2);
            INSERT INTO messages (key, role, status, created_at, content)
            VALUES (1048577, 'user', 'complete', 1, 'Hello?');
            INSERT INTO messages (key, parent, role, status, created_at, content)
            VALUES (1048578, 1, 'assistant', 'streaming', 1, '');
            INSERT INTO message_parts VALUES (1048578, 1, 'Hel');
            INSERT INTO chat_tags VALUES (1, 'tag');
            INSERT INTO nonces VALUES ('https://blog.example', 'n1', 'page', 1, 2, 'a=1', NULL, NULL);
            INSERT INTO provider_attempts (id, provider, kind, owner, chat, message, process, started_at)
            VALUES ('t1', 'eliza', 'chat', 'local', 'a', 2, 'dead', 1)
            """)
    }

    private func dump(_ path: String) throws -> [String] {
        let connection = try Connection(path: path, access: .readWrite)
        let tables = ["chats", "messages", "message_parts", "chat_tags", "nonces", "provider_attempts"]
        return try tables.flatMap { table in
            let statement = try connection.prepared("SELECT * FROM \(table)")
            var rows: [String] = []
            while try statement.step() {
                rows.append("\(table): " + (0..<15).map { statement.optionalText($0) ?? "-" }.joined(separator: "|"))
            }
            statement.reset()
            return rows
        }
    }

    @Test func `opening one, even to read, brings it up to date and loses nothing`() async throws {
        let path = folder.file("parley.db")
        try makeFirstVersion(path)
        let before = try dump(path)
        #expect(before.count == 7)

        let opened = try await SQLiteConversationStore.openExisting(path: path, surroundings: world.surroundings())
        let store = try #require(opened)
        #expect(try await store.statistics().schemaVersion == Migration.all.count)
        #expect(try dump(path) == before)
        #expect(try await store.branch(of: ChatID(rawValue: "a"), of: .local, last: 1)?.1.first?.content == "Hel")
        #expect(try await store.nonce(of: "https://blog.example")?.value == "n1")
        #expect(try await store.attempts(matching: AttemptQuery(limit: 9)).attempts.map(\.id.rawValue) == ["t1"])
        try await store.remember(["history": "prompt"], of: "https://blog.example", now: world.now)
        #expect(try await store.facts(of: "https://blog.example") == ["history": "prompt"])
        #expect(try await store.check().filter { $0.severity == .damage } == [])
        await store.close()
    }

    @Test func `many who open one at once all find it up to date, and nothing done twice`() async throws {
        let path = folder.file("parley.db")
        try makeFirstVersion(path)
        let before = try dump(path)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let store = try await SQLiteConversationStore.openExisting(
                        path: path, surroundings: world.surroundings(process: "test-\(number)"))
                    let version = try await store?.statistics().schemaVersion
                    await store?.close()
                    return version ?? 0
                }
            }
            for try await version in group { #expect(version == Migration.all.count) }
        }
        #expect(try dump(path) == before)
    }

    @Test func `an index without symbols is made anew with them, and the rest of the file stays`() async throws {
        let path = folder.file("parley.db")
        let world = world
        do {
            let connection = try Connection(path: path)
            try connection.execute("PRAGMA journal_mode = WAL")
            try SchemaMigrator.migrate(connection, to: Array(Migration.all.prefix(3)), now: { world.now })
            let chat = Chat(id: ChatID(rawValue: "a"), title: "C++ or 🚀", createdAt: world.now)
            let key = try connection.insert(chat)
            try connection.run(
                """
                INSERT INTO messages (key, role, status, created_at, content)
                VALUES (?1, 'user', 'complete', ?2, 'no C#, 漢字')
                """, MessageKey.key(chat: key, seq: 1), world.now.rawValue)
            try connection.index("no C#, 漢字", key: MessageKey.key(chat: key, seq: 1))
            try connection.execute("UPDATE chats SET head = 1, next_seq = 2, message_count = 1")
        }
        let before = try dump(path)
        let opened = try await SQLiteConversationStore.openExisting(path: path, surroundings: world.surroundings())
        let store = try #require(opened)
        for (text, count) in [("c++", 1), ("🚀", 1), ("c#", 1), ("漢字", 1), ("c", 2), ("漢", 1), ("other", 0)] {
            #expect(try await store.search(SearchQuery(.typed(text)), of: .local).hits.count == count, "\(text)")
        }
        #expect(try dump(path) == before)
        #expect(try await store.check().filter { $0.severity == .damage } == [])
        await store.close()
    }

    @Test func `one from before there was a service has all that it had, and can be served`() async throws {
        let path = folder.file("parley.db")
        let world = world
        do {
            let connection = try Connection(path: path)
            try connection.execute("PRAGMA journal_mode = WAL")
            try SchemaMigrator.migrate(connection, to: Array(Migration.all.prefix(5)), now: { world.now })
            try connection.execute(
                """
                INSERT INTO chats (key, id, owner, title, title_folded, created_at, updated_at, head, next_seq, message_count)
                VALUES (1, 'a', 'local', 'Kept', 'kept', 1, 2, 2, 3, 2);
                INSERT INTO messages (key, parent, role, status, created_at, content)
                VALUES (1048577, NULL, 'system', 'complete', 1, 'Be brief.'), (1048578, 1, 'user', 'complete', 1, 'Hello?')
                """)
            try connection.index("Kept", key: MessageKey.title(ofChat: 1))
            try connection.index("Be brief.", key: MessageKey.key(chat: 1, seq: 1))
            try connection.index("Hello?", key: MessageKey.key(chat: 1, seq: 2))
        }
        // What is told of it is that others may read a file that a test has made.
        let findings = try await SQLiteConversationStore.check(path: path, surroundings: world.surroundings())
        #expect(findings?.map(\.code) == ["others_can_read"])
        let before = try dump(path)
        let opened = try await SQLiteConversationStore.openExisting(path: path, surroundings: world.surroundings())
        let store = try #require(opened)
        #expect(try dump(path) == before)
        let chat = ChatID(rawValue: "a")
        let said = [NewMessage(role: .system, content: "Be kind.", isDeveloper: true)]
        _ = try await store.append(said, to: chat, of: .local)
        let page = try await store.messages(of: chat, of: .local, page: MessagePageQuery(order: .oldestFirst, limit: 9))
        #expect(page?.messages.map(\.isDeveloper) == [false, false, true])
        #expect(try await store.keys() == [])
        #expect(try await store.begin(key: "k", requestHash: [1], owner: .local) == .new)
        #expect(try await store.check().map(\.code) == ["others_can_read"])
        await store.close()
    }
}
