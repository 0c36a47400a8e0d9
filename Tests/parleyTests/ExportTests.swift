import SQLite
import Support
import Testing

/// `export`: which chats, where to, and any text.
@Outside
struct ExportTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
        for title in ["One", "Two", "Three"] { try parley.run("chat", "--title", title, "Hello \(title)") }
    }

    private func titles(_ arguments: String...) throws -> [String] {
        let outcome = try parley.run(arguments: (["export", "--format", "jsonl"] + arguments).map { Array($0.utf8) })
        #expect(outcome.status == 0, "\(outcome.errorOutput)")
        return try outcome.output.split(separator: "\n").map { try JSONValue(String($0))["title"]?.text ?? "" }
    }

    private func execute(_ sql: String) throws {
        try Connection(path: parley.database, access: .readWrite).execute(sql)
    }

    @Test func `chats are chosen by time, and by whether they were put away`() throws {
        try execute(
            """
            UPDATE chats SET updated_at = 1767225600000 WHERE title = 'One';
            UPDATE chats SET archived = 1 WHERE title <> 'Two'
            """)
        #expect(try titles("--all") == ["One", "Two", "Three"])
        #expect(try titles("--archived") == ["One", "Three"])
        #expect(try titles("--all", "--archived") == ["One", "Three"])
        #expect(try titles("--until", "2026-01-01") == [])
        #expect(try titles("--until", "2026-01-01T00:00:01Z") == ["One"])
        #expect(try titles("--since", "2026-01-01T00:00:01Z") == ["Two", "Three"])
        #expect(try titles("--since", "2026-01-01", "--until", "2026-01-02", "--archived") == ["One"])
        let both = try parley.run("export", "One", "--archived")
        #expect(both.status == 64 && both.errorOutput.contains("not both"))
        let none = try parley.run("export")
        #expect(none.status == 64 && none.errorOutput.contains("--all"))
        let odd = try parley.run("export", "--until", "soon")
        #expect(odd.status == 64 && odd.errorOutput.contains("--until is 'soon'"))
    }

    @Test func `any text goes through, to a file as to a pipe`() throws {
        let controls = (UInt8.min...0x1F).map { String(Unicode.Scalar($0)) }.joined()
        let text = controls + "\u{7F}\u{80}\"\\/\u{2028}\u{2029}\u{FEFF}\u{202E}日本 👩‍💻 \u{10FFFF}"
        let hex = text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try execute(
            """
            UPDATE messages SET content = CAST(x'\(hex)' AS TEXT) WHERE role = 'user';
            UPDATE messages SET content = CAST(x'61FFE28262' AS TEXT) WHERE role = 'assistant'
            """)
        for format in ["json", "jsonl"] {
            let piped = try parley.run("export", "One", "--format", format)
            #expect(!piped.outputBytes.contains { $0 < 0x20 && $0 != 0x0A })
            let chat = try JSONValue(piped.output)
            let messages = (format == "json" ? chat["chats"]?[0] : chat)?["messages"]?.elements ?? []
            #expect(messages.map { $0["content"] } == [.string(text), .string("a\u{FFFD}\u{FFFD}b")])
            let file = parley.home.file("one.\(format)")
            try parley.run("export", "One", "--format", format, "--output", file)
            // But for the moment that the envelope names.
            let written = try Files.text(file)
            #expect(written.utf8.count == piped.outputBytes.count)
            #expect(written.utf8.suffix(500).elementsEqual(piped.outputBytes.suffix(500)))
        }
    }

    @Test func `a large export is the same through a pipe, a file and a device, to its last byte`() throws {
        try execute(
            """
            UPDATE messages SET content = replace(hex(zeroblob(150000)), '0', 'é"') WHERE role = 'user'
            """)
        let piped = try parley.run("export", "--all", "--format", "jsonl").outputBytes
        #expect(piped.count > 3 * 4 * 300_000)
        let file = parley.home.file("all.jsonl")
        #expect(try parley.run("export", "--all", "--format", "jsonl", "--output", file).status == 0)
        #expect(try Files.text(file).utf8.elementsEqual(piped))
        let running = try parley.start("export", "--all", "--format", "jsonl")
        try running.waitForOutput("One")
        #expect(try running.finish().outputBytes == piped)
        let nowhere = try parley.run("export", "--all", "--output", "/dev/null")
        #expect(nowhere.status == 0 && nowhere.output == "" && nowhere.errorOutput == "")
        let full = try parley.run("export", "--all", "--output", "/dev/full")
        #expect(full.status == 74, "\(full.errorOutput)")
    }

    @Test func `a reader that leaves ends it quietly`() throws {
        try execute("UPDATE messages SET content = hex(zeroblob(1000000)) WHERE role = 'user'")
        let running = try parley.start("export", "--all")
        try running.waitForOutput("One")
        running.closeOutput()
        let outcome = try running.finish()
        #expect(outcome.status == 0 && outcome.errorOutput == "")
    }

    @Test func `what others wrote does not rule the terminal that it is exported to`() throws {
        try execute(
            "UPDATE messages SET content = content || char(27) || ']0;owned' || char(7) || char(155) || '31m 日'")
        for format in ["text", "markdown", "jsonl"] {
            let terminal = try PseudoTerminal(columns: 100, rows: 40)
            let running = try parley.start(
                "export", "One", "--format", format, wrapper: ["sh", "-c", "\"$0\" \"$@\"; echo done: $?"], on: terminal
            )
            try terminal.wait(for: "done: 0")
            #expect(try running.wait() == 0)
            #expect(terminal.received.firstRange(of: Array("Hello One".utf8)) != nil)
            #expect(!terminal.received.contains(0x07) && !terminal.received.contains(0x1B), "\(format)")
            #expect(terminal.received.firstRange(of: [0xC2, 0x9B]) == nil, "\(format)")
        }
    }

    @Test func `on a terminal nothing stays of its progress, and the file is whole`() throws {
        for option in ["--verbose", "--quiet"] {
            let terminal = try PseudoTerminal(columns: 60, rows: 5)
            let file = parley.home.file("all\(option).jsonl")
            let running = try parley.start(
                "export", "--all", "--format", "jsonl", "--output", file, option,
                wrapper: ["sh", "-c", "\"$0\" \"$@\"; echo done: $?"], on: terminal)
            try terminal.wait(forScreen: ["done: 0"])
            #expect(try running.wait() == 0)
            #expect(try Files.text(file).split(separator: "\n").count == 3)
        }
    }
}
