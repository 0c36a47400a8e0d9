import Glibc
import Support
import Testing

/// Talking to what is elsewhere.
@Outside
struct RemoteTalkTests {
    private static let reply = "Hello — I got 2 message(s): s,u.\nEmoji 😀👨‍💻, "

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func `a signal stops the stream at once, and keeps what has come`(signal: Int32, status: Int32) throws {
        let part = try Recording("noise-fatal-midstream")
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        let server = try LoopbackServer(routes: [
            Route.session: try .recording("session-ok"),
            Route.submit: .steps([.write(Array(head.utf8) + part.body), .hold]),
        ])
        let program = try RemoteProgram(site: server.address, "kind: ai-engine")
        let running = try program.parley.start("chat", "Hello")
        try running.waitForOutput("👨‍💻")
        running.signal(signal)
        #expect(try running.finish().status == status)
        try server.waitUntilClientLeft()
        let kept = try JSONValue(program.parley.run("show", "last", "--json").output)["messages"]?.elements.last
        #expect(kept?["status"] == .string("interrupted") && kept?["content"] == .string(Self.reply))
    }

    @Test func `text is shown as it comes`() throws {
        let gate = try Gate()
        let site = try StandInSite(version: "3.6.2")
        site.hold(beforePiece: 1, at: gate)
        let program = try RemoteProgram(site: site.address, "kind: ai-engine")
        let running = try program.parley.start("chat", "Hello")
        try running.waitForOutput("H")
        gate.open()
        #expect(try running.finish().status == 0)
        #expect(site.violations.isEmpty)
    }

    @Test func `many programs at once ask for one nonce`() throws {
        let gate = try Gate()
        let site = try StandInSite(version: "3.6.2")
        site.holdSessions(at: gate)
        let program = try RemoteProgram(site: site.address, "kind: ai-engine")
        let running = try (1...12).map { try program.parley.start("chat", "Hello \($0)") }
        try site.server.waitForRequests(1, of: Route.session)
        gate.open()
        for one in running { #expect(try one.finish().status == 0) }
        #expect(site.calls(of: .startSession) == 1 && site.calls(of: .submit) == 12)
        #expect(site.violations.isEmpty)
    }

    @Test func `with --no-stream the whole reply is asked for`() throws {
        let site = try StandInSite(version: "2.8.4")
        let program = try RemoteProgram(site: site.address, "kind: ai-engine")
        #expect(try program.parley.run("chat", "--no-stream", "Hello").status == 0)
        #expect(site.server.requests.all.last?.json?["stream"] == .boolean(false))
        #expect(site.violations.isEmpty)
    }

    @Test func `a message that is too long for the site is not sent`() throws {
        let site = try StandInSite(version: "3.6.2")
        let program = try RemoteProgram(site: site.address, "preset: chatgpt4online, max_characters: 20")
        let outcome = try program.parley.run("chat", "This is more than twenty characters")
        #expect(outcome.status == 65 && outcome.errorOutput.contains("20"))
        #expect(site.server.requests.all.isEmpty)
        // Where only the site's page says so, the page is all that is asked for.
        let found = try RemoteProgram(site: site.address, "preset: chatgpt4online")
        let (refused, exchange) = try found.chat("chat", String(repeating: "long ", count: 110))
        #expect(refused.status == 65)
        #expect(exchange["reply"]?["error"]?["code"] == .string("message_too_long"))
        #expect(site.calls(of: .submit) == 0)
    }

    @Test func `a prompt is cut to what the site takes`() throws {
        let site = try StandInSite(version: "3.6.2")
        let program = try RemoteProgram(site: site.address, "preset: chatgpt4online")
        for turn in 1...8 {
            let (outcome, exchange) = try program.chat(
                turn == 1 ? "chat" : "resume", turn == 1 ? "--title" : "last", turn == 1 ? "Turns" : "Turn \(turn)",
                turn == 1 ? "Turn 1" : "of some")
            #expect(outcome.status == 0, "\(exchange)")
        }
        let prompts = site.server.requests.all.compactMap { $0.json?["newMessage"]?.text }
        #expect(prompts.count == 8 && prompts.allSatisfy { $0.unicodeScalars.count <= 512 })
        #expect(try #require(prompts.last).hasSuffix("User: Turn 8 of some\nAssistant:"))
        #expect(site.violations.isEmpty)
    }

    @Test func `a limit ends a reply that never does, and what had come is kept`() throws {
        let words = String(repeating: "word ", count: 200)
        let flood = Flood { "data: {\"type\":\"live\",\"data\":\"\(words)\($0)\"}\n\n" }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        let server = try LoopbackServer(routes: [
            Route.session: try .recording("session-ok"),
            Route.submit: .steps([.write(Array(head.utf8)), .flood(flood, bytes: 20 << 20), .close]),
        ])
        let program = try RemoteProgram(site: server.address, "kind: ai-engine, limits: {reply: 1MiB}")
        let (outcome, exchange) = try program.chat("chat", "Hello")
        #expect(outcome.status == 69)
        #expect(exchange["reply"]?["error"]?["code"] == .string("too_large"))
        let bytes = try #require(exchange["reply"]?["content"]?.text?.utf8.count)
        #expect(bytes <= 1 << 20 && bytes > 1_000_000)
    }
}
