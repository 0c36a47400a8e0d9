import SQLite
import Support
import Testing

/// `health`: how providers do, as people and as programs read it.
@Outside
struct HealthSummaryTests {
    private let program: RemoteProgram
    private var parley: ParleyProgram { program.parley }

    init() throws {
        program = try RemoteProgram(
            """
            providers:
              local: {kind: openai, url: "http://127.0.0.1:9/v1", model: m}
              blog: {kind: ai-engine, url: "http://127.0.0.1:9"}
            default_provider: local
            fallback: [blog, eliza]

            """)
    }

    /// The blog is down for an hour, and its next try some minutes off; local is well.
    private func record(_ more: [HealthRecord.Attempt] = []) throws -> HealthRecord {
        var attempts: [HealthRecord.Attempt] = []
        for minute in stride(from: 20, through: 1200, by: 20) {
            attempts.append(.ok(minute, "local", firstText: 200 + minute))
            attempts.append(.ok(minute + 60, "blog"))
        }
        attempts += [70, 69, 68, 60, 48, 36, 24, 2].map { HealthRecord.Attempt.failed($0, "blog") }
        attempts += [.limited(600, "local"), .ok(2000, "former"), .ok(90, "other")]
        return try HealthRecord(attempts + more, in: parley)
    }

    private func names(_ report: JSONValue) -> [String?] {
        report["providers"]?.elements.map { $0["provider"]?.text } ?? []
    }

    // MARK: - Nothing yet

    @Test func `a new user sees who would be asked, and what to do`() throws {
        let new = try ParleyProgram()
        let outcome = try new.run("health")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("PROVIDER  STATE    LAST 24 H"))
        #expect(lines[1].firstMatch(of: #/^eliza     unknown  \.{24,25}  +-  /#) != nil, "\(outcome.output)")
        #expect(
            outcome.errorOutput
                == "parley: nobody was asked yet: 'parley health check' looks whether they would answer\n")
        let eliza = try JSONValue(new.run("health", "--json").output)["providers"]?[0]
        #expect(eliza?["provider"] == "eliza" && eliza?["state"] == "unknown" && eliza?["attempts"]?.integer == 0)
        #expect(eliza?["slots"]?.elements.isEmpty == false && eliza?["success"] == nil)
        #expect(!Files.exists(new.database))
    }

    @Test func `a conversation later it is healthy, and nothing is hinted at`() throws {
        let new = try ParleyProgram()
        try new.run("chat", "hello")
        let outcome = try new.run("health")
        #expect(outcome.errorOutput == "" && outcome.output.contains("1/1"))
        #expect(outcome.output.contains("eliza     healthy"))
        #expect(try JSONValue(new.run("health", "--json").output)["providers"]?[0]?["success"] == .number(1))
    }

    // MARK: - Who

    @Test func `those configured come in their order, then others who were asked in that time`() throws {
        let record = try record()
        #expect(try names(record.json()) == ["local", "blog", "eliza", "other"])
        #expect(try names(record.json("--since", "2d")) == ["local", "blog", "eliza", "former", "other"])
        #expect(try names(record.json("former", "local", "former")) == ["former", "local"])
    }

    @Test func `a name that nobody knows is refused, and one that is not configured any more is not`() throws {
        _ = try record()
        for words in [["blgo"], ["incidents", "blgo"], ["latency", "blgo"], ["history", "blgo"]] {
            let outcome = try parley.run(arguments: (["health"] + words).map { Array($0.utf8) })
            #expect(outcome.status == 78 && outcome.output == "")
            let reason = "no provider 'blgo' is known, nor was one ever asked: did you mean 'blog'?"
            #expect(outcome.errorOutput == "parley: \(reason)\n")
            #expect(try parley.run("health", words[0], "--json", "nobody").output.contains("\"unknown_provider\""))
        }
        #expect(try parley.run("health", "incidens").errorOutput.contains("did you mean 'parley health incidents'?"))
        #expect(try parley.run("health", "former").status == 0)
    }

    @Test func `a configuration that makes no sense keeps nobody from looking`() throws {
        let record = try record()
        try Files.write("providers: [", to: parley.home.file(".config/parley/config.yaml"))
        for words in [[], ["former"], ["incidents"], ["latency", "blog"], ["history"], ["history", "nobody"]] {
            let outcome = try parley.run(arguments: (["health"] + words).map { Array($0.utf8) })
            #expect(
                outcome.status == 0 && !outcome.output.isEmpty || words == ["former"] || words.last == "nobody",
                "\(words)")
            #expect(outcome.errorOutput.contains("parley: the configuration is left aside: "), "\(words)")
        }
        #expect(try names(record.json()) == ["blog", "former", "local", "other"])
        #expect(try parley.run("health", "check").status == 78)
    }

    @Test func `nobody is called new who was asked at another time`() throws {
        _ = try HealthRecord([.ok(2000, "former"), .ok(30, "blog")], in: parley)
        #expect(
            try parley.run("health", "local").errorOutput
                == "parley: local was never asked: 'parley health check local' looks whether it would answer\n")
        #expect(
            try parley.run("health", "local", "eliza").errorOutput.contains("local, eliza were never asked: 'parley"))
        let quiet = "parley: nobody was asked in the last 10 min: a longer --since shows more\n"
        #expect(try parley.run("health", "--since", "10m").errorOutput == quiet)
        #expect(try parley.run("health", "former").errorOutput.contains("nobody was asked in the last 24 h"))
        try Files.write("providers: [", to: parley.home.file(".config/parley/config.yaml"))
        let outcome = try parley.run("health", "--since", "10m")
        #expect(outcome.output.contains("\nblog ") && outcome.output.contains("\nformer "))
        #expect(outcome.errorOutput.hasSuffix(quiet) && outcome.errorOutput.contains("left aside"))
    }

    @Test func `a configuration that was named and is not there is refused`() throws {
        for words in [[], ["incidents"], ["history"], ["latency", "eliza"]] {
            let outcome = try parley.run(
                arguments: (["health"] + words + ["--config", "missing.yaml"]).map { Array($0.utf8) })
            #expect(outcome.status == 66 && outcome.output == "", "\(words)")
        }
    }

    @Test func `one that wants to be left alone says until when`() throws {
        let record = try record()
        try Connection(path: parley.database, access: .readWrite).execute(
            """
            UPDATE provider_attempts SET retry_after_ms = 3600000, started_at = started_at + 599 * 60000
            WHERE outcome = 'rate_limited'
            """)
        let local = try #require(try record.json()["providers"]?[0])
        #expect(local["state"] == "degraded" && local["retry_at"]?.text?.hasSuffix("Z") == true)
        #expect(try parley.run("health", "local").output.contains("wants to be left alone, next try in "))
    }

    // MARK: - What

    @Test func `as JSON the slots are the window, and the counts add up`() throws {
        let report = try record().json()
        let local = try #require(report["providers"]?[0])
        #expect(local["state"] == "healthy" && local["ok"]?.integer == 60 && local["limited"]?.integer == 1)
        #expect(local["success"] == .number(1) && local["first_text_ms"]?["n"]?.integer == 60)
        #expect(local["first_text_ms"]?["exact"] == .boolean(true))
        let blog = try #require(report["providers"]?[1])
        #expect(blog["state"] == "down" && blog["faults"]?.integer == 8)
        #expect(blog["last_error"]?["outcome"] == "http_5xx" && blog["last_error"]?["http_status"]?.integer == 503)
        #expect(blog["last_error"]?["text"] == "upstream is down")
        #expect(blog["retry_at"]?.text?.hasSuffix("Z") == true && blog["since"]?.text?.hasSuffix("Z") == true)
        for provider in report["providers"]?.elements ?? [] {
            let sums = ["ok", "faults", "limited", "other"].map { key in
                #expect(
                    provider["slots"]?.elements.reduce(0) { $0 + ($1[key]?.integer ?? 0) } == provider[key]?.integer)
                return provider[key]?.integer ?? 0
            }
            #expect(sums.reduce(0, +) == provider["attempts"]?.integer)
            #expect(provider["slots"]?[0]?["start"] == report["since"])
        }
    }

    @Test func `for reading, each has a line through a pipe`() throws {
        var program = try record().parley
        program.environment["LANG"] = "C.UTF-8"
        let lines = try program.run("health").output.split(separator: "\n").map(String.init)
        #expect(
            lines[0].split(separator: /\s{2,}/).map(String.init) == [
                "PROVIDER", "STATE", "LAST 24 H", "OK", "UP", "ATTEMPTS", "LIMITED", "FIRST TEXT p50/p90", "LAST OK",
                "LAST ERROR",
            ])
        #expect(lines.count == 5)
        #expect(lines[1].hasPrefix("local     healthy") && lines[1].contains("100 % of 60"))
        #expect(lines[1].contains("800 ms / 1.2 s"))
        #expect(lines[2].firstMatch(of: /blog {6}down \d+[smh] .*[█▄]✕+·? {2}88\.2 % of 68/) != nil, "\(lines[2])")
        #expect(lines[2].firstMatch(of: /http_5xx 503 \d min ago, next try in \d+ min: upstream is down$/) != nil)
    }

    @Test(arguments: [20, 40, 80, 100, 200]) func `a terminal of any width has whole bars`(columns: Int) throws {
        var program = try record([.failed(3, "a\u{1B}[31m\u{202E}b", error: "c\u{1B}]0;d\u{7}\ne")]).parley
        program.environment["LC_ALL"] = "C.UTF-8"
        let terminal = try PseudoTerminal(columns: columns, rows: 60)
        let script = ["sh", "-c", "\"$0\" \"$@\"; echo THE END"]
        let running = try program.start("health", "--color", "never", wrapper: script, on: terminal)
        try terminal.wait(for: "THE END")
        #expect(try running.finish().status == 0)
        let lines = terminal.screen.lines
        let bars = lines.flatMap { $0.matches(of: /[█▄✕·]{20,}/) }.map { $0.output.count }
        #expect(columns < 40 ? bars.isEmpty : Set(bars).count == 1, "\(lines)")
        #expect(columns != 40 || lines.contains { $0.hasPrefix("    last 24 h ") })
        #expect(!terminal.received.contains(0x1B) && terminal.screen.unknown == [])
        // A line that is too wide would go on in the next: each begins with a name, a title or the indent.
        let beginnings = ["PROVIDER", "local", "blog", "eliza", "other", "a␛", "    ", "THE END"]
        let strays = lines.filter { line in !line.isEmpty && !beginnings.contains { line.hasPrefix($0) } }
        #expect(strays == [])
    }

    private nonisolated static let plainLocales = [
        ["LANG": "C"], ["LANG": "de_DE.UTF-8", "NO_COLOR": "1"], ["LC_ALL": "POSIX", "LANG": "C.UTF-8"],
    ]

    @Test(arguments: plainLocales)
    func `letters are drawn where blocks are not wanted or not to be had`(environment: [String: String]) throws {
        var program = try record().parley
        program.environment.merge(environment) { $1 }
        #expect(try program.run("health", "blog").output.contains(/[#+]x+\.?\s/))
        program.environment = ["LANG": "C.UTF-8"]
        #expect(try program.run("health", "blog").output.contains(/[█▄]✕+·?\s/))
        #expect(try program.run("health", "blog", "--ascii").output.contains(/[#+]x+\.?\s/))
    }

    @Test func `a reader that leaves is no error`() throws {
        let running = try record().parley.start("health")
        running.closeOutput()
        #expect(try running.finish().status == 0)
    }

    @Test(arguments: ["tomorrow", "2999-01-01", "-1h", "0m"]) func `a window that makes no sense`(since: String) throws
    {
        for command in [["health"], ["health", "incidents"], ["health", "latency", "eliza"]] {
            let outcome = try parley.run(arguments: (command + ["--since=" + since]).map { Array($0.utf8) })
            #expect(outcome.status == 64 && outcome.errorOutput.contains("--since is '\(since)'"))
        }
    }

    // MARK: - Incidents and latencies

    @Test func `incidents are listed, the one that goes on first`() throws {
        let earlier = (101...104).map { HealthRecord.Attempt.failed($0 * 20, "former") } + [.ok(1990, "former")]
        let record = try record(earlier)
        let incidents = try record.json("incidents")["incidents"]?.elements ?? []
        #expect(incidents.map { $0["provider"]?.text } == ["blog", "former"])
        #expect(incidents[0]["ended_at"] == nil && incidents[1]["ended_at"] != nil)
        #expect(incidents[0]["cause"] == "http_5xx" && incidents[0]["http_status"]?.integer == 503)
        #expect(incidents[0]["attempts"]?.integer == 8 && incidents[0]["chats"]?.integer == 3)
        let lines = try parley.run("health", "incidents").output.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].contains("  ongoing ") && lines[1].contains("  http_5xx 503  "))
        let first = try parley.run("health", "incidents", "--limit", "1")
        #expect(
            first.output.split(separator: "\n").count == 2
                && first.errorOutput == "parley: there are more: raise --limit\n")
        #expect(try record.json("incidents", "--limit", "1")["more"] == .boolean(true))
        #expect(try record.json("incidents", "former")["incidents"]?.elements.count == 1)
        let none = try parley.run("health", "incidents", "local")
        #expect(none.status == 0 && none.output == "" && none.errorOutput == "parley: no incident in the last 90 d\n")
    }

    @Test func `latencies have percentiles and a histogram`() throws {
        let record = try record()
        let json = try record.json("latency", "local")
        #expect(json["provider"] == "local" && json["first_text_ms"]?["p50"]?.integer == 800)
        #expect(json["first_text_ms"]?["p99"]?.integer == 1400 && json["duration_ms"]?["p50"]?.integer == 2400)
        let histogram = json["first_text_ms"]?["histogram"]?.elements ?? []
        #expect(histogram.map { $0["from"]?.integer } == [128, 256, 512, 1024])
        #expect(histogram.reduce(0) { $0 + ($1["n"]?.integer ?? 0) } == 60)
        let text = try parley.run("health", "latency", "local", "--ascii").output
        #expect(text.hasPrefix("FIRST TEXT, of 60 replies, exact\n  p50 800 ms   p75 1.1 s   p90 1.2 s"))
        #expect(text.contains("\n\nWHOLE REPLY, of 60 replies, exact\n") && text.contains("  ####"))
        let none = try parley.run("health", "latency", "eliza")
        #expect(none.output == "" && none.errorOutput.contains("no reply of eliza"))
    }
}
