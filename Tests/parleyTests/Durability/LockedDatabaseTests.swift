import Glibc
import SQLite
import Support
import Testing

/// Another program keeps the file locked for a while.
@Outside
struct LockedDatabaseTests {
    private func lock(_ parley: ParleyProgram) throws -> Connection {
        let connection = try Connection(path: parley.database, access: .readWrite)
        connection.setBusyTimeout(milliseconds: 5000)
        try connection.execute("BEGIN IMMEDIATE")
        return connection
    }

    @Test func `a reply goes on meanwhile, and is kept when the lock is gone`() throws {
        let held = try HeldExchange(.streaming)
        let other = try lock(held.program.parley)
        try held.release()
        // Shown to its end though nothing of it can be written.
        try held.running.waitForOutput(HeldExchange.whole)
        #expect(try held.program.parley.lastMessages().last?["content"] == .string(held.said))
        try other.execute("COMMIT")
        let outcome = try held.running.finish()
        #expect(outcome.status == 0 && outcome.output == HeldExchange.whole + "\n" && outcome.errorOutput == "")
        let reply = try held.program.parley.lastMessages().last
        #expect(reply?["content"] == .string(HeldExchange.whole) && reply?["status"] == .string("complete"))
    }

    // MARK: - Before an exchange

    private static let waits = "waiting for another program to finish writing to "

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP], [false, true])
    func `one that waits to begin is stopped at once, and has written and sent nothing`(
        signal: Int32, asJSON: Bool
    ) throws {
        let endpoint = try StandInEndpoint()
        let program = try RemoteProgram(talkingTo: endpoint.address)
        #expect(try program.parley.run("chat", "--provider", "eliza", "first").status == 0)
        let other = try lock(program.parley)
        let running = try program.parley.start(["chat", "--verbose", "Hello"] + (asJSON ? ["--json"] : []))
        try running.waitForErrorOutput(Self.waits + program.parley.database)
        running.signal(signal)
        let outcome = try running.finish()
        #expect(outcome.status == 128 + signal)
        if asJSON {
            #expect(try JSONValue(outcome.output)["error"]?["code"] == .string("stopped"))
        } else {
            let words = "parley: stopped before anything was kept or sent: say it again\n"
            #expect(outcome.output == "" && outcome.errorOutput.hasSuffix(words))
        }
        try other.execute("COMMIT")
        #expect(endpoint.server.requests.all.isEmpty)
        #expect(try JSONValue(program.parley.run("list", "--json").output)["chats"]?.elements.count == 1)
    }

    @Test(arguments: [["chat"], ["resume", "last"]])
    func `one that waits to begin goes on when the lock is gone`(command: [String]) throws {
        let parley = try ParleyProgram()
        #expect(try parley.run("chat", "first").status == 0)
        let other = try lock(parley)
        let running = try parley.start(command + ["--verbose", "Hello"])
        try running.waitForErrorOutput(Self.waits + parley.database)
        #expect(try parley.lastMessages().count == 2)
        try other.execute("COMMIT")
        let outcome = try running.finish()
        #expect(outcome.status == 0, "\(outcome.errorOutput)")
        let messages = try parley.lastMessages().suffix(2)
        #expect(messages.map { $0["status"]?.text } == ["complete", "complete"])
        #expect(messages.first?["content"] == .string("Hello"))
        #expect(messages.last?["content"].map { $0.text.map { $0 + "\n" } } == outcome.output)
    }

    // MARK: - One chat, two writers

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `one that waits for its turn in a chat can be stopped, and has written nothing`(signal: Int32) throws {
        let held = try HeldExchange(.streaming)
        let terminal = try PseudoTerminal(columns: 200, rows: 5)
        let waiting = try held.program.parley.start("resume", "last", "--wait", "Me too", on: terminal)
        try terminal.wait(for: "waiting for the reply")
        if signal == SIGINT { terminal.type("\u{3}") } else { waiting.signal(signal) }
        #expect(try waiting.wait() == 128 + signal)
        try terminal.wait(for: "parley: stopped before anything was kept or sent: say it again")
        try held.release()
        #expect(try held.running.finish().status == 0)
        #expect(try held.program.parley.lastMessages().map { $0["status"]?.text } == ["complete", "complete"])
        #expect(try held.program.parley.chatAttempts().count == 1)
    }

    @Test func `as JSON that is an error object`() throws {
        let held = try HeldExchange(.streaming)
        let outcome = try RunningProgram(
            command: "sh", "-c",
            """
            export HOME='\(held.program.parley.home.path)'; cd "$HOME"; mkfifo told
            '\(ParleyProgram.path)' resume last --wait --json 'Me too' 2> told < /dev/null & pid=$!
            read line < told; kill -TERM $pid; wait $pid
            """
        ).finish()
        #expect(outcome.status == 128 + SIGTERM)
        #expect(try JSONValue(outcome.output)["error"]?["code"] == .string("stopped"))
        try held.release()
        #expect(try held.running.finish().status == 0)
    }

    @Test func `at the prompt it stays there, and what was said can be said again`() throws {
        let held = try HeldExchange(.streaming)
        let terminal = try PseudoTerminal(columns: 200, rows: 10)
        let prompt = try held.program.parley.start("resume", "last", "--wait", on: terminal)
        try terminal.wait(for: "you › ")
        terminal.type("Me too\r")
        try terminal.wait(for: "waiting for the reply")
        terminal.type("\u{3}")
        try terminal.wait(for: "(stopped before it was said)")
        try terminal.wait(for: "you › ")
        try held.release()
        #expect(try held.running.finish().status == 0)
        // The line before, which the prompt remembers.
        terminal.type("\u{1B}[A\r")
        try terminal.wait(for: HeldExchange.pieces[0])
        try terminal.wait(for: "you › ")
        terminal.type("\u{4}")
        #expect(try prompt.wait() == 0)
        #expect(try held.program.parley.lastMessages().map { $0["content"]?.text }[2] == "Me too")
    }

    @Test func `one that waits goes on when the other has ended`() throws {
        let held = try HeldExchange(.streaming)
        let terminal = try PseudoTerminal(columns: 200, rows: 10)
        let waiting = try held.program.parley.start(
            "resume", "last", "--wait", "--provider", "eliza", "Me too", on: terminal)
        try terminal.wait(for: "waiting for the reply")
        try held.release()
        #expect(try held.running.finish().status == 0)
        #expect(try waiting.wait() == 0)
        let messages = try held.program.parley.lastMessages()
        #expect(messages.map { $0["status"]?.text } == ["complete", "complete", "complete", "complete"])
        #expect(messages[1]["content"] == .string(HeldExchange.whole) && messages[2]["content"] == .string("Me too"))
    }
}
