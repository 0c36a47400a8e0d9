import Support
import Terminal
import Testing

@testable import parley

/// `list`, as people and programs want it.
@Outside
struct ListingTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
        try parley.run("chat", "--title", "Plain", "hi")
        try parley.run("chat", "--title", "日本語の長い題名がここにあります、とても長い", "hi")
        try parley.run("chat", "--title", "👩‍👩‍👧‍👦 family 👍🏽 ❤️ e\u{301}a\u{308}", "hi")
        try parley.run("chat", "--title", "\u{1B}[31mred\u{7}\u{202E}", "hi")
        try parley.run("chat", "--title", String(repeating: "long ", count: 40), "hi")
    }

    private func run(_ words: [String]) throws -> ParleyProgram.Outcome {
        try parley.run(arguments: words.map { Array($0.utf8) })
    }

    /// What a terminal of this width shows of the list: its lines, without the prompt that is not there.
    private func screen(columns: Int, _ words: String...) throws -> [String] {
        let terminal = try PseudoTerminal(columns: columns, rows: 20)
        let running = try parley.start(["list"] + words, on: terminal)
        try terminal.wait(for: "Plain")
        #expect(try running.wait() == 0)
        #expect(terminal.screen.unknown == [])
        return terminal.screen.lines
    }

    @Test(arguments: [80, 40])
    func `on a terminal a chat is one line, cut to its width, and columns stand under one another`(columns: Int) throws
    {
        try parley.run("edit", "Plain", "--title", "Plain text that is not short, and goes on and on and on", "--pin")
        let lines = try screen(columns: columns)
        #expect(lines.count == 6)
        let start = lines[0].distance(
            from: lines[0].startIndex, to: try #require(lines[0].firstRange(of: "TITLE")?.lowerBound))
        #expect(start == (columns == 80 ? 48 : 28))
        #expect(lines[0].contains("MESSAGES") == (columns == 80))
        for line in lines { #expect(DisplayWidth.columns(of: line) <= columns) }
        let titles = lines.dropFirst().map { String($0.dropFirst(start)) }
        let expected =
            columns == 80
            ? [
                "long long long long long long l…", "␛[31mred␇\\u{202E}", "👩‍👩‍👧‍👦 family 👍🏽 ❤️ e\u{301}a\u{308}",
                "日本語の長い題名がここにありま…", "Plain text that is not short,… *",
            ]
            : ["long long l…", "␛[31mred␇\\u…", "👩‍👩‍👧‍👦 family …", "日本語の長…", "Plain tex… *"]
        #expect(titles == expected)
    }

    @Test func `columns are chosen and ordered, and a long title makes room for those behind it`() throws {
        try parley.run("edit", "last", "--tag", "travel", "--tag", "work", "--archive")
        try parley.run("edit", "last", "--tag", "b", "--tag", "a")
        let lines = try run(["list", "--columns", "title,tags, id"]).output.split(separator: "\n")
        #expect(lines[0].split(separator: " ") == ["TITLE", "TAGS", "ID"])
        #expect(lines[1].contains("  a, b  ") && lines[2].contains("  -     "))
        let screen = try screen(columns: 40, "--columns", "title,created,id")
        for line in screen { #expect(DisplayWidth.columns(of: line) <= 40) }
        #expect(screen[0].split(separator: " ") == ["TITLE", "CREATED", "ID"])
        #expect(screen[3].hasPrefix("日本語の長…   2"))
        let id = try #require(JSONValue(run(["list", "--json"]).output)["chats"]?[0]?["id"]?.text)
        #expect(screen[1].hasSuffix("  " + id.suffix(8)))
        let all = try run(["list", "--columns", ChatColumn.allCases.map(\.rawValue).joined(separator: ",")])
        #expect(all.status == 0)
        #expect(all.output.hasPrefix("ID        FULL ID"))
        #expect(all.output.contains(id + "  ") && all.output.contains("  no      no        -              #2\n"))
    }

    @Test(arguments: [
        (["--columns", "id,colour"], "'colour'"), (["--columns", ""], "full-id"), (["--columns", "id,id"], "twice"),
        (["--columns", "id", "--json"], "--columns"), (["--columns", "id", "--jsonl"], "--columns"),
        (["--json", "--jsonl"], "choose one"),
    ])
    func `what makes no sense is refused`(words: [String], said: String) throws {
        let outcome = try run(["list"] + words)
        #expect(outcome.status == 64)
        #expect((outcome.output + outcome.errorOutput).contains(said), "\(outcome.errorOutput)")
        #expect(!outcome.output.contains("Plain"))
    }

    @Test func `jsonl is a chat a line, and its cursor is told beside it`() throws {
        let whole = try run(["list", "--jsonl"])
        #expect(whole.errorOutput == "")
        let lines = try whole.output.split(separator: "\n").map { try JSONValue(String($0)) }
        #expect(try JSONValue(run(["list", "--json"]).output)["chats"]?.elements == lines)
        let first = try run(["--jsonl", "list", "--limit", "2"])
        #expect(try first.output.split(separator: "\n").map { try JSONValue(String($0)) } == Array(lines.prefix(2)))
        let cursor = try #require(first.errorOutput.firstMatch(of: /--before (\S+)/)?.1)
        let rest = try run(["list", "--jsonl", "--before", String(cursor)])
        #expect(try rest.output.split(separator: "\n").map { try JSONValue(String($0)) } == Array(lines.dropFirst(2)))
        let none = try run(["list", "--jsonl", "--tag", "none"])
        #expect(none.status == 0 && none.output == "" && none.errorOutput == "")
    }
}

/// The table that lists are put in.
struct TableTests {
    private func table(width: Int?, _ columns: [Table.Column], _ rows: [[Table.Cell]]) -> [String] {
        Table(columns: columns, style: Style(mode: .never, environment: [:], isTerminal: false), width: width)
            .text(of: rows).split(separator: "\n").map(String.init)
    }

    private static let columns = [
        Table.Column(title: "A", canShrink: true), Table.Column(title: "B"), Table.Column(title: "C", canShrink: true),
    ]

    @Test func `the widest of those that can shrink makes room, and the rest stays whole`() {
        let rows = [[Table.Cell("twenty characters ab"), Table.Cell("whole"), Table.Cell("ten charac")]]
        #expect(table(width: nil, Self.columns, rows)[1] == "twenty characters ab  whole  ten charac")
        #expect(table(width: 39, Self.columns, rows)[1] == "twenty characters ab  whole  ten charac")
        #expect(table(width: 34, Self.columns, rows)[1] == "twenty charact…  whole  ten charac")
        #expect(table(width: 27, Self.columns, rows)[1] == "twenty c…  whole  ten char…")
        #expect(table(width: 20, Self.columns, rows)[1] == "twenty …  whole  te…")
        #expect(table(width: 3, Self.columns, rows)[1] == "tw…")
    }

    @Test func `a mark is seen behind a text that is cut`() {
        let rows = [[Table.Cell("x"), Table.Cell("y"), Table.Cell("twenty characters ab", mark: " *")]]
        #expect(table(width: nil, Self.columns, rows)[1] == "x  y  twenty characters ab *")
        #expect(table(width: 20, Self.columns, rows)[1] == "x  y  twenty char… *")
        #expect(table(width: 7, Self.columns, rows)[1] == "x  y  …")
    }
}
