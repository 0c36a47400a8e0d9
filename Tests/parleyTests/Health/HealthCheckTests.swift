import Glibc
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

    @Test func `what makes no sense is refused before anybody is asked`() throws {
        for timeout in ["0s", "soon", "2h", "-1s"] {
            let outcome = try program.parley.run("health", "check", "--timeout=" + timeout)
            #expect(outcome.status == 64 && outcome.errorOutput.contains("--timeout is '\(timeout)'"))
        }
        #expect(try program.parley.run("health", "check", "good", "nobody").status == 78)
        #expect(!Files.exists(program.parley.database) && silent.requests.all.isEmpty)
    }
}
