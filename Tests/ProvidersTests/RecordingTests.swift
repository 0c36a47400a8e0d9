import Conversations
import Support
import Testing

@testable import Providers

/// All that was recorded, read against what was counted by hand and what ``WireJudge`` makes of it.
struct RecordingTests {
    @Test(arguments: StreamRecordings.counted.keys.sorted())
    func `a stream gives what was sent, to the letter`(name: String) throws {
        let recording = try Recording(name)
        let counted = try #require(StreamRecordings.counted[name])
        let judge = WireJudge(recording.body)
        let events = ReadReply(recording.body).events

        #expect(events.dropLast().count == counted.live)
        #expect(events.dropLast().map(Self.judged) == judge.events.prefix(counted.live).map(\.event))
        switch counted.ending {
        case .none:
            #expect(judge.events.count == counted.live)
            #expect(events.last == .torn(Excerpt(of: [])))
        case .end, .error:
            #expect(judge.events.count == counted.live + 1)
            #expect(try Self.judged(#require(events.last)) == judge.events.last?.event)
        }
    }

    private static func judged(_ event: AIEngineEvent) -> WireJudge.Event? {
        switch event {
        case .text(let text): .text(text)
        case .note(_, let text): .note(text)
        case .answer(let answer): .end(reply: answer.reply)
        case .failure(let failure): .error(failure.message)
        case .torn, .unreadable: nil
        }
    }

    @Test(arguments: Recording.names)
    func `where it is cut does not matter`(name: String) throws {
        let recording = try Recording(name)
        guard !recording.isCompressed else { return }
        let body = recording.body
        let whole = ReadReply(body)
        #expect((0...body.count).filter { ReadReply([body[..<$0], body[$0...]]) != whole } == [])
        for size in [1, 2, 3, 7] { #expect(ReadReply(body.pieces(of: size)) == whole, "pieces of \(size)") }
    }

    /// What an answer without a stream holds is the whole of its object.
    @Test(arguments: [
        "submit-json-ok", "submit-newlines-json", "submit-takeover-json-for-stream-request", "noise-html-prefix-json",
        "v1.9.88-json-ok-no-nonce", "v2.4.9-json-ok",
    ])
    func `an answer without a stream is read`(name: String) throws {
        let body = try Recording(name).body
        let object = try Support.JSONValue(Self.afterNoise(body))
        let usage = object["usage"]
        let answer = AIEngineAnswer(
            isSuccess: true, reply: try #require(object["reply"]?.text), images: [],
            usage: usage?["prompt_tokens"]?.integer.flatMap { input in
                usage?["completion_tokens"]?.integer.map { .init(inputTokens: input, outputTokens: $0) }
            })
        #expect(ReadReply(body).events == [.answer(answer)])
        #expect(!answer.reply.isEmpty)
    }

    @Test(
        arguments: [
            ("submit-aged-nonce-rejected-403", nil, "Sorry, your query has been rejected.", nil),
            ("submit-bad-nonce-403", "rest_cookie_invalid_nonce", "Cookie check failed", 403),
            ("noise-html-prefix-bad-nonce-200", "rest_cookie_invalid_nonce", "Cookie check failed", 403),
            ("submit-no-nonce-401", "rest_forbidden", "Sorry, you are not allowed to do that.", 401),
            ("submit-empty-message-403", nil, "Sorry, your query has been rejected.", nil),
            ("submit-too-long-json-500", nil, "Sorry, your query has been rejected.", nil),
            ("infra-rate-limit-session-429", "too_many_requests", "Too many requests, slow down.", 429),
            ("infra-maintenance-submit-503", "wp_die", nil, 503),
            ("infra-fatal-submit-500", "internal_server_error", nil, 500),
            (
                "infra-database-down-submit-500", "wp_die", "<h1>Error establishing a database connection</h1>", 500
            ),
        ] as [(String, String?, String?, Int?)])
    func `a refusal is told in the site's words`(name: String, code: String?, message: String?, status: Int?) throws {
        let body = try Recording(name).body
        let events = ReadReply(body).events
        guard case .failure(let failure) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(events.count == 1)
        #expect(failure.code == code)
        #expect(failure.status == status)
        #expect(try failure.message == Support.JSONValue(Self.afterNoise(body))["message"]?.text)
        if let message { #expect(failure.message == message) }
    }

    @Test(arguments: [
        ("infra-proxy-504", "504 Gateway Time-out 504 Gateway Time-out nginx"),
        ("infra-body-too-large-413", "413 Request Entity Too Large 413 Request Entity Too Large nginx"),
        ("infra-waf-submit-403", "Just a moment... Enable JavaScript and cookies to continue"),
        ("infra-database-down-session-500", "Database Error Error establishing a database connection"),
    ])
    func `a page instead of an answer is told by its words`(name: String, words: String) throws {
        let events = ReadReply(try Recording(name).body).events
        guard case .unreadable(let excerpt) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(events.count == 1)
        #expect(excerpt.isHTML)
        #expect(excerpt.text == words)
    }

    @Test func `the new nonce of an answer is found in streams and refusals`() throws {
        guard case .answer(let answer) = ReadReply(try Recording("submit-aged-nonce-stream").body).events.last,
            case .failure(let failure) = ReadReply(try Recording("submit-aged-nonce-rejected-403").body).events.last
        else {
            Issue.record("no end")
            return
        }
        #expect(answer.newToken?.count == 10)
        #expect(failure.newToken?.count == 10)
        #expect(answer.usage != nil)
    }

    @Test func `a bot of images answers with their addresses`() throws {
        #expect(
            ReadReply(try Recording("v2.8.4-images-mode-stream").body).events == [
                .answer(
                    AIEngineAnswer(
                        isSuccess: true, reply: "![Image](http://127.0.0.1:8091/img.png)\n",
                        images: ["http://127.0.0.1:8091/img.png"]))
            ])
    }

    @Test func `notes are told with their kind`() throws {
        #expect(
            ReadReply(try Recording("events-embeddings").body).events.first
                == .note(subtype: "embeddings", text: "Found 2 relevant context(s) from embeddings."))
    }

    @Test func `the recordings are read as they were sent`() throws {
        #expect(Recording.names.count == 100)
        let torn = try Recording.names.filter { try Recording($0).isCut }
        #expect(torn == ["infra-proxy-timeout-midstream"])
        #expect(try Recording.names.filter { try Recording($0).isCompressed } == ["infra-gzip-stream"])
        let limited = try Recording("infra-rate-limit-session-429")
        #expect(limited.status == 429)
        #expect(limited["retry-after"] == "7")
    }

    private static func afterNoise(_ body: [UInt8]) -> String {
        String(decoding: body.drop { $0 != UInt8(ascii: "{") }, as: UTF8.self)
    }
}
