import Support
import Testing

/// Whole exchanges with what sites of each version once sent, in both dialects.
@Outside
struct SiteVersionTests {
    struct Version: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var session: String
        var page: String?
        var stream: String
        /// The nonce that the version hands out; nil for none.
        var nonce: String?
    }

    nonisolated static let versions = [
        Version(testDescription: "1.9.88", session: "v1.9.88-session-404", stream: "v1.9.88-stream-ok-no-nonce"),
        Version(
            testDescription: "2.1.5", session: "session-get-404", page: "page-widget-with-nonce",
            stream: "v2.1.5-stream-ok-page-nonce", nonce: "page"),
        Version(
            testDescription: "2.4.9", session: "v2.4.9-session-ok", stream: "v2.4.9-stream-ok", nonce: "session"),
        Version(
            testDescription: "2.8.4", session: "v2.4.9-session-ok", stream: "v2.8.4-stream-ok", nonce: "session"),
        Version(testDescription: "3.6.2", session: "session-ok", stream: "submit-stream-ok", nonce: "session"),
    ]

    private static func server(_ version: Version, refusingFirst: Bool = false) throws -> LoopbackServer {
        let reply = try Answer.recording(version.stream, .chunks)
        var routes = [
            Route.session: try Answer.recording(version.session),
            Route.submit: refusingFirst ? .inTurn([try .recording("submit-no-nonce-401"), reply]) : reply,
        ]
        if let page = version.page { routes[Route.page] = try .recording(page) }
        return try LoopbackServer(routes: routes)
    }

    @Test(arguments: versions)
    func `the dialect of one prompt`(version: Version) throws {
        let server = try Self.server(version)
        let program = try RemoteProgram(site: server.address, "preset: chatgpt4online")
        let (outcome, exchange) = try program.chat("chat", "Hello")
        try expectWhole(outcome, exchange, version)
        let sent = try #require(server.waitForRequests(1, of: Route.submit).first)
        #expect(sent.json?.keys == ["botId", "newMessage", "stream"])
        #expect(sent.json?["newMessage"] == .string("Hello"))
        #expect((sent.header("X-WP-Nonce") != nil) == (version.nonce != nil))
        #expect(sent.cookies["PHPSESSID"] == nil)

        // The next process knows the nonce, and sends what was said before.
        let (again, second) = try program.chat("resume", "last", "And now?")
        try expectWhole(again, second, version)
        let next = try #require(server.waitForRequests(2, of: Route.submit).last)
        let reply = try #require(exchange["reply"]?["content"]?.text)
        #expect(next.json?["newMessage"]?.text == "User: Hello\nAssistant: \(reply)\nUser: And now?\nAssistant:")
        #expect(server.calls(of: Route.session) == 1)
    }

    @Test(arguments: versions)
    func `the dialect of a list of messages`(version: Version) throws {
        let server = try Self.server(version, refusingFirst: version.nonce != nil)
        let program = try RemoteProgram(site: server.address, "preset: opchatgpts")
        let (outcome, exchange) = try program.chat("chat", "Hello")
        try expectWhole(outcome, exchange, version)
        let sent = try #require(server.waitForRequests(1, of: Route.submit).last)
        #expect(
            sent.json?.keys == [
                "botId", "chatId", "contextId", "customId", "messages", "newMessage", "session", "stream",
            ])
        #expect(sent.json?["contextId"] == .number(28) && sent.json?["customId"] == .null)
        #expect(sent.json?["session"] == .string("N/A") && sent.json?["messages"] == .array([]))
        // It asks for no nonce until it is told that it needs one, which it tells its user.
        #expect(server.requests.all.first?.route == Route.submit)
        #expect(server.requests.all.first?.header("X-WP-Nonce") == nil)
        #expect(outcome.errorOutput.contains("nonce") == (version.nonce != nil))

        let calls = server.calls(of: Route.submit)
        let (again, second) = try program.chat("resume", "last", "And now?")
        try expectWhole(again, second, version)
        let next = try #require(server.requests.all.last)
        #expect(server.calls(of: Route.submit) == calls + 1)
        let reply = try #require(exchange["reply"]?["content"]?.text)
        #expect(next.json?["newMessage"] == .string("And now?"))
        #expect(next.json?["messages"]?.elements.map { $0["content"] } == [.string("Hello"), .string(reply)])
        #expect(next.json?["messages"]?.elements.map { $0["role"]?.text } == ["user", "assistant"])
        #expect(next.json?["chatId"] == sent.json?["chatId"])
    }

    private func expectWhole(
        _ outcome: ParleyProgram.Outcome, _ exchange: JSONValue, _ version: Version
    ) throws {
        #expect(outcome.status == 0, "\(outcome.errorOutput)")
        let reply = try #require(exchange["reply"])
        #expect(reply["status"] == .string("complete"))
        let content = try #require(reply["content"]?.text)
        #expect(content.hasPrefix("Hello — I got ") && content.hasSuffix("- END ✓"))
        #expect(content.contains("😀👨‍💻") && content.contains("привет") && content.contains("你好，世界"))
        #expect(exchange["attempts"]?.elements.last?["outcome"] == .string("ok"))
    }
}
