import Support
import Testing

/// `search`, from outside.
@Outside
struct SearchTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
        try parley.run("chat", "--title", "Trip to Rome", "I missed my night train to Rome")
        try parley.run("chat", "--title", "Cooking", "How do I boil C++ in a pot? 日本語のテキスト")
        try parley.run("resume", "last", "And the train?")
    }

    private func run(_ words: [String]) throws -> ParleyProgram.Outcome {
        try parley.run(arguments: (["search"] + words).map { Array($0.utf8) })
    }

    private func results(_ words: String...) throws -> [JSONValue] {
        let outcome = try run(["--json"] + words)
        #expect(outcome.status == 0 && outcome.errorOutput == "")
        return try JSONValue(outcome.output)["results"]?.elements ?? []
    }

    /// Chats and numbers, such as `Cooking 3`; titles have no number.
    private func found(_ words: String...) throws -> [String] {
        let outcome = try run(["--json"] + words)
        return try JSONValue(outcome.output)["results"]?.elements.map { result in
            "\(result["title"]?.text ?? "?") \(result["seq"]?.integer.map(String.init) ?? "title")"
        } ?? []
    }

    @Test func `words find messages and titles, newest first`() throws {
        #expect(try found("train", "--role", "user") == ["Cooking 3", "Trip to Rome 1"])
        #expect(try found("TRAIN", "night", "--role", "user") == ["Trip to Rome 1"])
        #expect(try found("rome", "--role", "user") == ["Trip to Rome 1"])
        #expect(try found("trip") == ["Trip to Rome title"])
        #expect(try found("C++", "--role", "user") == ["Cooking 1"])
        #expect(try found("日本", "--role", "user") == ["Cooking 1"])
        #expect(try found("\"night train\"", "--role", "user") == ["Trip to Rome 1"])
        #expect(try found("\"train night\"", "--role", "user") == [])
        #expect(try found("tra*", "--role", "user").count == 2)
    }

    @Test func `a hit names its chat and its message`() throws {
        let hit = try #require(try results("train", "--role", "user", "--chat", "rome").first)
        let chat = try JSONValue(parley.run("show", "Trip to Rome", "--json").output)
        #expect(hit["chat"] == chat["id"] && hit["message"] == chat["messages"]?[0]?["id"])
        #expect(hit["seq"]?.integer == 1 && hit["role"] == "user")
        #expect(hit["created_at"] == chat["messages"]?[0]?["created_at"])
        #expect(hit["snippet"] == "I missed my night train to Rome")
        #expect(hit["marks"] == [.array([.number(18), .number(23)])])
        #expect(hit.keys == ["chat", "message", "seq", "role", "created_at", "snippet", "marks", "title"])
        let ranked = try #require(try results("train", "--role", "user", "--by-rank").first)
        #expect(ranked.keys == hit.keys.union(["score"]))
        let title = try #require(try results("trip").first)
        #expect(title.keys == ["chat", "snippet", "marks", "title"])
    }

    @Test func `conditions narrow it`() throws {
        #expect(try found("train", "--role", "user", "--chat", "Cooking") == ["Cooking 3"])
        #expect(try found("train", "--role", "system") == [])
        #expect(try found("train", "--provider", "nobody") == [])
        #expect(try found("train", "--role", "user", "--provider", "eliza", "--since", "1h").count == 2)
        #expect(try found("train", "--until", "1h") == [])
        #expect(try found("--raw", "NEAR(night train) NOT cooking", "--role", "user") == ["Trip to Rome 1"])
    }

    @Test func `an answer goes on where it ended`() throws {
        let first = try JSONValue(run(["--json", "train", "--role", "user", "--limit", "1"]).output)
        let cursor = try #require(first["next"]?.text)
        #expect(try found("train", "--role", "user", "--before", cursor) == ["Trip to Rome 1"])
        let told = try run(["train", "--role", "user", "--limit", "1"])
        #expect(told.errorOutput.contains("there are more: add --before \(cursor)"))
        let lines = try run(["train", "--role", "user", "--limit", "1", "--jsonl"])
        #expect(try JSONValue(lines.output) == first["results"]?[0])
        #expect(lines.errorOutput.contains(cursor))
    }

    @Test func `through a pipe lines are whole and plain, on a terminal they fit and are marked`() throws {
        try parley.run("resume", "Cooking", String(repeating: "Well then, ", count: 20) + "zyzzyva " + "and so on")
        let piped = try run(["zyzzyva", "--role", "user"]).output
        #expect(piped.hasPrefix(try #require(results("zyzzyva")[0]["chat"]?.text?.suffix(8)) + "  #5  "))
        #expect(piped.hasSuffix(" zyzzyva and so on\n") && piped.contains("\n    …") && !piped.contains("\u{1B}"))
        for columns in [80, 40] {
            let terminal = try PseudoTerminal(columns: columns, rows: 10)
            let running = try parley.start("search", "zyzzyva", "--role", "user", on: terminal)
            try terminal.wait(for: "\u{1B}[1m\u{1B}[33mzyzzyva\u{1B}[39m\u{1B}[22m")
            #expect(try running.wait() == 0)
            #expect(terminal.screen.unknown == [])
            try terminal.wait(forScreen: terminal.screen.lines)
            #expect(terminal.screen.lines.count == 2)
            #expect(terminal.screen.lines[0].contains(columns == 80 ? "  you  Cooking" : "  you  Coo"))
            #expect(terminal.screen.lines[1].hasPrefix("    …") && terminal.screen.lines[1].contains("zyzzyva"))
        }
    }

    @Test func `nothing found is no error`() throws {
        let outcome = try run(["nowhere"])
        #expect(outcome.status == 0 && outcome.output == "" && outcome.errorOutput.contains("nothing was found"))
        #expect(try run(["nowhere", "--json"]).output == "{\"results\":[]}\n")
        #expect(try run(["nowhere", "--jsonl"]).output == "")
        let fresh = try ParleyProgram()
        let none = try fresh.run("search", "x")
        #expect(none.status == 0 && none.output == "" && none.errorOutput.contains("parley chat"))
        #expect(try fresh.run("search", "x", "--json").output == "{\"results\":[]}\n")
        #expect(try fresh.run("search", "x", "--chat", "nowhere").status == 66)
        #expect(!Files.exists(fresh.database))
    }

    @Test(arguments: [
        "don't", "C++", "file.json", "foo-bar", "\"unbalanced", "AND", "OR NOT", "*", "**", "NEAR(", "a:b", "^x", "{}",
        "👍🏽",
        "'; DROP TABLE chats; --", "\\", "()", "\u{301}", "%", "\"\"",
    ])
    func `whatever people type is no error`(text: String) throws {
        let outcome = try run([text])
        #expect(outcome.status == 0, "\(outcome.errorOutput)")
    }

    @Test(arguments: [
        ([], "nothing to look for"), ([" ", "\t"], "nothing to look for"), (["x", "--limit", "0"], "--limit"),
        (["x", "--before", "rubbish"], "--before"), (["x", "--by-rank", "--before", "7.0.x"], "--by-rank"),
        (["x", "--role", "friend"], "assistant"), (["x", "--since", "yesterday"], "--since"),
        (["x", "--json", "--jsonl"], "choose one"), (["-x"], "come after --"), (["x", "--nonsense"], "come after --"),
        (["--raw", "\"unbalanced"], "FTS5"), (["--raw", "nocolumn:x"], "FTS5"),
    ])
    func `what makes no sense is refused`(words: [String], said: String) throws {
        let outcome = try run(words)
        #expect(outcome.status == 64, "\(outcome.errorOutput)")
        #expect((outcome.errorOutput + outcome.output).contains(said), "\(outcome.errorOutput)\(outcome.output)")
        #expect(outcome.errorOutput.filter(\.isNewline).count + outcome.output.filter(\.isNewline).count == 1)
    }

    @Test func `words that begin with a dash come after two`() throws {
        try parley.run("chat", "--title", "Flags", "What does --force do?")
        #expect(try found("--role", "user", "--", "--force") == ["Flags 1"])
    }

    @Test func `a chat that several references fit, or none`() throws {
        #expect(try run(["x", "--chat", "nowhere"]).status == 66)
        try parley.run("chat", "--title", "Trip to Paris", "hi")
        #expect(try run(["x", "--chat", "trip"]).status == 64)
    }
}
