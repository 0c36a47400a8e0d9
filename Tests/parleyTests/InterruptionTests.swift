import Glibc
import Support
import Testing

/// A reply that is stopped, by whatever: what had come is kept, and the exit tells why.
@Outside
struct InterruptionTests {
    var parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
        // Between the first word and the second a reply is stopped, however busy the machine is.
        parley.environment["PARLEY_ELIZA_PACE"] = "60000"
    }

    private nonisolated static let message = "My mother never listens to me when I talk about my work"

    private func paced(_ milliseconds: Int) -> ParleyProgram {
        var program = parley
        program.environment["PARLEY_ELIZA_PACE"] = String(milliseconds)
        return program
    }

    private func lastMessages() throws -> [JSONValue] {
        try JSONValue(parley.run("show", "last", "--json").output)["messages"]?.elements ?? []
    }

    private func lastID() throws -> String {
        try JSONValue(parley.run("show", "last", "--json").output)["id"]?.text ?? ""
    }

    private func firstWord() throws -> String {
        let whole = try ParleyProgram().run("chat", Self.message).output
        return whole.split(separator: " ").first.map(String.init) ?? ""
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func `a signal stops the reply and keeps what has come`(signal: Int32, status: Int32) throws {
        let word = try firstWord()
        let running = try parley.start("chat", Self.message)
        try running.waitForOutput(word)
        running.signal(signal)
        let outcome = try running.finish()
        #expect(outcome.status == status)
        #expect(
            outcome.errorOutput == "parley: stopped; what had come is kept: parley resume \(try lastID().suffix(8))\n")
        let messages = try lastMessages()
        #expect(messages.map { $0["status"]?.text } == ["complete", "interrupted"])
        #expect(messages[0]["content"] == .string(Self.message))
        let kept = try #require(messages[1]["content"]?.text)
        #expect(kept.hasPrefix(word) && outcome.output.hasPrefix(kept))
        #expect(messages[1]["error"]?["code"] == .string("stopped"))
        #expect(try parley.run("db", "check").status == 0)
    }

    @Test func `a signal that whoever started the program had ignored stays ignored`() throws {
        let running = try RunningProgram(
            command: "sh", "-c",
            """
            trap '' HUP INT; export HOME='\(parley.home.path)' PARLEY_ELIZA_PACE=100
            exec '\(ParleyProgram.path)' chat '\(Self.message)'
            """)
        try running.waitForOutput(try firstWord())
        running.signal(SIGHUP)
        running.signal(SIGINT)
        #expect(try running.finish().status == 0)
        #expect(try lastMessages()[1]["status"] == .string("complete"))
    }

    @Test func `on a terminal the shell's prompt gets a line of its own`() throws {
        let terminal = try PseudoTerminal(columns: 80, rows: 5)
        let word = try firstWord()
        let running = try parley.start("chat", Self.message, on: terminal)
        try terminal.wait(for: word)
        terminal.type("\u{3}")
        #expect(try running.wait() == 130)
        try terminal.wait(for: "parley resume")
        let lines = terminal.screen.lines
        #expect(lines.count == 2 && lines[0].hasPrefix(word) && lines[1].hasPrefix("parley: stopped; what had come"))
    }

    @Test func `a stalled reader does not keep a stopped program from ending`() throws {
        let running = try parley.start("chat", "--no-stream", Self.message)
        while try parley.run("list", "--json").output == "{\"chats\":[]}\n" {}
        running.signal(SIGTERM)
        #expect(try running.wait() == 143)
    }

    @Test func `as JSON a stopped exchange is still printed`() throws {
        let running = try parley.start("chat", "--json", Self.message)
        // Nothing is printed before the end: the database tells when the reply is under way.
        while try parley.run("list", "--json").output == "{\"chats\":[]}\n" {}
        running.signal(SIGINT)
        let outcome = try running.finish()
        #expect(outcome.status == 130)
        let object = try JSONValue(outcome.output)
        #expect(object["reply"]?["status"] == .string("interrupted"))
        #expect(object["attempts"]?[0]?["outcome"] == .string("cancelled"))
    }

    @Test func `a reader that leaves stops the reply, quietly`() throws {
        let running = try paced(1000).start("chat", Self.message)
        try running.waitForOutput(try firstWord())
        running.closeOutput()
        let outcome = try running.finish()
        #expect(outcome.status == 0)
        #expect(outcome.errorOutput == "")
        let reply = try lastMessages()[1]
        #expect(reply["status"] == .string("interrupted"))
        #expect(reply["error"]?["code"] == .string("reader_left"))
    }

    @Test func `a killed program has kept the message, and what had been checkpointed`() throws {
        let running = try parley.start("chat", Self.message)
        let word = try firstWord()
        // What another process sees is what is on the disk.
        while try parley.run("show", "last").output.firstRange(of: word) == nil {}
        running.signal(SIGKILL)
        #expect(try running.finish().status == 128 + SIGKILL)
        let before = try lastMessages()
        #expect(before[0]["content"] == .string(Self.message))
        #expect(before[1]["content"]?.text?.hasPrefix(word) == true)
        #expect(try parley.run("db", "check").status == 0)
    }

    @Test func `while a reply streams another writer is told that the chat is busy`() throws {
        let running = try parley.start("chat", Self.message)
        try running.waitForOutput(try firstWord())
        let second = try parley.run("resume", "last", "me too")
        #expect(second.status == 75)
        #expect(second.errorOutput.contains("chat busy"))
        let json = try JSONValue(parley.run("resume", "last", "--json", "me too").output)
        #expect(json["error"]?["code"] == .string("chat_busy"))
        #expect(try parley.run("delete", "last", "--yes").status == 75)
        let page = try parley.run("show", "last").output
        #expect(page.contains("still coming"))
        // Another chat is not in the way.
        #expect(try paced(0).run("chat", "--provider", "eliza", "hi").status == 0)
        running.signal(SIGINT)
        #expect(try running.finish().status == 130)
    }

    @Test func `a reply that streams elsewhere can be followed to its end`() throws {
        let running = try paced(400).start("chat", Self.message)
        try running.waitForOutput(try firstWord())
        let followed = try parley.run("show", "last", "--follow")
        let outcome = try running.finish()
        #expect(outcome.status == 0 && followed.status == 0)
        #expect(followed.output.hasSuffix(outcome.output))
        #expect(try lastMessages()[1]["status"] == .string("complete"))
    }

    @Test func `a reader of an export that leaves is no error`() throws {
        for _ in 0..<3 { try paced(0).run("chat", input: String(repeating: "long ", count: 100_000)) }
        let running = try parley.start("export", "--all")
        try running.waitForOutput("parley.transcript")
        running.closeOutput()
        let outcome = try running.finish()
        #expect(outcome.status == 0)
        #expect(outcome.errorOutput == "")
    }
}
