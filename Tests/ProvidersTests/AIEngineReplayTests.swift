import Conversations
import Providers
import Support
import Testing

/// What sites really answered, byte for byte: what a person gets of it, and what is noted.
@Outside @Suite(.timeLimit(.minutes(2)))
struct AIEngineReplayTests {
    private let program: Program

    init() async throws {
        program = try await Program()
    }

    private static let submit = "POST /wp-json/mwai-ui/v1/chats/submit"
    private static let session = "POST /wp-json/mwai/v1/start_session"

    private func exchange(
        submit: Answer, session: Answer? = nil, streams: Bool = true
    ) async throws -> (Exchange, LoopbackServer) {
        let server = try LoopbackServer(routes: [
            Self.submit: submit, Self.session: try session ?? .recording("session-ok"),
        ])
        let provider = try await program.provider(["kind": .text("ai-engine"), "url": .text(server.address)])
        return (try await program.say("Hello", to: provider, streams: streams), server)
    }

    // MARK: - Replies

    @Test(arguments: [
        "submit-stream-ok", "submit-stream-ok-with-cookies", "submit-stream-history-including-new-message",
        "submit-aged-nonce-stream", "submit-json-ok", "submit-newlines-json",
        "submit-takeover-json-for-stream-request", "noise-midstream-html", "noise-empty-data-line",
        "noise-html-prefix-json", "events-event-logs-on", "events-embeddings", "infra-buffered-stream",
        "upstream-error-in-stream-stream", "v1.9.88-json-ok-no-nonce", "v1.9.88-stream-ok-no-nonce",
        "v2.1.5-stream-ok-page-nonce", "v2.4.9-json-ok", "v2.4.9-stream-ok", "v2.8.4-stream-ok",
        "v2.8.4-images-mode-stream",
    ])
    func `a reply is kept as the site ended it`(name: String) async throws {
        let (exchange, _) = try await exchange(submit: .recording(name))
        guard case .answer(let answer) = ReadReply(try Recording(name).body).events.last else {
            Issue.record("no answer")
            return
        }
        #expect(exchange.reply.content == answer.reply)
        #expect(exchange.reply.status == .complete)
        #expect(exchange.reply.usage == answer.usage)
        #expect(exchange.attempts.map(\.result.outcome) == [.ok])
    }

    @Test func `a reply that came packed is read`() async throws {
        let (exchange, server) = try await exchange(submit: .recording("infra-gzip-stream"))
        #expect(exchange.reply.content.hasSuffix("- END ✓"))
        #expect(exchange.isComplete)
        // Nobody asked for that.
        #expect(server.requests.all.allSatisfy { $0.header("Accept-Encoding") == "identity" })
    }

    @Test(arguments: ["noise-bom-session", "noise-html-prefix-session", "v2.4.9-session-ok", "v2.8.7-session-ok"])
    func `a session is begun whatever is printed before it`(name: String) async throws {
        let (exchange, server) = try await exchange(submit: .recording("submit-stream-ok"), session: .recording(name))
        #expect(exchange.isComplete)
        #expect(server.requests.all.last?.header("X-WP-Nonce")?.count == 10)
    }

    @Test func `notes of the site's work are told apart from the reply`() async throws {
        let server = try LoopbackServer(routes: [
            Self.submit: .recording("events-embeddings"), Self.session: .recording("session-ok"),
        ])
        let provider = try await program.provider(["kind": .text("ai-engine"), "url": .text(server.address)])
        let notes = Recorded<String>()
        _ = try await program.say("Hello", to: provider) { event in
            if case .status(let note) = event { notes.append(note) }
        }
        #expect(notes.all == ["Found 2 relevant context(s) from embeddings."])
    }

    // MARK: - Torn

    @Test(arguments: [
        ("upstream-die-chunked-stream", "FakeAI: cURL error 18: transfer closed with outstanding read data remaining"),
        ("noise-fatal-midstream", nil), ("infra-proxy-timeout-midstream", "the connection was closed"),
    ])
    func `what had come before the end is kept, and not asked for again`(name: String, words: String?) async throws {
        let text = ReadReply(try Recording(name).body).texts.joined()
        let gate = try Gate()
        let server = try LoopbackServer(routes: [
            Self.submit: .steps([.write(try recordingBytes(name)), .wait(gate), .close]),
            Self.session: .recording("session-ok"),
        ])
        let provider = try await program.provider(["kind": .text("ai-engine"), "url": .text(server.address)])
        let shown = Recorded<String>()
        let exchange = try await program.say("Hello", to: provider) { event in
            if case .text(let piece) = event { shown.append(piece) }
            if shown.all.joined() == text { gate.open() }
        }
        #expect(exchange.reply.content == text)
        #expect(exchange.reply.status == .interrupted)
        #expect(exchange.error?.cause == .endedEarly)
        #expect(exchange.error?.detail == words)
        #expect(exchange.reply.error?.code == "torn")
        #expect(exchange.attempts.map(\.result.outcome) == [.torn])
        #expect(exchange.attempts.map(\.result.fault) == [.provider])
        #expect(server.calls(of: Self.submit) == 1)
    }

    // MARK: - Failures

    struct Failure: Sendable, CustomTestStringConvertible {
        var name: String
        var cause: ProviderError.Cause
        var outcome: ProviderAttempt.Outcome
        var fault: ProviderAttempt.Fault
        var tries = 1
        var retryAfter: Duration?
        var testDescription: String { name }

        init(
            _ name: String, _ cause: ProviderError.Cause, _ outcome: ProviderAttempt.Outcome,
            _ fault: ProviderAttempt.Fault, tries: Int = 1, retryAfter: Duration? = nil
        ) {
            (self.name, self.cause, self.outcome, self.fault) = (name, cause, outcome, fault)
            (self.tries, self.retryAfter) = (tries, retryAfter)
        }
    }

    private nonisolated static let failures = [
        Failure("upstream-401-stream", .misconfigured, .http5xx, .provider),
        Failure("upstream-404-json", .misconfigured, .http5xx, .provider),
        Failure("upstream-429-json", .rateLimited, .rateLimited, .limit, retryAfter: .seconds(20)),
        Failure("upstream-429-stream", .rateLimited, .rateLimited, .limit, retryAfter: .seconds(20)),
        Failure("upstream-429html-json", .failed, .http5xx, .provider, tries: 3),
        Failure("upstream-500-json", .failed, .http5xx, .provider, tries: 3),
        Failure("upstream-500-stream", .failed, .http5xx, .provider, tries: 3),
        Failure("upstream-502html-stream", .empty, .empty, .provider, tries: 3),
        Failure("upstream-503empty-json", .failed, .http5xx, .provider, tries: 3),
        Failure("upstream-die-chunked-json", .failed, .http5xx, .provider, tries: 3),
        Failure("upstream-die-close-json", .failed, .http5xx, .provider, tries: 3),
        Failure("upstream-die-early-stream", .failed, .http5xx, .provider, tries: 3),
        Failure("upstream-empty-stream", .empty, .empty, .provider, tries: 3),
        Failure("limit-banned-ip-json", .rejected, .rejected, .caller),
        Failure("limit-banned-ip-stream", .rejected, .rejected, .caller),
        Failure("limit-banned-word-json", .rejected, .rejected, .caller),
        Failure("limit-moderation-stream", .rejected, .rejected, .caller),
        Failure("limit-over-limit-stream", .quotaUsedUp, .quota, .limit),
        Failure("infra-body-too-large-413", .httpStatus(413), .http4xx, .provider),
        Failure("infra-database-down-submit-500", .httpStatus(500), .http5xx, .provider, tries: 3),
        Failure("infra-fatal-submit-500", .httpStatus(500), .http5xx, .provider, tries: 3),
        Failure("infra-maintenance-submit-503", .httpStatus(503), .http5xx, .provider, retryAfter: .seconds(600)),
        Failure("infra-proxy-504", .httpStatus(504), .http5xx, .provider, tries: 3),
        Failure("infra-waf-submit-403", .httpStatus(403), .http4xx, .provider),
        Failure("submit-aged-nonce-rejected-403", .rejected, .rejected, .caller),
        Failure("submit-aged-nonce-stream-error", .failed, .http5xx, .provider, tries: 3),
        Failure("submit-empty-message-403", .rejected, .rejected, .caller),
        Failure("submit-form-encoded-403", .rejected, .rejected, .caller),
        Failure("submit-invalid-json-400", .httpStatus(400), .http4xx, .provider),
        Failure("submit-no-bot-403", .rejected, .rejected, .caller),
        Failure("submit-too-long-json-500", .rejected, .rejected, .caller),
        Failure("submit-too-long-stream", .rejected, .rejected, .caller),
        Failure("events-error-empty", .failed, .http5xx, .provider, tries: 3),
        Failure("session-get-404", .httpStatus(404), .http4xx, .provider),
        Failure("v1.9.88-message-70k-403", .rejected, .rejected, .caller),
        Failure("v1.9.88-unknown-bot-stream", .rejected, .rejected, .caller),
        Failure("discussions-list-guest", .unexplained, .http5xx, .provider),
    ]

    @Test(arguments: failures)
    func `a failure is told by what it means`(failure: Failure) async throws {
        let (exchange, server) = try await exchange(submit: .recording(failure.name))
        expect(exchange, failure)
        #expect(server.calls(of: Self.submit) == failure.tries)
        #expect(server.calls(of: Self.session) == 1)
    }

    private func expect(_ exchange: Exchange, _ failure: Failure) {
        #expect(exchange.error?.cause == failure.cause, "\(exchange.error?.detail ?? "")")
        #expect(exchange.error?.retryAfter == failure.retryAfter)
        #expect(exchange.attempts.map(\.result.outcome) == Array(repeating: failure.outcome, count: failure.tries))
        #expect(exchange.attempts.last?.result.fault == failure.fault)
        #expect(exchange.reply.status == .failed && exchange.reply.content.isEmpty)
        #expect(exchange.reply.error?.message.isEmpty == false)
        #expect(exchange.error?.advice.isEmpty == false)
        #expect(exchange.error?.detail?.contains("<") != true)
        #expect(program.waits.all.count == failure.tries - 1)
    }

    @Test(arguments: ["rest_forbidden", "rest_cookie_invalid_nonce", "rest_no_route", "wp_die", ""])
    func `whatever a site says, its words are fit for a line`(code: String) async throws {
        let words = #"\u001b[2J<b>No</b>\n\u202e"# + String(repeating: "a", count: 1000)
        let (exchange, _) = try await exchange(
            submit: .response(#"{"code":"\#(code)","success":false,"message":"\#(words)"}"#, status: 403))
        for error in exchange.attempts.compactMap(\.result.error) {
            #expect(error.message.unicodeScalars.count <= 200)
            #expect(error.message.hasPrefix("\u{FFFD}[2J No \u{FFFD}aaa"))
        }
        #expect(exchange.error != nil)
    }

    @Test func `a failure of the server that passes is got over`() async throws {
        let (exchange, _) = try await exchange(
            submit: .inTurn([
                .recording("upstream-502html-stream"), .recording("infra-fatal-submit-500"),
                .recording("submit-stream-ok"),
            ]))
        #expect(exchange.isComplete)
        #expect(exchange.attempts.map(\.result.outcome) == [.empty, .http5xx, .ok])
        #expect(program.waits.all == [.milliseconds(375), .milliseconds(750)])
    }

    @Test(arguments: [
        Failure("v2.9.0-session-401", .misconfigured, .http5xx, .provider),
        Failure("infra-rate-limit-session-429", .rateLimited, .rateLimited, .limit, retryAfter: .seconds(7)),
        Failure("infra-maintenance-session-503", .httpStatus(503), .http5xx, .provider, retryAfter: .seconds(600)),
        Failure("infra-database-down-session-500", .httpStatus(500), .http5xx, .provider, tries: 3),
        Failure("infra-waf-submit-403", .httpStatus(403), .http4xx, .provider),
        Failure("page-widget", .brokenStream, .badPayload, .provider),
        Failure("session-stale-nonce-header-403", .misconfigured, .http5xx, .provider),
    ])
    func `a session that cannot be begun is told by what it means`(failure: Failure) async throws {
        let (exchange, server) = try await exchange(
            submit: .recording("submit-stream-ok"), session: .recording(failure.name))
        expect(exchange, failure)
        #expect(server.calls(of: Self.submit) == 0)
        #expect(server.calls(of: Self.session) == failure.tries)
        let nonces = try await program.attempts(.nonce)
        #expect(nonces.map(\.result.outcome) == Array(repeating: failure.outcome, count: failure.tries))
        #expect(nonces.allSatisfy { $0.result.httpStatus != nil && $0.message == nil })
    }
}
