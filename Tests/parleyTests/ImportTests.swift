import Conversations
import Glibc
import Support
import Testing
import Transcripts

/// `parley import`, from outside.
@Outside
struct ImportTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    private func file(_ text: String, _ name: String = "input") throws -> String {
        let path = parley.home.file(name)
        try Files.write(text, to: path)
        return path
    }

    private nonisolated static func line(_ id: String, _ words: String...) -> String {
        let messages = words.map { #"{"role":"user","content":"\#($0)"}"# }
        return #"{"id":"\#(id)","created_at":"2025-06-01T12:00:00Z","messages":[\#(messages.joined(separator: ","))]}"#
            + "\n"
    }

    private func exported(_ program: ParleyProgram, _ format: String) throws -> String {
        try program.run("export", "--all", "--format", format).output
            .replacing(/"exported_at":"[^"]*"/, with: "")
    }

    // MARK: - Round trips

    @Test(arguments: ["json", "jsonl", "markdown"])
    func `what is exported, imported and exported again is the same to the byte`(format: String) throws {
        var generator = SeededGenerator(seed: 5)
        var chats = NastyTranscripts.chats(80, messages: 15, using: &generator)
        let all = NastyTranscripts.texts.joined() + String(repeating: "0123456789abcdé\n", count: 1 << 16)
        let long = try #require(chats.firstIndex { !$0.messages.isEmpty })
        chats[long].messages[0].content = all
        var encoder = try #require(TranscriptFormat(rawValue: format)).encoder(exportedAt: Timestamp(rawValue: 0))
        for chat in chats { try encoder.receive(chat) }
        encoder.finish()
        let path = parley.home.file("first")
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
        var bytes = encoder.take()[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            try #require(count > 0)
            bytes = bytes.dropFirst(count)
        }
        close(descriptor)

        let outcome = try parley.run("import", path)
        #expect(outcome.errorOutput == "" && outcome.status == 0)
        let first = try Files.text(path).replacing(/"exported_at":"[^"]*"/, with: "")
        #expect(try exported(parley, format) == first)
        #expect(try parley.run("import", path).output == "80 chats were here already\n")
        #expect(try exported(parley, format) == first)

        // And from one Parley to another.
        let other = try ParleyProgram()
        let export = try parley.run("export", "--all", "--format", format).outputBytes
        #expect(try other.run("import", "-", input: export).status == 0)
        #expect(try exported(other, format) == first)
        #expect(try other.run("db", "check").status == 0)
    }

    // MARK: - What it says

    @Test func `it says what it has added`() throws {
        let path = try file(Self.line("a", "one", "two") + Self.line("b", "three"))
        #expect(try parley.run("import", path).output == "added 2 chats and 3 messages\n")
        let grown = try file(
            Self.line("a", "one", "two", "more") + Self.line("b", "three") + Self.line("c", "x"), "grown")
        #expect(
            try parley.run("import", grown).output
                == "added 1 chat and 1 message; 1 chat grew by 1; 1 was here already\n")
        #expect(try parley.run("import", path).output == "2 chats were here already\n")
        #expect(try parley.run("import", file("", "empty")).output == "there was no chat in it\n")
    }

    @Test func `it says so to programs`() throws {
        let path = try file(Self.line("a", "one", "two") + "{\"id\":7}\n")
        let outcome = try parley.run("import", path, "--json", "--skip-bad")
        #expect(
            outcome.output == #"{"chats":{"added":1,"grown":0,"unchanged":0},"messages":2,"skipped":"#
                + #"[{"position":"chat 2 (line 2)","reason":"\"id\" has to be a text"}],"skipped_count":1,"dry_run":false}"#
                + "\n")
        let error = try JSONValue(parley.run("import", path, "--json").output)["error"]
        #expect(error?["code"] == .string("bad_record"))
    }

    @Test func `a trial says what would be added and adds nothing, not even a database`() throws {
        let path = try file(Self.line("a", "one", "two"))
        #expect(try parley.run("import", "--dry-run", path).output == "would add 1 chat and 2 messages\n")
        #expect(try Files.names(in: parley.home.path) == ["input"])
        try parley.run("chat", "hi")
        #expect(try parley.run("import", "--dry-run", path).output == "would add 1 chat and 2 messages\n")
        #expect(try JSONValue(parley.run("list", "--json").output)["chats"]?.elements.count == 1)
    }

    @Test func `several files are one import`() throws {
        let good = try file(Self.line("a", "one"), "good")
        let bad = try file("{\n", "bad")
        let outcome = try parley.run("import", good, bad)
        #expect(outcome.status == 65 && outcome.errorOutput.contains(bad))
        #expect(try parley.run("list", "--json").output.contains("\"chats\":[]"))
        #expect(try parley.run("import", good, good).output == "added 1 chat and 1 message; 1 was here already\n")
    }

    @Test func `more files come in than a process may have open`() throws {
        for number in 0..<100 { _ = try file(Self.line("many\(number)", "one"), "\(number).json") }
        let text = """
            ulimit -n 40; export HOME='\(parley.home.path)'; cd "$HOME" && exec '\(ParleyProgram.path)' import *.json
            """
        let outcome = try RunningProgram(command: "sh", "-c", text).finish()
        #expect(outcome.output == "added 100 chats and 100 messages\n" && outcome.status == 0, "\(outcome)")
    }

    @Test func `a pipe that has a name is read once, from its beginning`() throws {
        let text = """
            export HOME='\(parley.home.path)'; cd "$HOME" && mkfifo pipe && { cat '\(try file(Self.line("a", "one")))' > pipe &
            exec '\(ParleyProgram.path)' import pipe; }
            """
        let outcome = try RunningProgram(command: "sh", "-c", text).finish()
        #expect(outcome.output == "added 1 chat and 1 message\n", "\(outcome)")
    }

    @Test func `what is slow to come keeps nobody else from writing`() async throws {
        try parley.run("chat", "hi")
        let importing = try parley.start("import", "-")
        // More than is looked at to tell what it is.
        importing.write(Array(Self.line("a", String(repeating: "word ", count: 6000)).utf8))
        try await importing.waitUntilInputIsRead()
        let outcome = try parley.run("chat", "meanwhile")
        #expect(outcome.status == 0, "\(outcome)")
        let imported = try importing.finish(input: Array(Self.line("b", "the rest").utf8))
        #expect(imported.output == "added 2 chats and 2 messages\n", "\(imported)")
    }

    // MARK: - What is wrong

    @Test(arguments: [
        ("PK\u{3}\u{4}", ["--from", "claude"], "a zip"), ("PK\u{3}\u{4}", [], "a zip"),
        ("SQLite format 3\u{0}", ["--from", "llm"], "a database"), ("", ["--from", "llm"], "a database"),
    ])
    func `what is not read as it comes has to be a file`(input: String, options: [String], what: String) throws {
        let outcome = try parley.run(
            arguments: (["import", "-"] + options).map { Array($0.utf8) }, input: Array(input.utf8))
        #expect(outcome.status == 65)
        #expect(
            outcome.errorOutput == "parley: - has \(what), which is not read as it comes: save it, and name the file; "
                + "nothing was imported\n")
    }

    @Test func `a database is read by none but who knows databases`() throws {
        try parley.run("chat", "hi")
        let outcome = try parley.run("import", "--from", "markdown", "--skip-bad", parley.database)
        #expect(outcome.status == 65 && outcome.errorOutput.contains("--from llm"))
        #expect(try parley.run("db", "check").status == 0)
    }

    @Test func `a bad record is named, and nothing is kept unless it may be left out`() throws {
        let path = try file(Self.line("a", "one") + "nonsense\n" + Self.line("b", "two"))
        let outcome = try parley.run("import", path)
        #expect(outcome.status == 65)
        #expect(
            outcome.errorOutput
                == "parley: \(path), chat 2 (line 2): it is no chat, which is an object: nothing was imported; "
                + "mend it, or leave such out with --skip-bad\n")
        #expect(try parley.run("list", "--json").output.contains("\"chats\":[]"))
        let skipped = try parley.run("import", path, "--skip-bad")
        #expect(skipped.output == "added 2 chats and 2 messages; 1 left out\n")
        #expect(
            skipped.errorOutput == "parley: left out chat 2 (line 2): it is no chat, which is an object\n")
    }

    @Test func `of many records left out the first are named`() throws {
        let path = try file(Self.line("a", "one") + String(repeating: "{}\n", count: 100))
        let outcome = try parley.run("import", path, "--skip-bad")
        #expect(outcome.output == "added 1 chat and 1 message; 100 left out\n")
        #expect(outcome.errorOutput.split(separator: "\n").count == 21)
        #expect(outcome.errorOutput.hasSuffix("and 80 more left out\n"))
    }

    @Test func `a document that cannot be read on is not left out`() throws {
        let path = try file("[" + Self.line("a", "one"))
        let outcome = try parley.run("import", path, "--skip-bad")
        #expect(outcome.status == 65 && outcome.errorOutput.contains("ends before its list of chats does"))
        #expect(try parley.run("list", "--json").output.contains("\"chats\":[]"))
    }

    @Test func `what cannot be read is refused before anything is made`() throws {
        #expect(try parley.run("import", "/nowhere/at/all").status == 66)
        #expect(try parley.run("import", parley.home.path).status == 65)
        #expect(try parley.run("import", parley.home.path, "--from", "parley").status == 66)
        #expect(try parley.run("import", file("hello there")).status == 65)
        #expect(try parley.run("import", "-", "-").status == 64)
        #expect(try parley.run("import").status == 64)
        let closed = try file(Self.line("a", "one"), "closed")
        #expect(unsafe chmod(closed, 0) == 0)
        if geteuid() != 0 { #expect(try parley.run("import", closed).status == 77) }
        #expect(!Files.exists(parley.database))
    }

    @Test(arguments: [
        ("SQLite format 3\u{0}", "--from llm"), ("PK\u{3}\u{4}", "--from chatgpt"),
        ("[{\"title\":\"x\",\"mapping\":{}}]", "--from chatgpt"),
        ("[{\"uuid\":\"x\",\"chat_messages\":[]}]", "--from claude"),
        ("model: x\n", "--from aichat"),
    ])
    func `another tool's file says how it is named`(beginning: String, option: String) throws {
        let outcome = try parley.run("import", file(beginning))
        #expect(outcome.status == 65 && outcome.errorOutput.contains(option))
    }

    // MARK: - Stopped

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func `stopped in the middle it leaves the database as it was`(signal: Int32, status: Int32) throws {
        try parley.run("import", file(Self.line("a", "one")))
        let before = try Files.read(parley.database)
        let running = try parley.start("import", "-")
        // More than a pipe holds: when all of it has gone, the program is in the middle of reading.
        let text = String(repeating: "word ", count: 100)
        running.write(Array((0..<2000).map { Self.line("new\($0)", text) }.joined().utf8))
        running.signal(signal)
        let outcome = try running.finish()
        #expect(outcome.status == status)
        #expect(outcome.errorOutput == "parley: stopped: nothing was imported; say it again\n")
        #expect(try Files.read(parley.database) == before)
        #expect(try Files.names(in: parley.home.file(".local/share/parley")) == ["parley.db"])
    }

    @Test func `killed in the middle it leaves the database as it was`() throws {
        try parley.run("import", file(Self.line("a", "one")))
        let before = try parley.run("export", "--all", "--format", "jsonl").output
        let running = try parley.start("import", "-")
        let text = String(repeating: "word ", count: 1000)
        running.write(Array((0..<2000).map { Self.line("new\($0)", text) }.joined().utf8))
        running.signal(SIGKILL)
        #expect(try running.finish().status == 137)
        #expect(try parley.run("db", "check").status == 0)
        #expect(try parley.run("export", "--all", "--format", "jsonl").output == before)
    }

    @Test func `on a full disk nothing of it is kept, and what was there is`() throws {
        let path = try file((0..<3000).map { Self.line("new\($0)", String(repeating: "word ", count: 300)) }.joined())
        let text = """
            set -u; parley='\(ParleyProgram.path)'; export HOME='\(parley.home.path)'; cd "$HOME"; mkdir place
            mount -t tmpfs -o size=2m none place || exit 99
            export PARLEY_DATABASE="$HOME/place/p.db"
            $parley chat --provider eliza first > /dev/null || exit 98
            $parley import '\(path)'; echo "$?"
            ls place; $parley db check > /dev/null && $parley list --json && $parley chat more > /dev/null; echo "$?"
            """
        let outcome = try RunningProgram(command: "unshare", "-m", "-r", "sh", "-c", text).finish()
        let lines = outcome.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 4, "\(outcome)")
        #expect(lines[0] == "74" && lines[1] == "p.db" && lines[3] == "0")
        #expect(try JSONValue(lines[2])["chats"]?.elements.count == 1)
        #expect(outcome.errorOutput.contains("no space left"))
    }
}
