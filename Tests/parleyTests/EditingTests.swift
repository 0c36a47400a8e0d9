import Support
import Testing

/// `edit`: what is known of a chat, from outside.
@Outside
struct EditingTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
        try parley.run("chat", "--title", "Trip to Rome", "--model", "any", "I missed my train")
    }

    private func run(_ words: [String]) throws -> ParleyProgram.Outcome {
        try parley.run(arguments: words.map { Array($0.utf8) })
    }

    private func edited(_ words: String...) throws -> JSONValue {
        try JSONValue(run(["edit", "last", "--json"] + words).output)
    }

    @Test func `each thing is changed and shown, and the transcript has it`() throws {
        let before = try JSONValue(parley.run("list", "--json").output)["chats"]?[0]
        let chat = try edited(
            "--title", "Night train", "--tag", "travel", "--tag", " work ", "--pin", "--provider", "eliza", "--model",
            "m",
            "--system", "Be kind.", "--metadata", "ticket=AB=12", "--metadata", "draft=yes")
        #expect(chat["title"] == "Night train")
        #expect(chat["tags"] == ["travel", "work"])
        #expect(chat["pinned"] == .boolean(true) && chat["archived"] == .boolean(false))
        #expect(chat["provider"] == "eliza" && chat["model"] == "m" && chat["system"] == "Be kind.")
        #expect(chat["metadata"] == .object(["ticket": "AB=12", "draft": "yes"]))
        for key in ["id", "created_at", "updated_at", "messages", "head"] { #expect(chat[key] == before?[key]) }
        #expect(try JSONValue(parley.run("list", "--json").output)["chats"] == .array([chat]))
        let shown = try JSONValue(parley.run("show", "night train", "--json").output)
        for key in chat.keys where key != "messages" { #expect(shown[key] == chat[key]) }

        let undone = try edited(
            "--untag", "travel", "--untag", "work", "--unpin", "--archive", "--provider", "", "--model", "", "--system",
            "",
            "--metadata", "ticket=")
        #expect(undone["tags"] == [] && undone["pinned"] == .boolean(false) && undone["archived"] == .boolean(true))
        #expect(undone["metadata"] == .object(["draft": "yes"]))
        #expect(undone.keys.isDisjoint(with: ["provider", "model", "system"]))
        #expect(try parley.run("list", "--json").output == "{\"chats\":[]}\n")
        #expect(try run(["edit", "Night train", "--unarchive"]).status == 0)
        #expect(try parley.run("list").output.contains("Night train\n"))
    }

    @Test func `it tells what was done, what was so already, and what was not there`() throws {
        let outcome = try parley.run("edit", "last", "--title", "New \u{1B}name", "--untag", "x", "--metadata", "y=")
        #expect(outcome.status == 0 && outcome.output == "")
        #expect(outcome.errorOutput.contains("changed ") && outcome.errorOutput.contains("\"New ␛name\""))
        #expect(outcome.errorOutput.contains("has no tag 'x'") && outcome.errorOutput.contains("has no note 'y'"))
        #expect(try parley.run("edit", "last", "--unpin").errorOutput.contains("is so already"))
        #expect(try parley.run("--quiet", "edit", "last", "--pin").errorOutput == "")
        #expect(try parley.run("list").output.hasSuffix("New ␛name *\n"))
    }

    @Test(arguments: [
        ([], "nothing is to be changed"), (["--title", ""], "--title is empty"),
        (["--title", " \n"], "--title is empty"),
        (["--title", String(repeating: "x", count: 201)], "201 characters"), (["--pin", "--unpin"], "--unpin"),
        (["--archive", "--unarchive"], "--unarchive"), (["--tag", "a", "--untag", "a"], "'a'"),
        (["--tag", " "], "tag"),
        (["--tag", "a\nb"], "line ends"), (["--tag", String(repeating: "x", count: 65)], "65 characters"),
        (["--metadata", "ticket"], "name=value"), (["--metadata", "=x"], "name=value"),
        (["--metadata", "a=1", "--metadata", "a="], "'a' twice"), (["--nonsense"], "--nonsense"),
        (["2", "other words"], "other words"),
    ])
    func `what makes no sense changes nothing`(words: [String], said: String) throws {
        let before = try parley.run("export", "--all", "--format", "jsonl").output
        let outcome = try run(["edit", "last"] + words)
        #expect(outcome.status == 64 && outcome.output == "", "\(outcome.errorOutput)")
        #expect(outcome.errorOutput.contains(said), "\(outcome.errorOutput)")
        #expect(outcome.errorOutput.filter(\.isNewline).count == 1)
        #expect(try parley.run("export", "--all", "--format", "jsonl").output == before)
    }

    @Test func `a provider or a chat that there is not`() throws {
        let unknown = try parley.run("edit", "last", "--provider", "nobody", "--title", "New")
        #expect(unknown.status == 78 && unknown.errorOutput.contains("'nobody'"))
        #expect(try parley.run("edit", "nowhere", "--pin").status == 66)
        #expect(
            try JSONValue(parley.run("edit", "nowhere", "--pin", "--json").output)["error"]?["code"] == "no_such_chat")
        #expect(try parley.run("list", "--json").output.contains("Trip to Rome"))
        let fresh = try ParleyProgram()
        #expect(try fresh.run("edit", "last", "--pin").status == 66)
        #expect(!Files.exists(fresh.database))
    }

    @Test func `titles of new chats and forks keep the same rule, and are made at once where there is none`() throws {
        try parley.run("chat", "--title", " Two\nlines ", "hi")
        try parley.run("chat", "--title", "", "Good morning, said   the bird")
        try parley.run("fork", "last", "--title", "A\r\nfork")
        #expect(
            try JSONValue(parley.run("list", "--json").output)["chats"]?.elements.compactMap { $0["title"]?.text }
                == ["A fork", "Good morning, said the bird", "Two lines", "Trip to Rome"])
        let long = String(repeating: "x", count: 201)
        for command in [["chat", "--title", long, "hi"], ["fork", "last", "--title", long]] {
            let outcome = try run(command)
            #expect(outcome.status == 64 && outcome.errorOutput.contains("200 is the most"))
        }
        let fresh = try ParleyProgram()
        #expect(try fresh.run("chat", "--title", long, "hi").status == 64)
        #expect(!Files.exists(fresh.database))
    }

    @Test func `an edit while a reply streams leaves the reply alone`() throws {
        let held = try HeldExchange(.streaming, in: parley, command: ["chat", "--title", "busy"])
        #expect(try parley.run("edit", "busy", "--title", "Done", "--tag", "x").status == 0)
        try held.release()
        #expect(try held.running.finish().status == 0)
        let chat = try JSONValue(parley.run("show", "Done", "--json").output)
        #expect(chat["tags"] == ["x"])
        #expect(chat["messages"]?.elements.last?["status"] == "complete")
        #expect(try parley.run("db", "check").status == 0)
    }
}
