import Glibc
import SQLite
import Support
import Testing

/// `health check`: several providers are looked at, at the same time.
@Outside
struct HealthCheckTests {
    private let endpoint: StandInEndpoint
    private let failing: LoopbackServer
    private let silent: LoopbackServer
    private let program: RemoteProgram
    private nonisolated static let models = "GET /models"

    init() throws {
        endpoint = try StandInEndpoint()
        failing = try LoopbackServer(routes: [Self.models: .response("\u{1B}[31mno", status: 503, type: "text/plain")])
        silent = try LoopbackServer(routes: [Self.models: .steps([.hold])])
        program = try RemoteProgram(
            """
            providers:
              silent: {kind: openai, url: "\(silent.address)", model: m}
              good: {kind: openai, url: "\(endpoint.address)", model: stand-in}
              failing: {kind: openai, url: "\(failing.address)", model: m}
              locked: {kind: openai, url: "\(endpoint.address)", model: m, api_key_env: NO_SUCH_KEY}
            fallback: [good, eliza]

            """)
    }

    private func attempts(_ provider: String) throws -> [JSONValue] {
        try program.attempts().filter { $0["provider"]?.text == provider }
    }

    @Test func `all that are configured are looked at, and told in their order`() throws {
        let outcome = try program.parley.run("health", "check", "--json", "--timeout", "300ms")
        #expect(outcome.status == 69 && outcome.errorOutput == "")
        let checks = try JSONValue(outcome.output)["checks"]?.elements ?? []
        #expect(checks.map { $0["provider"]?.text } == ["silent", "good", "failing", "locked", "eliza"])
        #expect(checks.map { $0["ok"] } == [false, true, false, false, true].map { .boolean($0) })
        #expect(checks[0]["error"]?["code"] == "timeout" && checks[2]["error"]?["code"] == "http_503")
        #expect(checks[3]["error"]?["code"] == "no_key")
        #expect(checks[3]["error"]?["message"] == "NO_SUCH_KEY is not set: export it")
        #expect(checks[4]["reachable"] == "yes, on board")
        let kept = try program.attempts()
        #expect(kept.count == 4 && kept.allSatisfy { $0["kind"] == "probe" })
        #expect(try attempts("silent").map { $0["outcome"]?.text } == ["timeout_total"])
        // That it had so little time was the caller's choice.
        #expect(try attempts("silent").map { $0["fault"]?.text } == ["caller"])
        #expect(checks[0]["error"]?["message"]?.text?.contains("it did not answer within 300 ms") == true)
        #expect(try attempts("locked") == [])
        // Nothing was said to anybody.
        #expect(endpoint.prompts == [])
    }

    @Test func `those named, each once and in that order, a line each`() throws {
        let outcome = try program.parley.run("health", "check", "eliza", "failing", "locked", "eliza")
        #expect(outcome.status == 69 && outcome.errorOutput == "")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.map { $0.prefix { $0 != " " } } == ["PROVIDER", "eliza", "failing", "locked"])
        #expect(lines[1].contains("  ok  ") && lines[2].contains("  http_5xx 503  "))
        #expect(lines[3].contains("  no_key  ") && lines[3].hasSuffix("NO_SUCH_KEY is not set: export it"))
        #expect(!outcome.output.contains("\u{1B}"))
        let good = try program.parley.run("health", "check", "eliza", "good")
        #expect(good.status == 0 && good.output.contains("stand-in"))
    }

    @Test func `Ctrl-C stops it, and what was begun is closed`() throws {
        let running = try program.parley.start("health", "check", "silent", "good")
        try silent.waitForRequests(1, of: Self.models)
        while try !program.attempts().contains(where: { $0["provider"] == "good" && $0["outcome"] == "ok" }) {}
        running.signal(SIGINT)
        let outcome = try running.finish()
        #expect(outcome.status == 130)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[1].hasPrefix("good      ok "))
        #expect(outcome.errorOutput == "parley: stopped before all had answered: say it again\n")
        #expect(try attempts("silent").map { $0["outcome"]?.text } == ["cancelled"])
        #expect(try attempts("silent").map { $0["fault"]?.text } == ["caller"])
    }

    private func execute(_ sql: String, in program: RemoteProgram? = nil) throws -> Connection {
        let program = program ?? self.program
        let connection = try Connection(path: program.parley.database, access: .readWrite)
        connection.setBusyTimeout(milliseconds: 5000)
        try connection.execute(sql)
        return connection
    }

    @Test func `Ctrl-C when all have answered says so, and that a look could not be written down`() throws {
        let gate = try Gate()
        let headers = [(name: "Content-Type", value: "application/json")]
        let models = HTTPResponse(200, headers: headers, body: Array(#"{"data":[]}"#.utf8))
        let held = try LoopbackServer(routes: [Self.models: .steps([.wait(gate), .write(models.bytes)])])
        let program = try RemoteProgram("providers:\n  good: {kind: openai, url: \"\(held.address)\", model: m}\n")
        let running = try program.parley.start("health", "check", "good", "--verbose")
        try held.waitForRequests(1, of: Self.models)
        let other = try execute("BEGIN IMMEDIATE", in: program)
        gate.open()
        try running.waitForErrorOutput("waiting for another program to finish writing to ")
        running.signal(SIGINT)
        let outcome = try running.finish()
        try other.execute("COMMIT")
        #expect(outcome.status == 130)
        #expect(outcome.output.split(separator: "\n").last?.hasPrefix("good      ok ") == true)
        #expect(
            outcome.errorOutput.hasSuffix(
                Self.notKept("good") + "parley: stopped when all had answered\n"))
    }

    private static func notKept(_ names: String) -> String {
        "parley: what came of looking at \(names) could not be written down, and is not in the health history: "
            + "'parley db check' looks at the file\n"
    }

    @Test func `looks that cannot be written down are told of, all in one line`() throws {
        #expect(try program.parley.run("health", "check", "eliza").status == 0)
        _ = try execute(
            """
            CREATE TRIGGER no_looks BEFORE INSERT ON provider_attempts WHEN NEW.provider != 'eliza'
            BEGIN SELECT RAISE(ABORT, 'no'); END
            """)
        let outcome = try program.parley.run("health", "check", "good", "eliza", "failing")
        #expect(outcome.status == 69 && outcome.errorOutput == Self.notKept("good, failing"))
        #expect(try program.parley.run("health", "check", "good", "--quiet").errorOutput == "")
        let json = try program.parley.run("health", "check", "good", "eliza", "failing", "--json")
        #expect(json.errorOutput == Self.notKept("good, failing"))
        let checks = try JSONValue(json.output)["checks"]?.elements ?? []
        #expect(checks.map { $0["kept"] } == [.boolean(false), nil, .boolean(false)])

        let test = try program.parley.run("providers", "test", "good")
        #expect(test.status == 0 && test.errorOutput == Self.notKept("good"))
        let told = try program.parley.run("providers", "test", "good", "--json")
        #expect(try JSONValue(told.output)["kept"] == .boolean(false) && told.errorOutput == Self.notKept("good"))
        #expect(try program.attempts().allSatisfy { $0["provider"] == "eliza" })
    }

    @Test func `one that would answer, and is down since its last chat failed, says so`() throws {
        endpoint.failNext(.serverError, .serverError, .serverError)
        #expect(try program.chat("chat", "--provider", "good", "Hello").outcome.status == 69)
        let outcome = try program.parley.run("health", "check", "good")
        #expect(outcome.status == 0)
        let found = "answers, but its last chat failed: http_5xx 500; the next chat tries it in "
        #expect(outcome.output.contains("  ok  ") && outcome.output.contains(found), "\(outcome.output)")
        _ = try execute("UPDATE provider_conditions SET retry_at = decided_at")
        let due = try program.parley.run("health", "check", "good", "eliza")
        #expect(due.output.contains("its last chat failed: http_5xx 500; the next chat tries it; reachable yes"))
        let json = try JSONValue(program.parley.run("health", "check", "good", "eliza", "--json").output)
        #expect(json["checks"]?.elements.map { $0["state"] } == ["recovering", "healthy"])
        // A chat lets it back, and there is nothing to say of it any more.
        for _ in 0..<2 { #expect(try program.chat("chat", "--provider", "good", "Hello").outcome.status == 0) }
        let back = try program.parley.run("health", "check", "good")
        #expect(back.status == 0 && !back.output.contains("failed"))
    }

    @Test func `what makes no sense is refused before anybody is asked`() throws {
        for timeout in ["0s", "soon", "2h", "-1s"] {
            let outcome = try program.parley.run("health", "check", "--timeout=" + timeout)
            #expect(outcome.status == 64 && outcome.errorOutput.contains("--timeout is '\(timeout)'"))
        }
        #expect(try program.parley.run("health", "check", "good", "nobody").status == 78)
        #expect(!Files.exists(program.parley.database) && silent.requests.all.isEmpty)
    }
}
