import Support
import Testing

@testable import parley

/// The conversation at a terminal, seen on a terminal.
@Outside
struct PromptTests {
    var parley: ParleyProgram
    let terminal: PseudoTerminal

    init() throws {
        parley = try ParleyProgram()
        parley.environment["PARLEY_ELIZA_PACE"] = "0"
        // So that what is waited for comes in one piece.
        parley.environment["NO_COLOR"] = "1"
        terminal = try PseudoTerminal(columns: 80, rows: 40)
    }

    private func messages() throws -> [JSONValue] {
        try JSONValue(parley.run("show", "last", "--json").output)["messages"]?.elements ?? []
    }

    @Test func `a conversation is held, kept, and gone on with`() throws {
        let first = try parley.start("chat", on: terminal)
        try terminal.wait(for: "you › ")
        terminal.type("Hello\r")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.type("I am tired of rain\r")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.type("\u{4}")
        try terminal.wait(for: "parley resume")
        #expect(try first.wait() == 0)
        #expect(try messages().count == 4)

        let again = try PseudoTerminal(columns: 80, rows: 40)
        let second = try parley.start("resume", on: again)
        try again.wait(for: "I am tired of rain")
        try again.wait(for: "you › ")
        // The user's past messages are the history of the line.
        again.type("\u{1B}[A\r")
        try again.wait(for: "eliza › ")
        try again.wait(for: "you › ")
        again.type("/quit\r")
        #expect(try second.wait() == 0)
        #expect(try messages().map { $0["content"]?.text }[4] == "I am tired of rain")
    }

    @Test func `Ctrl-C stops a reply and stays, and leaves no line that was not meant`() throws {
        var slow = parley
        slow.environment["PARLEY_ELIZA_PACE"] = "60000"
        let running = try slow.start("chat", on: terminal)
        try terminal.wait(for: "you › ")
        terminal.type("My mother never listens to me\r")
        try terminal.wait(for: "eliza › ")
        terminal.type("\u{3}")
        try terminal.wait(for: "(stopped; what had come is kept)")
        try terminal.wait(for: "you › ")
        terminal.type("half a line\u{3}\u{3}")
        try terminal.wait(for: "Ctrl-D leaves")
        terminal.type("/info\r")
        try terminal.wait(for: "2 messages")
        terminal.type("\u{4}")
        #expect(try running.wait() == 0)
        #expect(try messages().map { $0["status"]?.text } == ["complete", "interrupted"])
    }

    @Test func `what is typed while a reply comes is not shown in it, and has its turn`() throws {
        var slow = parley
        slow.environment["PARLEY_ELIZA_PACE"] = "200"
        let running = try slow.start("chat", on: terminal)
        try terminal.wait(for: "you › ")
        terminal.type("My mother never listens to me\r")
        try terminal.wait(for: "eliza › ")
        terminal.type("typed ahead\r")
        try terminal.wait(for: "you › ")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.type("\u{4}")
        #expect(try running.wait() == 0)
        let said = try messages().compactMap { $0["content"]?.text }
        #expect(said[2] == "typed ahead")
        let shown = terminal.screen.lines
        #expect(shown.contains("eliza › " + said[1]) && shown.contains("you › typed ahead"))
        #expect(shown.filter { $0.contains("typed ahead") }.count == 1)
    }

    @Test func `a hang-up ends the program, and nothing is lost`() throws {
        let running = try parley.start("chat", on: terminal)
        try terminal.wait(for: "you › ")
        terminal.type("Hello\r")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.hangUp()
        #expect([0, 129].contains(try running.wait()))
        #expect(try messages().count == 2)
    }

    @Test func `a hang-up in the middle of a reply keeps what has come, and says which signal it was`() throws {
        var slow = parley
        slow.environment["PARLEY_ELIZA_PACE"] = "60000"
        let running = try slow.start("chat", "My mother never listens to me", on: terminal)
        try terminal.wait(for: " ")
        terminal.hangUp()
        #expect(try running.wait() == 129)
        #expect(try messages().map { $0["status"]?.text } == ["complete", "interrupted"])
    }

    @Test func `new chats, help and unknown commands`() throws {
        let running = try parley.start("chat", "--title", "Named", on: terminal)
        try terminal.wait(for: "you › ")
        terminal.type("/help\r")
        try terminal.wait(for: "/quit")
        terminal.type("/nonsense\r")
        try terminal.wait(for: "no command /nonsense")
        terminal.type("\r  \r//etc is a folder\r")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.type("/new\r")
        try terminal.wait(for: "Kept.")
        terminal.type("Another\r")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.type("/quit\r")
        #expect(try running.wait() == 0)
        let chats = try JSONValue(parley.run("list", "--json").output)["chats"]?.elements ?? []
        #expect(chats.count == 2)
        let named = try JSONValue(parley.run("show", "Named", "--json").output)
        #expect(named["messages"]?[0]?["content"] == .string("/etc is a folder"))
    }

    @Test func `what others wrote cannot take over the terminal`() throws {
        try parley.run("chat", "--title", "Title \u{1B}]0;owned\u{7}", input: "my \u{1B}[2Jcat \u{9B}31m")
        let running = try parley.start("show", "last", on: terminal)
        try terminal.wait(for: "cat")
        #expect(try running.wait() == 0)
        let text = terminal.screen.lines.joined(separator: "\n")
        #expect(text.contains("Title ␛]0;owned␇"))
        #expect(text.contains("my ␛[2Jcat"))
        // Through a pipe the text is as it is.
        #expect(try parley.run("show", "last").output.contains("my \u{1B}[2Jcat \u{9B}31m"))
    }

    @Test func `before anything is deleted the user is asked`() throws {
        try parley.run("chat", "--title", "Dear", "hi")
        let running = try parley.start("delete", "Dear", on: terminal)
        try terminal.wait(for: "[y/N] ")
        terminal.type("n\r")
        try terminal.wait(for: "nothing was deleted")
        #expect(try running.wait() == 64)
        let again = try parley.start("delete", "Dear", on: terminal)
        try terminal.wait(for: "[y/N] ")
        terminal.type("y\r")
        #expect(try again.wait() == 0)
        #expect(try parley.run("list", "--json").output == "{\"chats\":[]}\n")
    }

    @Test func `a list fits the terminal`() throws {
        try parley.run("chat", "--title", String(repeating: "長い題名", count: 20), "hi")
        let narrow = try PseudoTerminal(columns: 60, rows: 10)
        let running = try parley.start("list", on: narrow)
        #expect(try running.wait() == 0)
        try narrow.wait(for: "…")
        #expect(narrow.screen.lines.count == 2)
    }

    @Test(arguments: [
        ("", PromptCommand.nothing), ("  ", .nothing), ("/help", .help), (" /quit ", .leave), ("/exit", .leave),
        ("/new", .newChat),
        ("/info", .describe), ("/what is this", .unknown("/what")), ("//x y", .say("/x y")), (" hi ", .say(" hi ")),
    ])
    func `what a line asks for`(line: String, command: PromptCommand) {
        #expect(PromptCommand(line) == command)
    }
}
