import Support
import Testing

/// `db repair` from outside.
@Outside
struct RepairTests {
    let parley: ParleyProgram
    private var new: String { parley.home.file("new.db") }

    init() throws {
        parley = try ParleyProgram()
        try parley.run("chat", "--title", "First", "One")
        try parley.run("resume", "First", "Two")
        try parley.run("chat", "--title", "Second", "Three")
    }

    /// Names and bytes of all that stands in the database's folder.
    private func folder() throws -> [String: [UInt8]] {
        let folder = parley.home.file(".local/share/parley")
        return try Files.names(in: folder).reduce(into: [:]) { $0[$1] = try Files.read(folder + "/" + $1) }
    }

    @Test func `a sound database is salvaged whole`() throws {
        let before = try folder()
        let outcome = try parley.run("db", "repair", new)
        #expect(outcome.status == 0)
        #expect(outcome.errorOutput == "parley: reading \(parley.database); nothing in it is changed\n")
        #expect(outcome.output.hasPrefix("salvaged 6 messages in 2 chats, 3 attempts\neverything could be read\n"))
        #expect(outcome.output.contains("'parley --database \(new) list'"))
        #expect(outcome.output.contains("'parley db restore \(new)'"))
        #expect(try folder() == before)
        #expect(try Files.permissions(new) == 0o600)
        #expect(try Files.names(in: parley.home.path) == [".local", "new.db"])
        #expect(
            try parley.run("--database", new, "export", "--all", "--format", "jsonl").output
                == parley.run("export", "--all", "--format", "jsonl").output)
        #expect(try parley.run("--database", new, "db", "check").status == 0)
        #expect(try parley.run("--database", new, "resume", "First", "Three").status == 0)
    }

    @Test func `a damaged one is salvaged as far as it can be read, and the losses are told`() throws {
        var bytes = try Files.read(parley.database)
        for index in 0..<4096 { bytes[index] = 0 }
        try Files.write(bytes, to: parley.database)
        #expect(try parley.run("list").status == 74)
        let before = try folder()
        let outcome = try parley.run(
            "--quiet", "db", "repair", "--json", "new.db", wrapper: ["env", "-C", parley.home.path])
        #expect(outcome.status == 0 && outcome.errorOutput == "")
        let report = try JSONValue(outcome.output)
        #expect(report["path"]?.text == parley.database)
        #expect(report["new_path"]?.text == new)
        #expect(report["whole"] == .boolean(false))
        #expect(report["chats"]?.integer == 2 && report["messages"]?.integer == 6 && report["attempts"]?.integer == 3)
        #expect(report["unreadable_pages"]?.elements.first?["from"]?.integer == 1)
        #expect(report["missing"]?.elements == [])
        #expect(try folder() == before)
        #expect(try parley.run("--database", new, "db", "check").status == 0)
        let lines = try parley.run("db", "repair", parley.home.file("again.db")).output
        #expect(lines.contains("\npage 1 cannot be read\n"))
        #expect(lines.contains("\nwhat is not named here could be read\n"))
    }

    @Test func `nothing that stands somewhere is replaced`() throws {
        try Files.write("mine", to: new)
        for path in [new, parley.database, parley.home.path] {
            let outcome = try parley.run("db", "repair", path, "--json")
            #expect(outcome.status == 73)
            #expect(try JSONValue(outcome.output)["error"]?["code"]?.text == "file_exists")
        }
        #expect(try Files.text(new) == "mine")
        let log = try parley.run("db", "repair", parley.database + "-journal")
        #expect(log.status == 73 && log.errorOutput.contains("is the database itself"))
        let nowhere = try parley.run("db", "repair", parley.home.file("none/new.db"))
        #expect(nowhere.status == 73 && nowhere.errorOutput.contains("No such file or directory"))
        #expect(try Files.names(in: parley.home.path) == [".local", "new.db"])
    }

    @Test func `what is no database gives none`() throws {
        let words = parley.home.file("words.db")
        try Files.write("These are words and nothing else.", to: words)
        let outcome = try parley.run("--database", words, "db", "repair", new)
        #expect(outcome.status == 74)
        #expect(outcome.errorOutput.contains("nothing in \(words) can be read as conversations"))
        let none = try parley.run("--database", parley.home.file("none.db"), "db", "repair", new)
        #expect(none.status == 66 && none.errorOutput.contains("there is no database at"))
        #expect(try parley.run("db", "repair").status == 64)
        #expect(try Files.names(in: parley.home.path) == [".local", "words.db"])
        #expect(try Files.text(words) == "These are words and nothing else.")
    }
}
