import Conversations
import SQLite
import Storage
import Support
import Testing

/// `logs.db` as versions of llm have made it, and as nobody should.
struct LLMLogsTests {
    private let folder: TemporaryFolder
    private let path: String
    private static let now = Timestamp(rawValue: 1_769_860_800_000)

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("logs.db")
    }

    private func make(_ sql: String...) throws {
        let connection = try Connection(path: path)
        for sql in sql { try connection.execute(sql) }
    }

    private func read() throws -> [Transcript] {
        var logs = try LLMLogs(path: path, now: Self.now)
        var transcripts: [Transcript] = []
        while let transcript = try logs.next() { transcripts.append(transcript) }
        return transcripts
    }

    private static func outline(_ transcript: Transcript) -> [String] {
        transcript.messages.map { "\($0.id.seq)<\($0.parent ?? 0) \($0.role): \($0.content)" }
    }

    // MARK: - Schemas

    /// Version 0.1: no ids, and no chats.
    private static let first = """
        CREATE TABLE log (provider TEXT, system TEXT, prompt TEXT, response TEXT, model TEXT, timestamp TEXT);
        """

    /// Version 0.4, which has moved the rows of earlier ones.
    private static let second = """
        CREATE TABLE logs (id INTEGER PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT,
            options_json TEXT, response TEXT, response_json TEXT, reply_to_id INTEGER REFERENCES logs(id),
            chat_id INTEGER, duration_ms INTEGER, datetime_utc TEXT);
        """

    /// Version 0.5.
    private static let third = """
        CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
        CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT,
            options_json TEXT, response TEXT, response_json TEXT,
            conversation_id TEXT REFERENCES conversations(id), duration_ms INTEGER, datetime_utc TEXT);
        """

    /// What versions up to 0.26 have added.
    private static let additions = """
        ALTER TABLE responses ADD COLUMN input_tokens INTEGER;
        ALTER TABLE responses ADD COLUMN output_tokens INTEGER;
        ALTER TABLE responses ADD COLUMN resolved_model TEXT;
        CREATE TABLE attachments (id TEXT PRIMARY KEY, type TEXT, path TEXT, url TEXT, content BLOB);
        CREATE TABLE prompt_attachments (response_id TEXT, attachment_id TEXT, "order" INTEGER);
        CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT, source TEXT);
        CREATE TABLE prompt_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER);
        CREATE TABLE system_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER);
        """

    /// The newest, 0.36.
    private static let fourth = """
        CREATE TABLE messages (hash TEXT PRIMARY KEY, parent_hash TEXT, role TEXT, provider_metadata TEXT);
        CREATE TABLE parts (id INTEGER PRIMARY KEY, message_hash TEXT, position INTEGER, type TEXT, tool_name TEXT,
            text TEXT, payload TEXT);
        CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, tip_message_hash TEXT, forked_from TEXT,
            datetime_utc TEXT);
        CREATE TABLE turns (id TEXT PRIMARY KEY, thread_id TEXT, parent_message_hash TEXT, tip_message_hash TEXT,
            model TEXT, resolved_model TEXT, options_json TEXT, schema_id TEXT, input_tokens INTEGER,
            output_tokens INTEGER, token_details TEXT, duration_ms INTEGER, datetime_utc TEXT);
        """

    private static func message(_ hash: String, after parent: String?, _ role: String, _ text: String) -> String {
        let parent = parent.map { "'\($0)'" } ?? "NULL"
        return """
            INSERT INTO messages VALUES ('\(hash)', \(parent), '\(role)', NULL);
            INSERT INTO parts (message_hash, position, type, text) VALUES ('\(hash)', 0, 'text', '\(text)');
            """
    }

    private static func turn(_ id: String, in thread: String, to tip: String) -> String {
        """
        INSERT INTO turns (id, thread_id, tip_message_hash, model, input_tokens, output_tokens, duration_ms, datetime_utc)
        VALUES ('\(id)', '\(thread)', '\(tip)', 'gpt-4o-mini', 3, 5, 1500, '2026-01-31T12:00:00.700748+00:00');
        """
    }

    // MARK: - Each of them

    @Test func `the oldest table has a chat a row`() throws {
        try make(
            Self.first,
            """
            INSERT INTO log VALUES ('openai', 'Be brief', 'Hi', 'Ho', 'gpt-3.5-turbo', '2023-04-01 12:34:56.789012');
            INSERT INTO log VALUES ('openai', NULL, 'Again', 'Yes', 'gpt-4', '2023-04-01 12:35:00')
            """)
        let transcripts = try read()
        #expect(
            transcripts.map(Self.outline) == [
                ["1<0 user: Hi", "2<1 assistant: Ho"], ["1<0 user: Again", "2<1 assistant: Yes"],
            ])
        let chat = transcripts[0].chat
        #expect(chat.system == "Be brief" && chat.createdAt.rfc3339 == "2023-04-01T12:34:56.789Z")
        #expect(chat.metadata == ["imported_from": "llm"] && chat.provider == nil && chat.title == "Hi")
        #expect(transcripts[0].messages[1].model == "gpt-3.5-turbo" && transcripts[0].messages[1].provider == "llm")
    }

    @Test func `two old tables in one file are both read, whatever numbers their rows have`() throws {
        try make(
            Self.first, Self.second,
            """
            INSERT INTO log VALUES ('openai', NULL, 'Hi', 'Ho', 'm', '2023-04-01 12:34:56');
            INSERT INTO logs (id, prompt, response, datetime_utc) VALUES (1, 'One', 'Two', '2023-07-01 10:00:00')
            """)
        #expect(
            try read().map(Self.outline) == [
                ["1<0 user: Hi", "2<1 assistant: Ho"], ["1<0 user: One", "2<1 assistant: Two"],
            ])
    }

    @Test(arguments: ["9223372036854775807", "1e300", "253402300800000"])
    func `a duration beyond all years is none`(duration: String) throws {
        try make(
            Self.third,
            """
            INSERT INTO responses (id, prompt, system, response, duration_ms, datetime_utc)
            VALUES ('r', 'One', NULL, 'Two', \(duration), '2023-07-01T10:00:00')
            """)
        let reply = try #require(try read().first?.messages.last)
        #expect(reply.createdAt.rfc3339 == "2023-07-01T10:00:00.000Z" && reply.finishedAt == nil)
    }

    @Test func `later rows name the first of their chat`() throws {
        try make(
            Self.second,
            """
            INSERT INTO logs (id, prompt, response, chat_id, duration_ms, datetime_utc) VALUES
                (1, 'One', 'Two', NULL, 1500, '2023-07-01 10:00:00.000000'), (2, 'Alone', '', NULL, NULL, 'no time'),
                (3, 'Three', 'Four', 1, NULL, NULL)
            """)
        let transcripts = try read()
        #expect(
            transcripts.map(Self.outline) == [
                ["1<0 user: One", "2<1 assistant: Two", "3<2 user: Three", "4<3 assistant: Four"], ["1<0 user: Alone"],
            ])
        #expect(transcripts[0].messages[1].finishedAt?.rfc3339 == "2023-07-01T10:00:01.500Z")
        #expect(try read() == transcripts)
    }

    @Test func `a conversation keeps its id, and a prompt its fragments and files`() throws {
        try make(
            Self.third, Self.additions,
            """
            INSERT INTO conversations VALUES ('01h4', 'A name', 'gpt-4o');
            INSERT INTO responses (id, model, resolved_model, prompt, system, response, conversation_id, datetime_utc,
                duration_ms, input_tokens, output_tokens)
            VALUES ('r1', 'gpt-4o', NULL, 'Sum up', 'Be brief', 'A sum', '01h4', '2025-05-01T10:00:00.123456', 20, 7, 9),
                ('r2', '4o', 'gpt-4o-2024', 'Look', 'Other', 'Seen', '01h4', '2025-05-01T10:01:00.123456+00:00', 0, 1, NULL),
                ('r3', 'm', NULL, 'Loose', NULL, 'End', NULL, NULL, NULL, NULL, NULL);
            INSERT INTO fragments VALUES (1, 'x', 'Long text', NULL, NULL), (2, 'y', 'More', NULL, NULL),
                (3, 'z', 'You are kind', NULL, NULL);
            INSERT INTO prompt_fragments VALUES ('r1', 2, 1), ('r1', 1, 0), ('r1', 1, 2);
            INSERT INTO system_fragments VALUES ('r1', 3, 0);
            INSERT INTO attachments VALUES ('a', 'image/png', '/me/cat.png', NULL, NULL), ('b', 'text/plain', NULL, NULL, x'00');
            INSERT INTO prompt_attachments VALUES ('r2', 'a', 0), ('r2', 'b', 1)
            """)
        let transcripts = try read()
        #expect(transcripts.map(\.chat.id.rawValue) == ["01h4", "r3"])
        let transcript = try #require(transcripts.first)
        #expect(
            Self.outline(transcript) == [
                "1<0 user: Long text\nMore\nLong text\nSum up", "2<1 assistant: A sum",
                "3<2 user: Look\n\n[image: /me/cat.png]\n\n[file]", "4<3 assistant: Seen",
            ])
        #expect(transcript.chat.title == "A name" && transcript.chat.system == "You are kind\nBe brief")
        #expect(transcript.messages[1].usage == TokenUsage(inputTokens: 7, outputTokens: 9))
        #expect(transcript.messages[3].model == "gpt-4o-2024" && transcript.messages[3].usage == nil)
    }

    @Test func `a thread is what leads to its turns, branches and all`() throws {
        try make(
            Self.fourth, Self.additions.rest(from: "CREATE TABLE attachments"),
            Self.message("s", after: nil, "system", "Be brief"), Self.message("u1", after: "s", "user", "One"),
            Self.message("a1", after: "u1", "assistant", "Two"), Self.message("u2", after: "a1", "user", "Three"),
            Self.message("a2", after: "u2", "assistant", "Four"), Self.message("b2", after: "u2", "assistant", "Five"),
            """
            INSERT INTO messages VALUES ('f', NULL, 'user', NULL), ('t', 'f', 'tool', NULL), ('g', 't', 'assistant', NULL);
            INSERT INTO fragments VALUES (1, 'x', 'A "novel"', NULL, NULL);
            INSERT INTO attachments VALUES ('p', 'image/png', NULL, 'https://example.com/a.png', NULL);
            INSERT INTO parts (message_hash, position, type, text, payload) VALUES
                ('f', 1, 'attachment', NULL, '{"attachment": {"id": "p"}}'),
                ('f', 0, 'text', NULL, '{"text_ref": [{"fragment": 1}, {"literal": ", ends"}, {"fragment": 1}]}'),
                ('t', 0, 'tool_result', NULL, '{"output": "4"}'), ('g', 0, 'reasoning', 'Hm', NULL),
                ('g', 1, 'text', 'Read', NULL), ('g', 2, 'text', NULL, 'no JSON');
            INSERT INTO threads VALUES ('01t', 'A thread', 'b2', NULL, '2026-01-31 12:00:00.7+00:00'),
                ('02t', NULL, 'g', NULL, NULL), ('03t', 'empty', NULL, NULL, NULL),
                ('04t', 'a fork without a turn', 'a1', '01t', '2026-02-01 12:00:00+00:00');
            """, Self.turn("1", in: "01t", to: "a1"), Self.turn("2", in: "01t", to: "a2"),
            Self.turn("3", in: "01t", to: "b2"), Self.turn("4", in: "02t", to: "g"))
        let transcripts = try read()
        #expect(
            transcripts.map(Self.outline) == [
                [
                    "1<0 user: One", "2<1 assistant: Two", "3<2 user: Three", "4<3 assistant: Four",
                    "5<3 assistant: Five",
                ],
                [
                    "1<0 user: A \"novel\", endsA \"novel\"\n\n[image: https://example.com/a.png]",
                    "2<1 assistant: Read",
                ],
                ["1<0 user: One", "2<1 assistant: Two"],
            ])
        let chat = transcripts[0].chat
        #expect(chat.id.rawValue == "01t" && chat.title == "A thread" && chat.system == "Be brief" && chat.head == 5)
        let reply = transcripts[0].messages[1]
        #expect(reply.usage == TokenUsage(inputTokens: 3, outputTokens: 5) && reply.model == "gpt-4o-mini")
        #expect(reply.finishedAt?.rfc3339 == "2026-01-31T12:00:02.200Z")
    }

    @Test func `a conversation that a later version went on with is one chat`() throws {
        try make(
            Self.third, Self.additions, Self.fourth,
            """
            INSERT INTO conversations VALUES ('01h4', 'A name', 'm');
            INSERT INTO responses (id, prompt, system, response, conversation_id, datetime_utc)
            VALUES ('r1', 'One', 'Be brief', 'Two', '01h4', '2025-05-01T10:00:00');
            INSERT INTO threads VALUES ('01h4', 'One', 'a2', NULL, NULL);
            """, Self.message("u1", after: nil, "user", "One"), Self.message("a1", after: "u1", "assistant", "Two"),
            Self.message("u2", after: "a1", "user", "Three"), Self.message("a2", after: "u2", "assistant", "Four"),
            Self.turn("t", in: "01h4", to: "a2"))
        let transcripts = try read()
        #expect(
            transcripts.map(Self.outline) == [
                ["1<0 user: One", "2<1 assistant: Two", "3<2 user: Three", "4<3 assistant: Four"]
            ])
        #expect(transcripts[0].messages[0].createdAt.rfc3339 == "2025-05-01T10:00:00.000Z")
    }

    // MARK: - The file

    @Test func `the file and its folder are left as they are, in whatever mode it is`() throws {
        for mode in ["DELETE", "WAL"] {
            try make(
                "PRAGMA journal_mode = \(mode)", "DROP TABLE IF EXISTS log", Self.first,
                "INSERT INTO log (prompt) VALUES ('x')")
            let before = try Files.read(path)
            let names = try Files.names(in: folder.path)
            #expect(try read().count == 1)
            #expect(try Files.read(path) == before)
            #expect(try Files.names(in: folder.path) == names)
        }
    }

    @Test func `what llm has not moved into the file yet is read, and llm can write meanwhile`() throws {
        let writer = try Connection(path: path)
        try writer.execute("PRAGMA journal_mode = WAL")
        try writer.execute(Self.first)
        try writer.execute("INSERT INTO log (prompt) VALUES ('first'), ('second')")
        var logs = try LLMLogs(path: path, now: Self.now)
        #expect(try logs.next()?.messages.first?.content == "first")
        try writer.execute("INSERT INTO log (prompt) VALUES ('third')")
        #expect(try logs.next()?.messages.first?.content == "second")
    }

    @Test func `a file that is written to while no lock is on it ends the reading`() throws {
        try make(Self.first, "INSERT INTO log (prompt) VALUES ('first'), ('second')")
        var logs = try LLMLogs(path: path, now: Self.now)
        try make("INSERT INTO log (prompt) VALUES ('third')")
        #expect(throws: UnreadableLogs.self) { try logs.next() }
    }

    @Test func `what is no logs of llm's is told of`() throws {
        #expect(throws: UnreadableLogs.self) { try LLMLogs(path: folder.file("nothing"), now: Self.now) }
        #expect(throws: UnreadableLogs.self) { try LLMLogs(path: folder.path, now: Self.now) }
        try make("CREATE TABLE other (x)")
        #expect {
            try LLMLogs(path: path, now: Self.now)
        } throws: { ($0 as? UnreadableLogs)?.reason == "it has no tables of llm's" }
        try Files.write("no database at all, though it is long enough", to: folder.file("text"))
        #expect(throws: UnreadableLogs.self) { try LLMLogs(path: folder.file("text"), now: Self.now) }
    }
}

extension String {
    /// From this text on.
    fileprivate func rest(from text: String) -> String {
        guard let start = firstRange(of: text)?.lowerBound else { return self }
        return String(self[start...])
    }
}
