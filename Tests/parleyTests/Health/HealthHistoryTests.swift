import Conversations
import SQLite
import Support
import Terminal
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
        #expect(try providers(history("--outcome", "rate_limited")) == ["blog"])
        #expect(try providers(history("--outcome", "torn")) == [])
        #expect(try providers(history("--kind", "nonce")) == ["blog"])
        #expect(try providers(history("--kind", "chat", "blog")) == ["blog"])
        #expect(try providers(history("--since", "2026-01-31T12:00:01Z", "blog")) == ["blog"])
        #expect(try providers(history("--since", "2999-01-01")) == [])
        #expect(try providers(history("--until", "2026-01-31T12:00:01Z")) == ["blog"])
        #expect(try providers(history("--until", "2026-02-01", "--since", "2026-01-31T12:00:01Z")) == ["blog"])
        #expect(try parley.run("health", "history", "--until", "later").errorOutput.contains("--until is 'later'"))
    }

    @Test func `those who write do away with what is no longer kept, and those who read do not`() throws {
        var program = parley
        program.environment["PARLEY_ATTEMPTS_KEEP_DAYS"] = "1"
        let old = [
            HealthRecord.Attempt.ok(3 * 1440, "former"), .failed(2 * 1440, "former"), .ok(60, "former"),
        ]
        _ = try HealthRecord(old, in: parley)
        try program.run("health")
        #expect(try history("former")["attempts"]?.elements.count == 3)
        try program.run("health", "check", "eliza")
        #expect(try history("former")["attempts"]?.elements.count == 1)
        let summary = try JSONValue(program.run("health", "former", "--since", "7d", "--json").output)
        #expect(summary["providers"]?[0]?["attempts"]?.integer == 3)
        #expect(summary["providers"]?[0]?["first_text_ms"]?["exact"] == .boolean(false))
    }

    @Test func `for spreadsheets each is a line of values, and a line end in them stays`() throws {
        try seed()
        let outcome = try parley.run("health", "history", "blog", "--csv")
        let error = "\"Slow \u{1B}[31mdown\nplease, \(String(repeating: "x", count: 200))\""
        #expect(
            outcome.output == """
                id,provider,model,kind,chat,message,attempt,started_at,outcome,fault,http_status,connect_ms,\
                first_byte_ms,first_text_ms,duration_ms,max_gap_ms,bytes_in,chunks,text_bytes,error_code,error_text,\
                retry_after_ms\r
                00000000000000000000000002,blog,large,chat,gone,gone-4,2,2026-01-31T12:00:01.000Z,rate_limited,\
                limit,429,12,340,350,30350,120,512,3,40,rate_limited,\(error),2000\r
                00000000000000000000000001,blog,,nonce,,,1,2026-01-31T12:00:00.000Z,http_5xx,provider,503,3,,,40,,\
                0,0,0,http_503,the provider answered 503,\r

                """)
        let first = try parley.run("health", "history", "--csv", "--limit", "1")
        #expect(first.output.split(separator: "\r\n").count == 2 && first.errorOutput.contains("--before"))
        #expect(try parley.run("health", "history", "eliza", "--outcome", "torn", "--csv").output.hasPrefix("id,"))
        #expect(try parley.run("health", "history", "--csv", "--json").status == 64)
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

    @Test func `a provider that nobody knows is refused, and no other`() throws {
        let reason = "no provider 'nobody' is known, nor was one ever asked: "
        #expect(try parley.run("health", "history", "nobody").errorOutput.contains(reason))
        try seed()
        for words in [[], ["--json"], ["--csv"]] {
            let outcome = try parley.run(
                arguments: (["health", "history", "blog", "nobody"] + words).map { Array($0.utf8) })
            #expect(outcome.status == 78 && !outcome.output.contains("rate_limited"))
        }
        #expect(try parley.run("health", "history", "opchatgpts").status == 0)
        // It is in no configuration, and was asked, though not with that outcome.
        let gone = try parley.run("health", "history", "blog", "--outcome", "torn")
        #expect(gone.status == 0 && gone.errorOutput.contains("conditions"))
    }

    @Test func `more than a page goes to a spreadsheet, and no site's words run there`() throws {
        try seed()
        try Connection(path: parley.database, access: .readWrite).execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2300)
            INSERT INTO provider_attempts (id, provider, kind, owner, attempt, process, started_at, outcome, fault,
                bytes_in, chunks, text_bytes, error_code, error_text)
            SELECT printf('0000000000000000000001%04d', i), 'many', 'probe', 'local', 1, 'p', 1769860900000 + i, 'torn',
                'provider', 0, 0, 0, 'torn', '=1+' || i FROM n
            """)
        let whole = try parley.run("health", "history", "many", "--csv", "--limit", "100000")
        let lines = whole.output.split(separator: "\r\n").dropFirst()
        #expect(lines.count == 2300 && Set(lines).count == 2300 && whole.errorOutput == "")
        #expect(lines.allSatisfy { $0.contains(",'=1+") })
        let part = try parley.run("health", "history", "many", "--csv", "--limit", "2299")
        #expect(part.output.split(separator: "\r\n").count == 2300)
        #expect(part.errorOutput.contains("--before 00000000000000000000010002"))
    }

    @Test func `comma-separated values do nothing to a terminal`() throws {
        try seed()
        let terminal = try PseudoTerminal(columns: 80, rows: 30)
        let script = ["sh", "-c", "\"$0\" \"$@\"; echo THE END"]
        let running = try parley.start("health", "history", "blog", "--csv", wrapper: script, on: terminal)
        try terminal.wait(for: "THE END")
        #expect(try running.finish().status == 0 && !terminal.received.contains(0x1B))
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
        #expect(lines[3] == "2026-01-31 12:00:01  blog      chat   large  rate_limited 429  350 ms  30.3 s  \(error)")
        #expect(lines[4].hasSuffix("http_5xx 503           -   40 ms  the provider answered 503"))
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
            "STARTED              PROVIDER  KIND   MODEL  OUTCOME            FIRST    TOOK",
            "2026-01-31 12:00:01  blog      chat   large  rate_limited 429  350 ms  30.3 s",
            "    Slow ␛[31mdown please, " + String(repeating: "x", count: 52) + "…",
            "2026-01-31 12:00:00  blog      nonce  -      http_5xx 503           -   40 ms",
            "    the provider answered 503",
        ])
        #expect(try running.finish().status == 0)
    }
}

struct AttemptTableTests {
    @Test(arguments: [30, 60, 80, 100]) func `long names cost neither the outcome nor the error`(width: Int) {
        var attempt = ProviderAttempt(
            id: AttemptID(rawValue: "1"), provider: "a-provider-of-a-long-name", model: "a/model-of-a-very-long-name",
            kind: .chat, startedAt: Timestamp(rawValue: 1_769_860_800_000))
        attempt.result.outcome = .http5xx
        attempt.result.httpStatus = 503
        attempt.result.error = MessageError(code: "http_503", message: "busy")
        let style = Style(mode: .never, environment: [:], isTerminal: false)
        let text = AttemptTable(style: style, width: width).text(of: [attempt])
        #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.columns(of: String($0)) <= width })
        #expect(width < 40 || text.contains("http_5xx 503"), "\(text)")
        #expect(text.contains("busy"))
    }

    @Test(
        arguments: [
            (nil, "-"), (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (1999, "1.9 s"), (599_999, "599.9 s"),
            (600_000, "10 min"),
        ] as [(Int64?, String)])
    func `a length of time is short`(milliseconds: Int64?, text: String) {
        #expect(AttemptTable.length(milliseconds) == text)
    }
}
