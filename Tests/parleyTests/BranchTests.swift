import Glibc
import Support
import Testing

/// Replies asked for again, words changed, chats forked: other ways, and none lost.
@Outside
struct BranchTests {
    var parley: ParleyProgram
    /// A chat: 1 ─ 2 ─ 3 ─ 4.
    let id: String

    init() throws {
        parley = try ParleyProgram()
        parley.environment["NO_COLOR"] = "1"
        try parley.run("chat", "--title", "Trains", "I missed my train")
        try parley.run("resume", "last", "It was the last one")
        id = try JSONValue(parley.run("show", "last", "--json").output)["id"]?.text ?? ""
    }

    private func chat(_ reference: String = "Trains") throws -> JSONValue {
        try JSONValue(parley.run("show", reference, "--json").output)
    }

    /// The numbers of the messages on a branch.
    private func numbers(_ arguments: String...) throws -> [Int] {
        let words = ["show", "Trains", "--json", "--last", "100"] + arguments
        let outcome = try parley.run(arguments: words.map { Array($0.utf8) })
        return try JSONValue(outcome.output)["messages"]?.elements.compactMap { $0["seq"]?.integer } ?? []
    }

    private func branches() throws -> [JSONValue] {
        try JSONValue(parley.run("show", "Trains", "--branches", "--json").output)["branches"]?.elements ?? []
    }

    // MARK: - Another reply, other words

    @Test func `a reply asked for again is another, and the first is kept`() throws {
        let before = try chat()
        let outcome = try parley.run("retry")
        #expect(outcome.status == 0 && outcome.errorOutput == "")
        let after = try chat()
        let messages = after["messages"]?.elements ?? []
        #expect(messages.prefix(4) == before["messages"]?.elements.prefix(4))
        #expect(messages.count == 5)
        #expect(messages[4]["parent"] == .string(id + "-3"))
        #expect(after["head"] == .string(id + "-5"))
        let reply = try #require(messages[4]["content"]?.text)
        #expect(outcome.output == reply + "\n")
        #expect(messages[4]["content"] != messages[3]["content"])
        #expect(try numbers() == [1, 2, 3, 5])
        #expect(try numbers("--branch", "4") == [1, 2, 3, 4])
        #expect(try parley.run("db", "check").status == 0)
    }

    @Test func `retry prints an exchange, takes a title, a provider and any reply's number`() throws {
        var other = parley
        other.environment["PARLEY_CONFIG"] = parley.home.file("config.yaml")
        try Files.write(Array("providers: {freud: {kind: eliza, seed: 7}}\n".utf8), to: parley.home.file("config.yaml"))
        let outcome = try other.run("retry", "Trains", "--provider", "freud", "--branch", "2", "--json")
        let exchange = try JSONValue(outcome.output)
        #expect(outcome.status == 0)
        #expect(exchange.keys == ["chat", "message", "reply", "history", "attempts"])
        #expect(exchange["message"]?["seq"]?.integer == 1)
        #expect(exchange["reply"]?["id"] == .string(id + "-5"))
        #expect(exchange["reply"]?["provider"] == "freud")
        #expect(exchange["history"]?["sent"]?.integer == 1)
        #expect(try numbers() == [1, 5])

        // Who answered last is no longer set up: that is said, and another can be named.
        let gone = try parley.run("retry")
        #expect(gone.status == 78 && gone.errorOutput.contains("freud"))
        #expect(try parley.run("retry", "--provider", "eliza").status == 0)
        #expect(try numbers() == [1, 6])
    }

    @Test func `other words make another branch, and the old one stays`() throws {
        let before = try chat()
        let outcome = try parley.run("edit-message", "Trains", "3", "It was", "the first one", "--json")
        let exchange = try JSONValue(outcome.output)
        #expect(outcome.status == 0)
        #expect(exchange.keys == ["chat", "message", "reply", "history", "attempts"])
        #expect(exchange["message"]?["content"] == "It was the first one")
        #expect(exchange["message"]?["parent"] == .string(id + "-2"))
        #expect(try numbers() == [1, 2, 5, 6])
        #expect(try chat()["messages"]?.elements.prefix(4) == before["messages"]?.elements.prefix(4))

        #expect(try parley.run("edit-message", "Trains", id + "-1", "-", input: "piped\nin\n").status == 0)
        #expect(try numbers() == [7, 8])
        #expect(try chat()["messages"]?[6]?["content"] == "piped\nin")
        #expect(try parley.run("edit-message", "Trains", "#7", "").status == 0)
        #expect(try chat()["messages"]?[8]?["content"] == "")
        // What was edited can be asked for again.
        #expect(try parley.run("retry").status == 0)
        #expect(try numbers() == [9, 11])
    }

    @Test func `talk goes on on any branch, and from its middle`() throws {
        try parley.run("edit-message", "Trains", "1", "I missed my plane")
        #expect(try numbers() == [5, 6])
        let outcome = try parley.run("resume", "Trains", "--branch", "4", "There is none tomorrow")
        #expect(outcome.status == 0 && outcome.errorOutput == "")
        #expect(try numbers() == [1, 2, 3, 4, 7, 8])
        #expect(try parley.run("resume", "Trains", "--branch", id + "-2", "So I walked").status == 0)
        #expect(try numbers() == [1, 2, 9, 10])
        #expect(try branches().map { $0["seq"]?.integer } == [10, 8, 6])
    }

    // MARK: - Seeing them

    @Test func `branches are listed with where each leaves the one in view`() throws {
        try parley.run("retry")
        try parley.run("edit-message", "Trains", "1", "I missed my plane")
        try parley.run("resume", "Trains", "--branch", "5", "More")
        let table = try parley.run("show", "Trains", "--branches").output.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        }
        #expect(table.map(\.first) == ["BRANCH", "9", "7", "4"])
        #expect(table[0].suffix(4) == ["MESSAGES", "FROM", "ENDS", "IN"])
        #expect(table[1].dropFirst(3).prefix(3) == ["6", "in", "view"])
        #expect(table[2].dropFirst(3).prefix(2) == ["2", "6"])
        #expect(table[3].dropFirst(3).prefix(2) == ["4", "4"])

        let listed = try branches()
        #expect(listed.map { $0["id"]?.text } == [9, 7, 4].map { "\(id)-\($0)" })
        #expect(listed.map { $0["from"]?.integer } == [nil, 6, 4])
        #expect(listed.map { $0["messages"]?.integer } == [6, 2, 4])
        #expect(listed.map { $0["in_view"] } == [.boolean(true), .boolean(false), .boolean(false)])
        #expect(listed[2]["ending"] == (try chat()["messages"]?[3]?["content"]))
    }

    @Test func `a branch is shown by its last message, each message with its number`() throws {
        try parley.run("retry")
        let page = try parley.run("show", "Trains", "--branch", "4").output
        #expect(page.contains(" · 4 of 5 messages · "))
        #expect(try page.matches(of: Regex("(?m)^(you|eliza) \\(#(\\d), ")).count == 4)
        #expect(page.contains("eliza (#4, ") && !page.contains("#5"))
        let json = try JSONValue(parley.run("show", "Trains", "--branch", "4", "--json").output)
        #expect(json["head"] == .string(id + "-4"))
        #expect(json["messages"]?.elements.count == 4)
    }

    @Test func `an export has all branches, and names the one in view`() throws {
        try parley.run("retry")
        try parley.run("edit-message", "Trains", "1", "I missed my plane")
        let exported = try JSONValue(parley.run("export", "Trains").output)["chats"]?[0]
        #expect(try exported == chat())
        let messages = exported?["messages"]?.elements ?? []
        #expect(exported?["head"] == .string(id + "-7"))
        #expect(messages.map { $0["id"]?.text } == (1...7).map { "\(id)-\($0)" })
        #expect(messages.map { $0["parent"]?.text } == [nil, 1, 2, 3, 3, nil, 6].map { $0.map { "\(id)-\($0)" } })
    }

    // MARK: - Forks

    @Test func `a fork is a chat of its own with the same past`() throws {
        let origin = try chat()
        let outcome = try parley.run("fork", "Trains", "--at", "3", "--title", "Buses")
        #expect(outcome.status == 0)
        #expect(outcome.errorOutput.contains("3 of the 4 messages"))
        let made = try chat("Buses")
        #expect(made["id"]?.text.map { $0 + "\n" } == outcome.output)
        #expect(made["forked_from"]?["message"] == .string(id + "-3"))
        #expect(
            made["messages"]?.elements.map { $0["content"] }
                == origin["messages"]?.elements.prefix(3).map { $0["content"] })
        // It ends in the user's words, which can be answered.
        #expect(try parley.run("retry", "Buses").status == 0)
        #expect(try chat("Buses")["messages"]?.elements.count == 4)
        #expect(try chat() == origin)
        #expect(try parley.run("delete", "Trains", "--yes").status == 0)
        #expect(try chat("Buses")["messages"]?.elements.count == 4)

        let whole = try JSONValue(parley.run("fork", "last", "--json").output)
        #expect(whole["messages"]?.integer == 4 && whole["title"] == "Buses (fork)")
        #expect(try parley.run("--quiet", "fork", "Buses", "--at", "1").status == 0, "names tell chats apart")
        #expect(try parley.run("--quiet", "fork", "last", "--at", "1").errorOutput == "")
    }

    @Test func `a retry that brings nothing takes no place from the reply that is there`() throws {
        let before = try chat()
        let shown = try parley.run("show", "Trains").output
        let added = try parley.run(
            "providers", "add", "gone", "--kind", "openai", "--url", "http://127.0.0.1:9/v1", "--model", "m")
        #expect(added.status == 0)
        let outcome = try parley.run("retry", "Trains", "--provider", "gone", "--json")
        #expect(outcome.status == 69)
        #expect(try JSONValue(outcome.output)["chat"]?["head"] == before["head"])
        let after = try chat()
        #expect(after["head"] == before["head"] && after["provider"] == before["provider"])
        #expect(after["messages"]?.elements.count == (before["messages"]?.elements.count ?? 0) + 1)
        #expect(
            try parley.run("show", "Trains").output.split(separator: "\n").dropFirst(2)
                == shown.split(separator: "\n").dropFirst(2))
        #expect(try parley.run("retry", "Trains").status == 0)
        #expect(try parley.run("db", "check").status == 0)
    }

    // MARK: - What cannot be

    @Test func `what makes no sense is refused by name, and changes nothing`() throws {
        let before = try chat()
        let refusals: [([String], Int32, String)] = [
            (["retry", "nowhere"], 66, "no chat is called 'nowhere'"),
            (["retry", "Trains", "--branch", "9"], 66, "has no message 9"),
            (["retry", "Trains", "--branch", "last"], 64, "'last' is no message"),
            (["retry", "--provider", "nobody"], 78, "nobody"),
            (["edit-message", "Trains", "2", "x"], 65, "the assistant's"),
            (["edit-message", "Trains", "9", "x"], 66, "has no message 9"),
            (["edit-message", "Trains", "0", "x"], 64, "'0' is no message"),
            (["edit-message", "Trains", "99999999999999999999", "x"], 64, "is no message"),
            (["edit-message", "Trains", "another-1", "x"], 64, "'another-1' is no message"),
            (["edit-message", "nowhere", "1", "x"], 66, "no chat is called"),
            (["fork", "Trains", "--at", "5"], 66, "has no message 5"),
            (["fork", "Trains", "--at", "1.5"], 64, "'1.5' is no message"),
            (["fork", "nowhere"], 66, "no chat is called"),
            (["resume", "Trains", "--branch", "7", "x"], 66, "has no message 7"),
            (["show", "Trains", "--branch", "7"], 66, "has no message 7"),
            (["show", "Trains", "--branch", "x"], 64, "'x' is no message"),
            (["show", "Trains", "--branches", "--last", "2"], 64, "--branches"),
            (["show", "nowhere", "--branches"], 66, "no chat is called"),
        ]
        for (words, status, text) in refusals {
            let outcome = try parley.run(arguments: words.map { Array($0.utf8) })
            #expect(outcome.status == status, "\(words)")
            #expect(outcome.output == "" && outcome.errorOutput.contains(text), "\(words): \(outcome.errorOutput)")
        }
        #expect(try chat() == before)
        #expect(try JSONValue(parley.run("retry", "nowhere", "--json").output)["error"]?["code"] == "no_such_chat")

        let nothing = try ParleyProgram()
        for words in [
            ["retry"], ["fork", "last"], ["edit-message", "last", "1", "x"], ["show", "last", "--branches"],
        ] {
            #expect(try nothing.run(arguments: words.map { Array($0.utf8) }).status == 66)
        }
        #expect(!Files.exists(nothing.database))
    }

    @Test func `a chat in which a reply comes is busy, and whoever waits has their turn`() throws {
        let held = try HeldExchange(.streaming, in: parley, command: ["resume", "Trains", "--provider", "site"])
        for words in [["retry"], ["edit-message", "Trains", "1", "x"], ["fork", "Trains"]] {
            let outcome = try parley.run(arguments: words.map { Array($0.utf8) })
            #expect(outcome.status == 75 && outcome.errorOutput.contains("chat busy"), "\(words)")
        }
        let stopped = try RunningProgram(
            command: "sh", "-c",
            "HOME='\(parley.home.path)' exec '\(ParleyProgram.path)' resume Trains --wait 'never said' 2>&1")
        try stopped.waitForOutput("waiting for the reply")
        stopped.signal(SIGINT)
        let outcome = try stopped.finish()
        #expect(outcome.status == 130 && outcome.output.contains("before anything was kept or sent"))

        let next = try parley.start("resume", "Trains", "--provider", "eliza", "--wait", "And now?")
        try next.waitForErrorOutput("waiting for the reply")
        try held.release()
        #expect(try held.running.finish().status == 0)
        #expect(try next.finish().status == 0)
        #expect(try numbers() == Array(1...8))
        let messages = try chat()["messages"]?.elements ?? []
        #expect(messages.map { $0["status"]?.text } == Array(repeating: "complete", count: 8))
        #expect(messages[6]["content"] == "And now?")
    }

    // MARK: - Replies that were cut

    private func cutReply() throws {
        let held = try HeldExchange(.streaming, in: parley, command: ["resume", "Trains", "--provider", "site"])
        held.running.signal(SIGTERM)
        #expect(try held.running.finish().status == 143)
    }

    @Test func `whoever goes on after a cut reply is told so once, and how to have it again`() throws {
        try cutReply()
        let notice =
            "parley: the last reply is not whole: 'parley retry \(id.suffix(8)) --branch 6' asks for it again\n"
        #expect(try parley.run("chat", "-c", "--provider", "eliza", "Go on").errorOutput == notice)
        #expect(try parley.run("resume", "Trains", "--branch", "6", "Go on").errorOutput == notice)
        #expect(try parley.run("--quiet", "resume", "Trains", "--branch", "6", "Go on").errorOutput == "")
        #expect(try parley.run("resume", "Trains", "Go on").errorOutput == "")
        // What it says works, even now.
        let again = try parley.run("retry", String(id.suffix(8)), "--branch", "6")
        #expect(again.status == 0 && again.errorOutput == "")
        #expect(try numbers().suffix(2) == [5, 15])
        #expect(try parley.run("edit-message", "Trains", "5", "Go on").errorOutput == "")
    }

    @Test func `at a prompt a cut reply is told of once, and asked for again`() throws {
        try cutReply()
        let terminal = try PseudoTerminal(columns: 80, rows: 40)
        let running = try parley.start("resume", "Trains", "--provider", "eliza", "--branch", "6", on: terminal)
        try terminal.wait(for: "the last reply is not whole: /retry asks for it again")
        try terminal.wait(for: "you › ")
        #expect(terminal.screen.lines.filter { $0.contains("not whole") }.count == 1)
        terminal.type("/retry\r")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.type("Thank you\r")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.type("\u{4}")
        #expect(try running.wait() == 0)
        #expect(try numbers() == [1, 2, 3, 4, 5, 7, 8, 9])
    }

    @Test func `at a prompt another branch is gone on with, and nothing is asked for again in a new chat`() throws {
        try parley.run("edit-message", "Trains", "1", "I missed my plane")
        let terminal = try PseudoTerminal(columns: 80, rows: 40)
        let running = try parley.start("resume", "Trains", "--branch", "2", on: terminal)
        try terminal.wait(for: "2 of 6 messages")
        try terminal.wait(for: "you › ")
        #expect(!terminal.screen.lines.contains("…"))
        terminal.type("On foot then\r")
        try terminal.wait(for: "eliza › ")
        try terminal.wait(for: "you › ")
        terminal.type("/new\r")
        try terminal.wait(for: "you › ")
        terminal.type("/retry\r")
        try terminal.wait(for: "Nothing has been said yet")
        terminal.type("/quit\r")
        #expect(try running.wait() == 0)
        #expect(try numbers() == [1, 2, 7, 8])
    }
}
