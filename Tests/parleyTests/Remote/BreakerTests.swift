import SQLite
import Support
import Testing

/// An endpoint that fails on cue, one that answers, and many runs of the program that share what they know of them.
@Outside
struct BreakerTests {
    private let flaky = try! StandInEndpoint()
    private let steady = try! StandInEndpoint()
    private let program: RemoteProgram

    init() throws {
        program = try RemoteProgram(
            """
            default_provider: flaky
            fallback: [flaky, steady]
            providers:
              flaky: {kind: openai, url: "\(flaky.address)", model: stand-in}
              steady: {kind: openai, url: "\(steady.address)", model: stand-in}
            """)
    }

    private static let completions = "POST /v1/chat/completions"

    /// Says something in a new chat; tells who was asked, in order.
    private func chat() throws -> (asked: [String?], errorOutput: String) {
        let (outcome, exchange) = try program.chat("chat", "Hello")
        #expect(outcome.status == 0 && exchange["chat"]?["provider"] == .string("flaky"))
        return (exchange["attempts"]?.elements.map { $0["provider"]?.text } ?? [], outcome.errorOutput)
    }

    /// Makes the time come at which an open circuit may be tried again.
    private func letTimePass() throws {
        let connection = try Connection(path: program.parley.database, access: .readWrite)
        connection.setBusyTimeout(milliseconds: 5000)
        try connection.execute("UPDATE provider_conditions SET retry_at = decided_at")
    }

    private func circuit() throws -> String {
        let connection = try Connection(path: program.parley.database, access: .readOnly)
        connection.setBusyTimeout(milliseconds: 5000)
        let statement = try connection.prepared(
            "SELECT circuit FROM provider_conditions WHERE provider = 'flaky' AND is_former = 0")
        defer { statement.reset() }
        try #require(try statement.step())
        return statement.text(0)
    }

    @Test func `the breaker opens, the chain skips, and trials let it back`() throws {
        flaky.failNext(.serverError, .serverError, .serverError)
        #expect(try chat().asked == ["flaky", "flaky", "flaky", "steady"])
        #expect(try circuit() == "open")

        let (asked, errorOutput) = try chat()
        #expect(asked == ["steady"])
        #expect(errorOutput.contains("flaky has been down since "))
        #expect(errorOutput.contains(" (http_5xx 500), next try in "))
        #expect(errorOutput.contains(": asking steady\n"))
        #expect(flaky.server.calls(of: Self.completions) == 3)

        // It is still down when its time comes: one try, and it is left alone for longer.
        try letTimePass()
        flaky.failNext(.serverError)
        #expect(try chat().asked == ["flaky", "steady"])
        #expect(try chat().asked == ["steady"])
        #expect(flaky.server.calls(of: Self.completions) == 4)

        try letTimePass()
        #expect(try chat().asked == ["flaky"])
        #expect(try circuit() == "half_open")
        #expect(try chat().asked == ["flaky"])
        #expect(try circuit() == "closed")
        #expect(try chat().errorOutput.isEmpty)
    }

    @Test(arguments: [429, 503])
    func `who asked to be left alone is, whatever it was that it could not do`(status: Int) throws {
        let answer = Answer.response("{}", status: status, headers: [("Retry-After", "3600")])
        flaky.failNext(.answer(answer))
        #expect(try chat().asked == ["flaky", "steady"])
        let (asked, errorOutput) = try chat()
        #expect(asked == ["steady"])
        #expect(errorOutput.hasPrefix("parley: flaky asked to be left alone until "))
        #expect(errorOutput.hasSuffix(": asking steady\n") && !errorOutput.contains("fewer"))
    }

    @Test func `who is named alone is asked at once, with a word`() throws {
        flaky.failNext(.serverError, .serverError, .serverError)
        _ = try chat()
        let (outcome, exchange) = try program.chat("chat", "--provider", "flaky", "Hello")
        #expect(outcome.status == 0)
        #expect(exchange["attempts"]?.elements.map { $0["provider"]?.text } == ["flaky"])
        #expect(outcome.errorOutput.contains("(http_5xx 500): trying anyway\n"))
        #expect(try program.parley.run("chat", "--provider", "flaky", "--quiet", "Hello").errorOutput.isEmpty)
    }

    @Test func `a probe lets back who could not be reached`() throws {
        let reset = EndpointFailure.answer(.steps([.reset]))
        flaky.failNext(reset, reset, reset)
        #expect(try chat().asked == ["flaky", "flaky", "flaky", "steady"])
        #expect(try chat().asked == ["steady"])
        #expect(try program.parley.run("providers", "test", "flaky").status == 0)
        #expect(try circuit() == "half_open")
        #expect(try program.parley.run("providers", "test", "flaky").status == 0)
        #expect(try circuit() == "closed")
        #expect(try chat().asked == ["flaky"])
    }

    @Test func `a probe does not let back whose answers failed`() throws {
        flaky.failNext(.serverError, .serverError, .serverError)
        _ = try chat()
        #expect(try program.parley.run("providers", "test", "flaky").status == 0)
        #expect(try circuit() == "open")
        #expect(try chat().asked == ["steady"])
    }

    @Test func `of many programs one tries it, and the others ask another`() throws {
        flaky.failNext(.serverError, .serverError, .serverError)
        _ = try chat()
        try letTimePass()
        let before = steady.server.calls(of: Self.completions)
        let gate = try Gate()
        flaky.hold(beforeEvent: 0, at: gate)
        let running = try (0..<5).map { try program.parley.start("chat", "Hello \($0)", "--json") }
        _ = try steady.server.waitForRequests(before + running.count - 1, of: Self.completions)
        _ = try flaky.server.waitForRequests(4, of: Self.completions)
        gate.open()
        for program in running { #expect(try program.finish().status == 0) }
        #expect(flaky.server.calls(of: Self.completions) == 4)
        #expect(steady.server.calls(of: Self.completions) == before + running.count - 1)
        #expect(try circuit() == "half_open")
    }

    @Test func `who wants a key is told of as such`() throws {
        var settings = EndpointSettings()
        settings.key = "sk-right"
        let locked = try StandInEndpoint(settings)
        var program = try RemoteProgram(
            """
            fallback: [locked, steady]
            providers:
              locked: {kind: openai, url: "\(locked.address)", api_key_env: LOCKED_KEY, model: stand-in}
              steady: {kind: openai, url: "\(steady.address)", model: stand-in}
            """)
        program.parley.environment["LOCKED_KEY"] = "sk-wrong"
        _ = try program.chat("chat", "Hello")
        program.parley.environment["LOCKED_KEY"] = "sk-right"
        let (outcome, exchange) = try program.chat("chat", "Hello")
        #expect(exchange["reply"]?["provider"] == .string("steady"))
        #expect(
            outcome.errorOutput.contains(
                "locked wants a key (auth 401): asking steady; 'parley health check locked' once it has one\n"))
        // Two probes with the right key bring it back.
        for _ in 0..<2 { #expect(try program.parley.run("providers", "test", "locked").status == 0) }
        #expect(try program.chat("chat", "Hello").exchange["reply"]?["provider"] == .string("locked"))
    }
}
