import Support
import Testing

/// Whatever a site answers instead of a reply: an exit, a line that says what to do, and nothing lost.
@Outside
struct SiteFailureTests {
    struct Failure: Sendable {
        var recording: String
        var code: String
        /// Part of the line on the standard error.
        var words: String
        /// Tries with the site, nonces aside.
        var tries = 1
    }

    nonisolated static let submitFailures = [
        Failure(recording: "submit-bad-nonce-403", code: "nonce_rejected", words: "nonce", tries: 2),
        Failure(recording: "submit-expired-nonce-403", code: "nonce_rejected", words: "nonce", tries: 2),
        Failure(recording: "submit-no-nonce-401", code: "nonce_rejected", words: "nonce", tries: 2),
        Failure(recording: "noise-html-prefix-bad-nonce-200", code: "nonce_rejected", words: "nonce", tries: 2),
        Failure(recording: "submit-empty-message-403", code: "rejected", words: "say it otherwise"),
        Failure(recording: "submit-no-bot-403", code: "rejected", words: "rejected"),
        Failure(recording: "submit-form-encoded-403", code: "rejected", words: "rejected"),
        Failure(recording: "submit-aged-nonce-rejected-403", code: "rejected", words: "rejected"),
        Failure(recording: "submit-too-long-stream", code: "rejected", words: "shorten it"),
        Failure(recording: "submit-too-long-json-500", code: "rejected", words: "shorten it"),
        Failure(recording: "submit-invalid-json-400", code: "http_400", words: "400"),
        Failure(recording: "limit-banned-word-json", code: "rejected", words: "rejected"),
        Failure(recording: "limit-banned-ip-json", code: "rejected", words: "rejected"),
        Failure(recording: "limit-banned-ip-stream", code: "rejected", words: "rejected"),
        Failure(recording: "limit-moderation-stream", code: "rejected", words: "moderation"),
        Failure(recording: "limit-over-limit-stream", code: "quota", words: "in some hours"),
        Failure(recording: "upstream-401-stream", code: "misconfigured", words: "owner"),
        Failure(recording: "upstream-404-json", code: "misconfigured", words: "owner"),
        Failure(recording: "upstream-429-stream", code: "rate_limited", words: "try again in 20 s"),
        Failure(recording: "upstream-429-json", code: "rate_limited", words: "try again in 20 s"),
        Failure(recording: "upstream-429html-json", code: "provider_failed", words: "No content received", tries: 3),
        Failure(recording: "upstream-500-stream", code: "provider_failed", words: "try again", tries: 3),
        Failure(recording: "upstream-500-json", code: "provider_failed", words: "try again", tries: 3),
        Failure(recording: "upstream-502html-stream", code: "empty", words: "without any text", tries: 3),
        Failure(recording: "upstream-503empty-json", code: "provider_failed", words: "No content received", tries: 3),
        Failure(recording: "upstream-die-early-stream", code: "provider_failed", words: "cURL error 52", tries: 3),
        Failure(recording: "upstream-die-chunked-json", code: "provider_failed", words: "cURL error 18", tries: 3),
        Failure(recording: "upstream-die-close-json", code: "provider_failed", words: "cURL error 18", tries: 3),
        Failure(recording: "upstream-empty-stream", code: "empty", words: "without any text", tries: 3),
        Failure(recording: "events-error-empty", code: "provider_failed", words: "try again", tries: 3),
        Failure(
            recording: "noise-php-warning-stream", code: "provider_failed", words: "Headers already sent", tries: 2),
        Failure(
            recording: "noise-html-prefix-stream", code: "provider_failed", words: "Headers already sent", tries: 2),
        Failure(recording: "infra-proxy-504", code: "http_504", words: "504", tries: 3),
        Failure(recording: "infra-body-too-large-413", code: "http_413", words: "shorten it"),
        Failure(recording: "infra-maintenance-submit-503", code: "http_503", words: "try again in 10 min"),
        Failure(recording: "infra-database-down-submit-500", code: "http_500", words: "try again", tries: 3),
        Failure(recording: "infra-fatal-submit-500", code: "http_500", words: "critical error", tries: 3),
        Failure(recording: "infra-waf-submit-403", code: "http_403", words: "does not let this program in"),
        Failure(recording: "v1.9.88-unknown-bot-stream", code: "rejected", words: "rejected"),
        Failure(recording: "v1.9.88-message-70k-403", code: "rejected", words: "rejected"),
    ]

    @Test func `a refused message`() throws {
        let trials = try Self.submitFailures.map { failure in
            try Trial(
                failure,
                [
                    Route.session: .recording("session-ok"), Route.submit: .recording(failure.recording),
                ])
        }
        for trial in trials {
            try trial.expect()
            #expect(trial.server.calls(of: Route.submit) == trial.failure.tries, "\(trial.failure.recording)")
        }
    }

    nonisolated static let sessionFailures = [
        Failure(recording: "v2.9.0-session-401", code: "misconfigured", words: "lets no guests in"),
        Failure(recording: "infra-rate-limit-session-429", code: "rate_limited", words: "try again in 7 s"),
        Failure(recording: "infra-maintenance-session-503", code: "http_503", words: "503"),
        Failure(recording: "infra-database-down-session-500", code: "http_500", words: "500", tries: 3),
        Failure(recording: "infra-waf-submit-403", code: "http_403", words: "does not let this program in"),
    ]

    @Test func `a refused guest`() throws {
        let trials = try Self.sessionFailures.map { failure in
            try Trial(failure, [Route.session: .recording(failure.recording)])
        }
        for trial in trials {
            try trial.expect()
            #expect(trial.server.calls(of: Route.submit) == 0, "\(trial.failure.recording)")
        }
    }

    /// A program that talks to a site which fails; all of them at the same time, since each waits between its tries.
    private struct Trial {
        let failure: Failure
        let server: LoopbackServer
        private let program: RemoteProgram
        private let running: RunningProgram

        init(_ failure: Failure, _ routes: [String: Answer]) throws {
            self.failure = failure
            server = try LoopbackServer(routes: routes)
            program = try RemoteProgram(site: server.address, "kind: ai-engine")
            running = try program.parley.start("chat", "--quiet", "Hello")
        }

        func expect() throws {
            let comment = Comment(rawValue: failure.recording)
            let outcome = try running.finish()
            #expect(outcome.status == 69 && outcome.output.isEmpty, comment)
            // What a person sees: one line, and what to do.
            let line = outcome.errorOutput
            #expect(line.contains(failure.words), "\(failure.recording): \(line)")
            #expect(line.split(separator: "\n").count == 1, comment)
            #expect(line.hasPrefix("parley: site failed: ") && line.contains("parley resume "), comment)

            // Nothing is lost: the message is there, to go on from, and each try is in the history.
            let chat = try JSONValue(program.parley.run("show", "last", "--json").output)
            let messages = chat["messages"]?.elements ?? []
            #expect(messages.map { $0["status"]?.text } == ["complete", "failed"], comment)
            #expect(messages.first?["content"] == .string("Hello"), comment)
            #expect(messages.last?["error"]?["code"]?.text == failure.code, comment)
            let attempts = try program.attempts()
            #expect(attempts.count { $0["kind"] == .string("chat") } == failure.tries, comment)
            #expect(attempts.allSatisfy { $0["outcome"] != .string("pending") }, comment)
        }
    }

    // MARK: - Torn

    @Test(arguments: ["noise-fatal-midstream", "infra-proxy-timeout-midstream", "upstream-die-chunked-stream"])
    func `a torn stream keeps its part`(recording: String) throws {
        let server = try LoopbackServer(routes: [
            Route.session: try .recording("session-ok"), Route.submit: try .recording(recording, .chunks),
        ])
        let program = try RemoteProgram(site: server.address, "kind: ai-engine")
        let (outcome, exchange) = try program.chat("chat", "Hello")
        #expect(outcome.status == 69)
        let reply = try #require(exchange["reply"])
        #expect(reply["status"] == .string("interrupted"))
        #expect(reply["error"]?["code"] == .string("torn"))
        let part = try #require(reply["content"]?.text)
        #expect(part.hasPrefix("Hello — I got 2 message(s): s,u.\nEmoji 😀👨‍💻, "))
        let kept = try JSONValue(program.parley.run("show", "last", "--json").output)
        #expect(kept["messages"]?.elements.last?["content"] == .string(part))
        // What came once is not asked for again: it would be another reply.
        #expect(server.calls(of: Route.submit) == 1)
    }

    // MARK: - No site

    @Test func `a site that is not there`() throws {
        let server = try LoopbackServer(routes: [:])
        let address = server.address
        server.stop()
        let program = try RemoteProgram(site: address, "kind: ai-engine")
        let (outcome, exchange) = try program.chat("chat", "Hello")
        #expect(outcome.status == 69)
        #expect(exchange["reply"]?["error"]?["code"] == .string("unreachable"))
        #expect(
            exchange["attempts"]?.elements.map { $0["outcome"]?.text } == ["unreachable", "unreachable", "unreachable"])
    }
}
