import Support
import Testing

@testable import Providers

/// What was never recorded, and may come all the same.
struct AIEngineReplyTests {
    private static let end = #"data: {"type":"end","data":"{\"success\":true,\"reply\":\"Hi\"}"}"# + "\n\n"
    private static let hi = AIEngineEvent.answer(AIEngineAnswer(isSuccess: true, reply: "Hi", images: []))

    private static func live(_ text: String) -> String { "data: {\"type\":\"live\",\"data\":\"\(text)\"}\n\n" }

    private static func read(_ body: String, limits: ReplyLimits = ReplyLimits()) -> ReadReply {
        ReadReply(Array(body.utf8), limits: limits)
    }

    @Test(arguments: [
        "data: \n\n", "data: {\"type\":\"live\",\"data\":\"cut\n\n", "data: {\"type\":\"live\"}\n\n",
        "data: [DONE]\n\n",
        "data: {\"type\":\"heartbeat\",\"data\":\"\"}\n\n", "data: {\"type\":\"live\",\"data\":null}\n\n",
        ": keepalive\n\n",
        "data: {\"type\":\"end\",\"data\":\"{\\\"success\\\":tr\"}\n\n", "data: {\"type\":\"end\",\"data\":\"[]\"}\n\n",
        "data: {\"type\":\"live\",\"data\":\"\"}\n\n", "data: {\"type\":7,\"data\":\"x\"}\n\n", "data: 7\n\n",
        "<!-- x -->\n",
        "data: {\"type\":\"live\",\"data\":\"\\q\"}\n\n", "{\"success\":false,\"message\":\"no\"}\n",
    ])
    func `what says nothing is passed over`(noise: String) {
        #expect(
            Self.read(noise + Self.live("a") + noise + Self.live("b") + noise + Self.end + noise).events
                == [.text("a"), .text("b"), Self.hi])
    }

    @Test func `events whose blank lines were eaten are read one by one`() {
        let stream = "data: {\"type\":\"live\",\"data\":\"a\"}\n<br />\ndata: \n" + Self.live("b").dropLast() + Self.end
        #expect(Self.read(stream).events == [.text("a"), .text("b"), Self.hi])
    }

    @Test func `an object over several lines of data is one event`() {
        let stream = "data: {\"type\":\"live\",\ndata: \"data\":\ndata: \"a\"}\n\n" + Self.end
        #expect(Self.read(stream).events == [.text("a"), Self.hi])
    }

    @Test func `noise glued to an event does not eat it`() {
        let stream =
            "<b>x</b>" + Self.live("a") + "data: {\"type\":\"live\",\"data\":\"b\"}<!-- x -->\n\n\u{FEFF}" + Self.end
        #expect(Self.read(stream).events == [.text("a"), .text("b"), Self.hi])
    }

    @Test(arguments: ["answer", "failure"])
    func `what follows the end is ignored, even where it is too long`(ending: String) {
        let end = ending == "answer" ? Self.end : "data: {\"type\":\"error\",\"data\":\"\"}\n\n"
        let reply = Self.read(
            end + Self.live("b") + String(repeating: "x", count: 1_000), limits: ReplyLimits(reply: 100, line: 500))
        #expect(reply.events == [ending == "answer" ? Self.hi : .failure(AIEngineFailure(message: ""))])
        #expect(reply.failure == nil)
    }

    @Test func `characters in halves are mended, and pairs of escapes joined`() {
        let stream = Self.live(#"\ud83d\ude00 \ud83d \ude00\u0000"#) + Self.live(#"\ud83d"#) + Self.live(#"\ude00"#)
        #expect(
            Self.read(stream).texts == ["\u{1F600} \u{FFFD} \u{FFFD}\u{0}", "\u{FFFD}", "\u{FFFD}"])
        let broken = Array("data: {\"type\":\"live\",\"data\":\"a".utf8) + [0xE6, 0x97] + Array("b\"}\n\n".utf8)
        #expect(ReadReply(broken).texts == ["a\u{FFFD}b"])
    }

    @Test func `a stream without an end is torn, with what was printed into it`() {
        let noise = "<b>Fatal error</b>: out of memory\n"
        let reply = Self.read(Self.live("a") + noise)
        #expect(reply.events == [.text("a"), .torn(Excerpt(of: Array(noise.utf8)))])
    }

    @Test(arguments: ["data: {\"type\":\"li", "data:", Self.live("").dropLast(3).description])
    func `a stream cut in its first event is torn`(stream: String) {
        guard case .torn = Self.read(stream).events.first else {
            Issue.record("\(Self.read(stream))")
            return
        }
    }

    @Test func `an end that is a refusal is a failure`() {
        let stream = #"data: {"type":"end","data":"{\"success\":false,\"message\":\"No more\",\"new_token\":\"t\"}"}"#
        #expect(Self.read(stream).events == [.failure(AIEngineFailure(message: "No more", newToken: "t"))])
    }

    @Test(arguments: [
        (
            #"{"success":true,"reply":"an example: data: {x}\ndata: {\"type\":\"end\"}"}"#,
            "an example: data: {x}\ndata: {\"type\":\"end\"}"
        ),
        ("\u{FEFF}{\"success\":\n true,\n\"reply\":\n\"Hi\"}", "Hi"),
        ("<script>var x = {a:1};</script>{\"x\":{}}{\"success\":true,\"reply\":\"Hi\"}<!-- {} -->", "Hi"),
        ("data: nothing\n\n{\"success\":true,\"reply\":\"Hi\"}", "Hi"),
    ])
    func `an answer is found in noise`(body: String, reply: String) {
        #expect(Self.read(body).events == [.answer(AIEngineAnswer(isSuccess: true, reply: reply, images: []))])
    }

    @Test(arguments: [
        ("", "", false), (" \r\n\t", "", false), ("Not found", "Not found", false),
        ("<h1>Not&nbsp;found</h1>", "Not found", true), ("{\"success\":", "{\"success\":", false),
        ("{\"a\":1}", "{\"a\":1}", false), ("[1]", "[1]", false),
    ])
    func `what cannot be read is told as it looks`(body: String, words: String, isHTML: Bool) {
        guard case .unreadable(let excerpt) = Self.read(body).events.first else {
            Issue.record("\(Self.read(body))")
            return
        }
        #expect(excerpt.text == words)
        #expect(excerpt.isHTML == isHTML)
    }

    @Test func `a reply may be as long as the limit, and not longer`() {
        let limits = ReplyLimits(reply: 10)
        let ten = Self.live("12345") + Self.live("67890")
        #expect(Self.read(ten, limits: ReplyLimits(reply: 10, line: 100)).failure == nil)
        let over = Self.read(ten + Self.live("1"), limits: ReplyLimits(reply: 10, line: 100))
        #expect(over.events == [.text("12345"), .text("67890")])
        #expect(over.failure == LimitExceeded(part: .reply, limit: 10))
        #expect(limits.line == 40)
        let answer = "{\"success\":true,\"reply\":\"12345678901\"}"
        #expect(Self.read(answer, limits: ReplyLimits(reply: 11, line: 100)).failure == nil)
        #expect(Self.read(answer, limits: ReplyLimits(reply: 10, line: 100)).failure == .init(part: .reply, limit: 10))
    }

    @Test func `a body that is no stream has the limit of a line`() {
        let pretty = "{\n\"success\": true,\n\"reply\": \"Hi\"\n}"
        #expect(Self.read(pretty, limits: ReplyLimits(reply: 10, line: pretty.utf8.count)).events == [Self.hi])
        let over = Self.read(pretty, limits: ReplyLimits(reply: 10, line: pretty.utf8.count - 1))
        #expect(over.events == [])
        #expect(over.failure == LimitExceeded(part: .body, limit: pretty.utf8.count - 1))
    }

    @Test func `noise before a stream may be longer than any limit`() {
        let noise = String(repeating: "<br />\n", count: 100)
        #expect(Self.read(noise + Self.end, limits: ReplyLimits(reply: 10, line: 100)).events == [Self.hi])
    }

    @Test func `an end with as much text as is taken fits in the limit of lines`() {
        let limits = ReplyLimits(reply: 1 << 16)
        let text = String(repeating: #"\\u043f\\u0440"#, count: limits.reply / 4)
        let reply = Self.read(
            #"data: {"type":"end","data":"{\"success\":true,\"reply\":\""# + text + #"\"}"}"#, limits: limits)
        guard case .answer(let answer) = reply.events.first else {
            Issue.record("\(String(describing: reply.failure))")
            return
        }
        #expect(answer.reply.utf8.count == limits.reply)
    }
}
