import SQLite
import Support
import Testing

@testable import parley

/// `health history`: the attempts with providers, as people and as programs read them.
@Outside
struct HealthHistoryTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    /// Two exchanges with Eliza, and what could be left of others with remote providers before them.
    private func seed() throws {
        try parley.run("chat", "hello")
        try parley.run("resume", "last", "again")
        try Connection(path: parley.database, access: .readWrite).execute(
            """
            INSERT INTO provider_attempts (id, provider, model, kind, owner, chat, message, attempt, process, started_at,
                outcome, fault, http_status, connect_ms, first_byte_ms, first_text_ms, duration_ms, max_gap_ms,
                retry_after_ms, bytes_in, chunks, text_bytes, error_code, error_text)
            VALUES
                ('00000000000000000000000001', 'blog', NULL, 'nonce', NULL, NULL, NULL, 1, 'p', 1769860800000,
                    'http_5xx', 'provider', 503, 3, NULL, NULL, 40, NULL, NULL, 0, 0, 0, 'http_503', NULL),
                ('00000000000000000000000002', 'blog', 'large', 'chat', 'local', 'gone', 4, 2, 'p', 1769860801000,
                    'rate_limited', 'limit', 429, 12, 340, 350, 30350, 120, 2000, 512, 3, 40, 'rate_limited',
                    'Slow ' || char(27) || '[31mdown' || char(10) || 'please, ' || printf('%.200c', 'x'));
            UPDATE provider_attempts SET error_text = 'the provider answered 503' WHERE error_code = 'http_503'
            """)
    }

    private func history(_ arguments: String...) throws -> JSONValue {
        let words = ["health", "history", "--json"] + arguments
        let outcome = try parley.run(arguments: words.map { Array($0.utf8) })
        #expect(outcome.status == 0 && outcome.errorOutput == "", "\(outcome.errorOutput)")
        return try JSONValue(outcome.output)
    }

    private func providers(_ history: JSONValue) -> [String?] {
        history["attempts"]?.elements.map { $0["provider"]?.text } ?? []
    }

    @Test func `nothing asked yet is no error to read, and makes no file`() throws {
        let outcome = try parley.run("health", "history")
        #expect(outcome.status == 0 && outcome.output == "")
        #expect(outcome.errorOutput.contains("parley chat"))
        #expect(try parley.run("health", "history", "--json").output == "{\"attempts\":[]}\n")
        #expect(!Files.exists(parley.database))
    }

    @Test func `without a subcommand it shows its help`() throws {
        let outcome = try parley.run("health")
        #expect(outcome.status == 0)
        #expect(outcome.output == (try parley.run("health", "--help").output))
    }

    @Test func `an exchange leaves an attempt that names its reply`() throws {
        try parley.run("chat", "hello")
        let reply = try JSONValue(parley.run("resume", "last", "again", "--json").output)["reply"]
        let list = try history()
        #expect(list["next"] == nil)
        let attempts = list["attempts"]?.elements ?? []
        #expect(attempts.count == 2)
        let latest = try #require(attempts.first)
        #expect(latest["message"] == reply?["id"])
        #expect(latest["chat"]?.text.map { "\($0)-4" } == reply?["id"]?.text)
        #expect(latest["provider"] == .string("eliza") && latest["kind"] == .string("chat"))
        #expect(latest["outcome"] == .string("ok") && latest["fault"] == .string("none"))
        #expect(latest["attempt"]?.integer == 1)
        #expect(latest["started_at"]?.text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(latest["error_code"] == nil && latest["http_status"] == nil)
    }

    @Test func `an attempt as JSON has its keys in order, and none for what is not known`() throws {
        try seed()
        let output = try parley.run("health", "history", "blog", "--json").output
        #expect(
            output == """
                {"attempts":[{"id":"00000000000000000000000002","provider":"blog","model":"large","kind":"chat",\
                "chat":"gone","message":"gone-4","attempt":2,"started_at":"2026-01-31T12:00:01.000Z",\
                "outcome":"rate_limited","fault":"limit","http_status":429,"connect_ms":12,"first_byte_ms":340,\
                "first_text_ms":350,"duration_ms":30350,"max_gap_ms":120,"bytes_in":512,"chunks":3,"text_bytes":40,\
                "error_code":"rate_limited","error_text":"Slow \\u001b[31mdown\\nplease, \(String(repeating: "x", count: 200))",\
                "retry_after_ms":2000},\
                {"id":"00000000000000000000000001","provider":"blog","kind":"nonce","attempt":1,\
                "started_at":"2026-01-31T12:00:00.000Z","outcome":"http_5xx","fault":"provider","http_status":503,\
                "connect_ms":3,"duration_ms":40,"bytes_in":0,"chunks":0,"text_bytes":0,"error_code":"http_503",\
                "error_text":"the provider answered 503"}]}

                """)
    }

    @Test func `attempts are chosen by provider, time, outcome and kind`() throws {
        try seed()
        #expect(try providers(history()) == ["eliza", "eliza", "blog", "blog"])
        #expect(try providers(history("blog", "eliza")).count == 4)
        #expect(try providers(history("nobody")) == [])
        #expect(try providers(history("--outcome", "rate_limited")) == ["blog"])
        #expect(try providers(history("--outcome", "torn")) == [])
        #expect(try providers(history("--kind", "nonce")) == ["blog"])
        #expect(try providers(history("--kind", "chat", "blog")) == ["blog"])
        #expect(try providers(history("--since", "2026-01-31T12:00:01Z", "blog")) == ["blog"])
        #expect(try providers(history("--since", "2999-01-01")) == [])
    }

    @Test func `a list goes on where it ended, and says so`() throws {
        try seed()
        let first = try history("--limit", "3")
        #expect(providers(first) == ["eliza", "eliza", "blog"])
        let next = try #require(first["next"]?.text)
        let second = try history("--limit", "3", "--before", next)
        #expect(providers(second) == ["blog"] && second["next"] == nil)
        #expect(try parley.run("health", "history", "--limit", "3").errorOutput.contains("--before \(next)"))
        #expect(try parley.run("health", "history", "--limit", "4").errorOutput == "")
    }

    @Test func `conditions that leave nothing are told apart from an empty store`() throws {
        try seed()
        let outcome = try parley.run("health", "history", "eliza", "--outcome", "torn")
        #expect(outcome.status == 0 && outcome.output == "")
        #expect(outcome.errorOutput.contains("conditions"))
    }

    @Test func `a provider that nobody knows is told, and no other`() throws {
        let notice = "parley: no provider 'nobody' is known, nor was one ever asked\n"
        #expect(try parley.run("health", "history", "nobody").errorOutput == notice)
        try seed()
        let outcome = try parley.run("health", "history", "nobody", "nobody", "blog", "opchatgpts")
        #expect(outcome.status == 0 && outcome.output.contains("rate_limited"))
        #expect(outcome.errorOutput == notice)
        // It is in no configuration, and was asked, though not with that outcome.
        let gone = try parley.run("health", "history", "blog", "--outcome", "torn")
        #expect(gone.errorOutput.contains("conditions"))
    }

    @Test func `an outcome that there is not is refused with those there are`() throws {
        let outcome = try parley.run("health", "history", "--outcome", "exploded")
        #expect(outcome.status == 64)
        #expect(outcome.errorOutput.filter(\.isNewline).count == 1)
        for name in ["'exploded'", "ok, empty, unreachable", "timeout_first_byte", "http_5xx", "aborted, pending"] {
            #expect(outcome.errorOutput.contains(name), "\(outcome.errorOutput)")
        }
        // None of them is refused itself.
        let names = try #require(outcome.errorOutput.firstMatch(of: /: (ok, .*): see/)?.output.1)
        for name in names.split(separator: ", ") {
            #expect(try parley.run("health", "history", "--outcome", String(name)).status == 0, "\(name)")
        }
    }

    @Test func `for reading it is a line each, with what is known`() throws {
        try seed()
        let lines = try parley.run("health", "history").output.split(separator: "\n").map(String.init)
        #expect(
            lines[0].split(separator: " ")
                == ["STARTED", "PROVIDER", "KIND", "MODEL", "OUTCOME", "FIRST", "TOOK", "ERROR"])
        #expect(lines.count == 5)
        let error = "Slow ␛[31mdown please, \(String(repeating: "x", count: 200))"
        #expect(lines[3] == "2026-01-31 12:00:01  blog      chat   large  rate_limited  350 ms  30.3 s  \(error)")
        #expect(lines[4].hasSuffix("http_5xx           -   40 ms  the provider answered 503"))
        #expect(lines[1].last == "s")
    }

    @Test func `the outcome has the colour of whose fault it was`() throws {
        try seed()
        let output = try parley.run("health", "history", "--color", "always").output
        #expect(output.contains("\u{1B}[31mhttp_5xx"))
        #expect(output.contains("\u{1B}[33mrate_limited"))
        #expect(try !parley.run("health", "history").output.contains("\u{1B}"))
    }

    @Test func `on a terminal a line is as wide as that, and no wider`() throws {
        try seed()
        let terminal = try PseudoTerminal(columns: 80, rows: 10)
        let running = try parley.start("health", "history", "blog", on: terminal)
        try terminal.wait(forScreen: [
            "STARTED              PROVIDER  KIND   MODEL  OUTCOME        FIRST    TOOK  ERROR",
            "2026-01-31 12:00:01  blog      chat   large  rate_limited  350 ms  30.3 s  Slow…",
            "2026-01-31 12:00:00  blog      nonce  -      http_5xx           -   40 ms  the …",
        ])
        #expect(try running.finish().status == 0)
    }
}

struct AttemptTableTests {
    @Test(
        arguments: [
            (nil, "-"), (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (1999, "1.9 s"), (599_999, "599.9 s"),
            (600_000, "10 min"),
        ] as [(Int64?, String)])
    func `a length of time is short`(milliseconds: Int64?, text: String) {
        #expect(AttemptTable.length(milliseconds) == text)
    }
}
