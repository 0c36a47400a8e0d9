import Support
import Testing

/// `parley chat` and `parley resume` with a message: one exchange and out.
@Outside
struct TalkingTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    private func listed() throws -> [JSONValue] {
        try JSONValue(parley.run("list", "--all", "--json").output)["chats"]?.elements ?? []
    }

    private func shown(_ chat: String) throws -> JSONValue {
        try JSONValue(parley.run("show", chat, "--json").output)
    }

    @Test func `a message on the command line gets a reply, and both are kept`() throws {
        let outcome = try parley.run("chat", "Hello", "there")
        #expect(outcome.status == 0)
        let messages = try shown("last")["messages"]?.elements ?? []
        #expect(messages.map { $0["role"]?.text } == ["user", "assistant"])
        #expect(messages[0]["content"] == .string("Hello there"))
        #expect(outcome.output == (messages[1]["content"]?.text ?? "") + "\n")
        #expect(messages.allSatisfy { $0["status"] == .string("complete") })
    }

    @Test func `what is piped in is the message, without its last line end`() throws {
        let outcome = try parley.run("chat", input: "one\n\ntwo\n")
        #expect(outcome.status == 0)
        #expect(try shown("last")["messages"]?[0]?["content"] == .string("one\n\ntwo"))
    }

    @Test func `a lone dash stands for what is piped in`() throws {
        try parley.run("chat", "Before:", "-", "After", input: "piped\ntext\n")
        #expect(try shown("last")["messages"]?[0]?["content"] == .string("Before:\n\npiped\ntext\n\nAfter"))
    }

    @Test func `piped text beside a message is not taken, and that is said`() throws {
        let outcome = try parley.run("chat", "Hello", input: "left lying")
        #expect(outcome.status == 0)
        #expect(try shown("last")["messages"]?[0]?["content"] == .string("Hello"))
        #expect(outcome.errorOutput.contains("not read"))
    }

    /// The bot on board always has an answer.
    @Test(arguments: [
        "", " ", "🙂", "?!…", "مرحبا كيف حالك", "שלום", "你好", "e\u{301}\u{327}", "\u{200D}", "\u{202E}abc", "--", "NO",
        String(repeating: "word ", count: 209_715), String(repeating: "x", count: 1 << 20),
    ])
    func `any message gets a reply that is not empty`(message: String) throws {
        let outcome = try parley.run("chat", input: message)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains { !$0.isWhitespace })
        #expect(try shown("last")["messages"]?[0]?["content"] == .string(message))
    }

    @Test func `a message with a NUL is kept whole`() throws {
        try parley.run("chat", input: "before\0after")
        #expect(try shown("last")["messages"]?[0]?["content"] == .string("before\0after"))
    }

    @Test func `an exchange as JSON is one object of the documented shape`() throws {
        let outcome = try parley.run(
            "chat", "--json", "--title", "My title", "--system", "Be kind.", "--model", "any", "Hello")
        #expect(outcome.status == 0)
        #expect(outcome.output.filter(\.isNewline).count == 1)
        let object = try JSONValue(outcome.output)
        #expect(object.keys == ["chat", "message", "reply", "history", "attempts"])
        let id = try #require(object["chat"]?["id"]?.text)
        #expect(id.count == 26 && id == id.lowercased())
        #expect(object["chat"]?["title"] == .string("My title"))
        #expect(object["chat"]?["system"] == .string("Be kind."))
        #expect(object["chat"]?["model"] == .string("any"))
        #expect(object["chat"]?["provider"] == .string("eliza"))
        #expect(object["chat"]?["messages"]?.integer == 2)
        #expect(object["chat"]?["head"] == .string(id + "-2"))
        #expect(object["message"]?["id"] == .string(id + "-1"))
        #expect(object["reply"]?["parent"] == .string(id + "-1"))
        #expect(object["reply"]?["status"] == .string("complete"))
        #expect(object["history"]?["sent"]?.integer == 1)
        #expect(object["history"]?["left_out"]?.integer == 0)
        #expect(object["attempts"]?[0] == .object(["provider": .string("eliza"), "outcome": .string("ok")]))
    }

    @Test func `without streaming the reply is the same`() throws {
        let streamed = try parley.run("chat", "I am tired")
        #expect(try parley.run("chat", "--no-stream", "I am tired").output == streamed.output)
    }

    @Test func `the same conversation gets the same replies, in one process a message or not`() throws {
        var replies: [[String]] = []
        for _ in 0..<2 {
            let first = try parley.run("chat", "My sister is getting married").output
            replies.append(
                [first] + (try ["Oh well", "Hm", "So be it"].map { try parley.run("resume", "last", $0).output }))
        }
        #expect(replies[0] == replies[1])
    }

    // MARK: - Going on

    @Test func `a chat is resumed in another process by its id, its beginning, its short form, its title and last`()
        throws
    {
        try parley.run("chat", "A trip to Rome")
        let id = try #require(try listed()[0]["id"]?.text)
        let names = [
            id, String(id.prefix(10)), String(id.prefix(12)).uppercased(), String(id.suffix(8)), "A trip to Rome",
            "a TRIP to rome",
            "to rome", "last",
        ]
        for name in names { #expect(try parley.run("resume", name, "And then?").status == 0, "\(name)") }
        #expect(try parley.run("resume", input: "And then?").status == 0)
        #expect(try parley.run("chat", "-c", "And then?").status == 0)
        #expect(try parley.run("chat", "--continue", "And then?").status == 0)
        let chats = try listed()
        #expect(chats.count == 1)
        #expect(chats[0]["messages"]?.integer == 2 * (names.count + 4))
        let messages = try shown("last")["messages"]?.elements ?? []
        #expect(messages.map { $0["seq"]?.integer } == Array(1...messages.count))
        #expect(messages.dropFirst().map { $0["parent"] } == messages.dropLast().map { $0["id"] })
    }

    @Test func `the latest chat is the one last used, not the one last made`() throws {
        try parley.run("chat", "Older")
        try parley.run("chat", "Newer")
        try parley.run("resume", "Older", "once more")
        try parley.run("resume", "last", "and again")
        #expect(try listed().map { $0["title"]?.text } == ["Older", "Newer"])
        #expect(try listed()[0]["messages"]?.integer == 6)
    }

    @Test func `the history that goes along is counted, and what the limits leave out is told`() throws {
        var program = parley
        for number in 1...5 {
            try program.run(number == 1 ? "chat" : "resume", number == 1 ? "Say 1" : "last", "Say \(number)")
        }
        let whole = try JSONValue(program.run("resume", "--json", "last", "more").output)["history"]
        #expect(whole?["sent"]?.integer == 11)
        #expect(whole?["left_out"]?.integer == 0)

        program.environment["PARLEY_HISTORY_MAX_MESSAGES"] = "4"
        let outcome = try program.run("resume", "--json", "last", "more")
        let history = try JSONValue(outcome.output)["history"]
        #expect(history?["sent"]?.integer == 5)
        #expect(history?["left_out"]?.integer == 8)
        #expect(outcome.errorOutput.contains("8 earlier messages"))
        #expect(try program.run("resume", "--quiet", "last", "more").errorOutput == "")
    }

    @Test func `verbose says which chat it was`() throws {
        #expect(try parley.run("chat", "--verbose", "Hello").errorOutput.contains("kept in chat"))
        #expect(try parley.run("chat", "Hello").errorOutput == "")
    }
}
