import Glibc
import Support
import Testing

/// What the user reads where a provider gave nothing at all: stopped, or failed.
@Outside
struct StopNoticeTests {
    private let server: LoopbackServer
    private var program: RemoteProgram
    private nonisolated static let route = "POST /chat/completions"

    init() throws {
        server = try LoopbackServer(routes: [Self.route: .steps([.hold])])
        program = try RemoteProgram(
            """
            providers:
              silent: {kind: openai, url: "\(server.address)", model: m}
              lost: {kind: openai, url: "\(server.address)/nowhere", model: m}
            default_provider: silent

            """)
        // So that what is waited for comes in one piece.
        program.parley.environment["NO_COLOR"] = "1"
    }

    private func lastShortID() throws -> String {
        let chat = try JSONValue(program.parley.run("show", "last", "--json").output)
        return String(try #require(chat["id"]?.text).suffix(8))
    }

    @Test func `stopped before anything came, on a terminal, which has shown the key`() throws {
        let terminal = try PseudoTerminal(columns: 80, rows: 5)
        let running = try program.parley.start("chat", "Hello", on: terminal)
        try server.waitForRequests(1, of: Self.route)
        terminal.type("\u{3}")
        #expect(try running.wait() == 130)
        let id = try lastShortID()
        try terminal.wait(forScreen: ["^C", "parley: stopped; the message is kept: parley resume \(id)"])
    }

    @Test(arguments: [true, false])
    func `a program that stops it reads one line, or none where it asked for quiet`(isQuiet: Bool) throws {
        let running =
            isQuiet ? try program.parley.start("chat", "--quiet", "Hello") : try program.parley.start("chat", "Hello")
        try server.waitForRequests(1, of: Self.route)
        running.signal(SIGTERM)
        let outcome = try running.finish()
        let line = "parley: stopped; the message is kept: parley resume \(try lastShortID())\n"
        #expect(outcome.status == 143 && outcome.output == "")
        #expect(outcome.errorOutput == (isQuiet ? "" : line))
    }

    @Test func `stopped before anything came, at the prompt`() throws {
        let terminal = try PseudoTerminal(columns: 80, rows: 10)
        let running = try program.parley.start("chat", on: terminal)
        try terminal.wait(for: "you › ")
        terminal.type("Hello\r")
        try server.waitForRequests(1, of: Self.route)
        terminal.type("\u{3}")
        try terminal.wait(for: "(stopped before anything came)")
        terminal.type("\u{4}")
        #expect(try running.wait() == 0)
    }

    @Test func `an error at the prompt does not send the user to the chat that they are in`() throws {
        let terminal = try PseudoTerminal(columns: 200, rows: 10)
        let running = try program.parley.start("chat", "--provider", "lost", on: terminal)
        try terminal.wait(for: "you › ")
        terminal.type("Hello\r")
        try terminal.wait(for: "lost failed: ")
        try terminal.wait(for: "you › ")
        #expect(!terminal.screen.lines.contains { $0.contains("parley resume") })
        terminal.type("\u{4}")
        #expect(try running.wait() == 0)
        let atShell = try program.parley.run("resume", "last", "Hello", "--provider", "lost")
        #expect(atShell.status == 69)
        #expect(atShell.errorOutput.hasSuffix(", and go on with 'parley resume \(try lastShortID())'\n"))
    }
}
