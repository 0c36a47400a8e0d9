import Support
import Testing

/// Who is asked when the first does not answer.
@Outside
struct FallbackTests {
    /// A site that fails, an endpoint that answers, and the bot on board.
    private struct World {
        let site: LoopbackServer
        let endpoint = try! StandInEndpoint()
        let program: RemoteProgram

        init(_ answer: Answer, fallback: String = "[site, endpoint, eliza]") throws {
            site = try LoopbackServer(routes: [Route.session: try .recording("session-ok"), Route.submit: answer])
            program = try RemoteProgram(
                """
                default_provider: site
                fallback: \(fallback)
                providers:
                  site: {kind: ai-engine, url: "\(site.address)"}
                  endpoint: {kind: openai, url: "\(endpoint.address)", model: stand-in}
                """)
        }
    }

    nonisolated static let passedOn = [
        "infra-proxy-504", "upstream-429-stream", "limit-over-limit-stream", "upstream-empty-stream",
        "infra-maintenance-submit-503", "infra-waf-submit-403",
    ]

    @Test(arguments: passedOn)
    func `the next answers, and the reply says so`(recording: String) throws {
        let world = try World(.recording(recording))
        let (outcome, exchange) = try world.program.chat("chat", "Hello")
        #expect(outcome.status == 0)
        #expect(exchange["reply"]?["status"] == .string("complete"))
        #expect(exchange["reply"]?["provider"] == .string("endpoint"))
        #expect(exchange["chat"]?["provider"] == .string("site"))
        #expect(outcome.errorOutput.contains("site: ") && outcome.errorOutput.contains("asking endpoint"))
        let attempts = try #require(exchange["attempts"]?.elements)
        #expect(attempts.last?["provider"] == .string("endpoint") && attempts.last?["outcome"] == .string("ok"))
        #expect(attempts.dropLast().allSatisfy { $0["provider"] == .string("site") && $0["outcome"] != .string("ok") })
        // Each try is a row, the newest first.
        let rows = try world.program.attempts().filter { $0["kind"] == .string("chat") }
        #expect(rows.reversed().map { $0["outcome"] } == attempts.map { $0["outcome"] })
        #expect(rows.allSatisfy { $0["message"] == exchange["reply"]?["id"] })
    }

    @Test(arguments: ["limit-banned-word-json", "limit-moderation-stream", "submit-too-long-stream"])
    func `a refused message goes to nobody else`(recording: String) throws {
        let world = try World(.recording(recording))
        let (outcome, exchange) = try world.program.chat("chat", "Hello")
        #expect(outcome.status == 69)
        #expect(exchange["attempts"]?.elements.count == 1)
        #expect(world.endpoint.prompts.isEmpty)
    }

    @Test func `nobody else goes on with a reply that has begun`() throws {
        let world = try World(.recording("noise-fatal-midstream"))
        let (outcome, exchange) = try world.program.chat("chat", "Hello")
        #expect(outcome.status == 69)
        #expect(exchange["reply"]?["status"] == .string("interrupted"))
        #expect(exchange["reply"]?["provider"] == .string("site"))
        #expect(world.endpoint.prompts.isEmpty)
    }

    @Test func `providers named on the command line are asked in that order, and no others`() throws {
        let world = try World(.recording("infra-waf-submit-403"), fallback: "[eliza]")
        let (outcome, exchange) = try world.program.chat("chat", "--provider", "site,endpoint", "Hello")
        #expect(outcome.status == 0)
        #expect(exchange["attempts"]?.elements.map { $0["provider"]?.text } == ["site", "endpoint"])
        let (alone, failed) = try world.program.chat("chat", "--provider", "site", "Hello")
        #expect(alone.status == 69)
        #expect(failed["attempts"]?.elements.map { $0["provider"]?.text } == ["site"])
    }

    @Test func `one that has no key is passed over with a word, and refused when it is asked first`() throws {
        let world = try World(.recording("infra-waf-submit-403"))
        var program = try RemoteProgram(
            """
            providers:
              site: {kind: ai-engine, url: "\(world.site.address)"}
              locked: {kind: openai, url: "\(world.endpoint.address)", api_key_env: NO_SUCH_KEY, model: stand-in}
            """)
        let (outcome, exchange) = try program.chat("chat", "--provider", "site,locked,eliza", "Hello")
        #expect(outcome.status == 0)
        #expect(
            exchange["attempts"]?.elements.map { $0["outcome"]?.text } == ["http_4xx", "auth", "ok"])
        #expect(outcome.errorOutput.contains("NO_SUCH_KEY"))
        let refused = try program.parley.run("chat", "--provider", "locked", "Hello")
        #expect(refused.status == 78 && refused.errorOutput.contains("NO_SUCH_KEY"))
        program.parley.environment["NO_SUCH_KEY"] = "sk-there-it-is"
        #expect(try program.parley.run("chat", "--provider", "locked", "Hello").status == 0)
    }
}
