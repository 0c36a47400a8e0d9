import Support
import Testing

/// `list`, `show` and `export`: the same conversations, seen three ways.
@Outside
struct ReadingTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
        try parley.run("chat", "--title", "First \u{1B}[31mred\u{7}", "One")
        try parley.run("resume", "last", "Two \"quoted\" \\ \u{0} 日本 👩‍💻")
        try parley.run("chat", "--title", "Second", "Eins\nZwei")
        try parley.run("chat", "--title", "Third", "Un")
        try parley.run("resume", "Second", "Drei")
    }

    private func chats(_ arguments: String...) throws -> [JSONValue] {
        try JSONValue(parley.run(arguments: (["list", "--json"] + arguments).map { Array($0.utf8) }).output)["chats"]?
            .elements ?? []
    }

    /// The transcript without the one line that names its moment.
    private func exported(_ arguments: String...) throws -> JSONValue {
        try JSONValue(parley.run(arguments: (["export"] + arguments).map { Array($0.utf8) }).output)
    }

    @Test func `list, show and export agree`() throws {
        let listed = try chats("--all")
        let document = try exported("--all")
        #expect(document["format"] == .string("parley.transcript"))
        #expect(document["version"]?.integer == 1)
        #expect(document["exported_at"]?.text?.count == 24)
        let whole = document["chats"]?.elements ?? []
        #expect(whole.count == 3 && listed.count == 3)
        for chat in whole {
            let id = try #require(chat["id"]?.text)
            #expect(try JSONValue(parley.run("show", id, "--json").output) == chat)
            let row = try #require(listed.first { $0["id"] == chat["id"] })
            #expect(row.keys == chat.keys)
            for key in row.keys where key != "messages" { #expect(row[key] == chat[key], "\(key)") }
            #expect(row["messages"]?.integer == chat["messages"]?.elements.count)
            #expect(chat["head"] == chat["messages"]?.elements.last?["id"])
        }
    }

    @Test func `exports of everything are the same bytes but for the moment`() throws {
        let pattern = /"exported_at":"[^"]*"/
        let one = try parley.run("export", "--all").output.replacing(pattern, with: "")
        let other = try parley.run("export", "--all").output.replacing(pattern, with: "")
        #expect(one == other)
        #expect(
            try parley.run("export", "--all", "--format", "jsonl").output
                == parley.run("export", "--all", "--format", "jsonl").output)
    }

    @Test func `jsonl is a chat a line`() throws {
        let lines = try parley.run("export", "--all", "--format", "jsonl").output.split(separator: "\n")
        #expect(try lines.map { try JSONValue(String($0)) } == exported("--all")["chats"]?.elements)
    }

    @Test func `named chats come in the order named, once each`() throws {
        let titles = try exported("Third", "Second", "third")["chats"]?.elements.map { $0["title"]?.text }
        #expect(titles == ["Third", "Second"])
    }

    @Test func `chats are chosen by time and provider`() throws {
        #expect(try exported("--since", "1h")["chats"]?.elements.count == 3)
        #expect(try exported("--since", "2999-01-01")["chats"]?.elements.count == 0)
        #expect(try exported("--provider", "eliza")["chats"]?.elements.count == 3)
        #expect(try exported("--provider", "nobody")["chats"]?.elements.count == 0)
        #expect(try exported("--tag", "none")["chats"]?.elements.count == 0)
        #expect(try chats("--since", "90m").count == 3)
        #expect(try chats("--until", "90m").count == 0)
        #expect(try chats("--until", "2999-12-31T00:00:00Z").count == 3)
        #expect(try chats("--archived").count == 0)
    }

    @Test func `an export to a file is the same, whole, private, and never replaces one unasked`() throws {
        let file = parley.home.file("out.json")
        let outcome = try parley.run("export", "--all", "--format", "jsonl", "--output", file)
        #expect(outcome.status == 0 && outcome.output == "" && outcome.errorOutput == "")
        #expect(try Files.text(file) == parley.run("export", "--all", "--format", "jsonl").output)
        #expect(try Files.permissions(file) == 0o600)

        try parley.run("chat", "more")
        let refused = try parley.run("export", "--all", "--output", file)
        #expect(refused.status == 73)
        #expect(refused.errorOutput.contains("--force"))
        #expect(try Files.text(file).split(separator: "\n").count == 3)
        #expect(try parley.run("export", "--all", "--format", "jsonl", "-o", file, "--force").status == 0)
        #expect(try Files.text(file).split(separator: "\n").count == 4)
        #expect(try Files.names(in: parley.home.path) == [".local", "out.json"])
    }

    @Test func `an export goes where a link leads, and into pipes and devices as they stand`() throws {
        let (link, file, pipe) = (parley.home.file("link"), parley.home.file("real"), parley.home.file("pipe"))
        try Files.write("old", to: file)
        try RunningProgram(command: "sh", "-c", "ln -s real '\(link)' && mkfifo '\(pipe)'").finish()
        #expect(try parley.run("export", "last", "-o", link).status == 73)
        #expect(try Files.text(file) == "old")
        #expect(try parley.run("export", "last", "-o", link, "--force").status == 0)
        #expect(try JSONValue(Files.text(file))["chats"]?.elements.count == 1)
        let reader = try RunningProgram(command: "cat", pipe)
        #expect(try parley.run("export", "last", "-o", pipe).status == 0)
        #expect(try JSONValue(reader.finish().output)["chats"]?.elements.count == 1)
        #expect(try parley.run("export", "last", "-o", "/dev/null").status == 0)
        #expect(try Files.names(in: parley.home.path) == [".local", "link", "pipe", "real"])
    }

    @Test func `an export never replaces the database, whatever it is called`() throws {
        let link = parley.home.file("other-name")
        try RunningProgram(command: "ln", "-s", parley.database, link).finish()
        for name in [parley.database, link, parley.home.file(".local/../.local/share/parley/parley.db")] {
            let outcome = try parley.run("export", "--all", "-o", name, "--force")
            #expect(outcome.status == 73)
            #expect(outcome.errorOutput.contains("the database itself"))
        }
        #expect(try chats().count == 3)
    }

    @Test func `a list says when there is more, and when conditions leave nothing`() throws {
        #expect(try parley.run("list", "--limit", "2").errorOutput.contains("--before"))
        #expect(try parley.run("list", "--limit", "3").errorOutput == "")
        #expect(try parley.run("list", "--tag", "none").errorOutput.contains("conditions"))
    }

    @Test func `a list goes on where it ended`() throws {
        let first = try JSONValue(parley.run("list", "--json", "--limit", "2").output)
        #expect(first["chats"]?.elements.map { $0["title"]?.text } == ["Second", "Third"])
        let next = try #require(first["next"]?.text)
        let second = try JSONValue(parley.run("list", "--json", "--limit", "2", "--before", next).output)
        #expect(second["chats"]?.elements.count == 1)
        #expect(second["next"] == nil)
    }

    @Test func `a list for reading has its columns and the short ids`() throws {
        let lines = try parley.run("list").output.split(separator: "\n").map(String.init)
        #expect(lines[0].split(separator: " ") == ["ID", "UPDATED", "MESSAGES", "PROVIDER", "TITLE"])
        let id = try #require(try chats()[0]["id"]?.text)
        #expect(lines[1].hasPrefix(String(id.suffix(8)) + "  "))
        #expect(lines[1].hasSuffix("4  eliza     Second"))
        #expect(lines.count == 4)
    }

    @Test func `show is for reading, and its end can be had alone`() throws {
        let page = try parley.run("show", "Second").output
        #expect(page.hasPrefix("Second\n"))
        #expect(page.contains("Eins\nZwei\n"))
        let end = try parley.run("show", "Second", "--last", "2").output
        #expect(end.contains("Drei") && !end.contains("Eins"))
        #expect(
            try JSONValue(parley.run("show", "Second", "--last", "2", "--json").output)["messages"]?.elements.count == 2
        )
    }

    @Test func `colour comes when asked for, and not by itself through a pipe`() throws {
        #expect(try !parley.run("list").output.contains("\u{1B}["))
        #expect(try parley.run("list", "--color", "always").output.contains("\u{1B}[1m"))
        #expect(try parley.run("--color=always", "list").output.contains("\u{1B}[1m"))
    }

    @Test func `times are UTC with milliseconds in JSON`() throws {
        let chat = try chats()[0]
        for key in ["created_at", "updated_at"] {
            #expect(try #require(chat[key]?.text).wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        }
    }

    @Test func `nothing kept yet is no error to read`() throws {
        let fresh = try ParleyProgram()
        let list = try fresh.run("list")
        #expect(list.status == 0 && list.output == "")
        #expect(list.errorOutput.contains("parley chat"))
        #expect(try fresh.run("list", "--json").output == "{\"chats\":[]}\n")
        #expect(try JSONValue(fresh.run("export", "--all").output)["chats"]?.elements == [])
        #expect(!Files.exists(fresh.database))
    }

    @Test func `deleted is gone, and all or nothing`() throws {
        #expect(try parley.run("delete", "Third").status == 64)
        #expect(try parley.run("delete", "Third", "no such chat", "--yes").status == 66)
        #expect(try chats().count == 3)
        try parley.run("chat", "--title", "Fourth", "hi")
        let id = try #require(try chats()[0]["id"]?.text)
        #expect(try parley.run("delete", "Fourth", "--yes").errorOutput.contains("\(id.suffix(8)) \"Fourth\""))
        let gone = try parley.run("delete", "Third", "Second", "--yes", "--json")
        #expect(gone.status == 0)
        #expect(try JSONValue(gone.output)["deleted"]?.elements.count == 2)
        #expect(try chats().count == 1)
        #expect(try parley.run("show", "Third").status == 66)
        #expect(try parley.run("db", "check").status == 0)
        let bytes = String(decoding: try Files.read(parley.database), as: Unicode.ASCII.self)
        #expect(!bytes.contains("Zwei"))
    }

    @Test func `the database tells where it is, what is in it, and that it is sound`() throws {
        #expect(try parley.run("db", "path").output == parley.database + "\n")
        let stats = try JSONValue(parley.run("db", "stats", "--json").output)
        #expect(stats["chats"]?.integer == 3)
        #expect(stats["messages"]?.integer == 10)
        #expect(stats["attempts"]?.integer == 5)
        let check = try JSONValue(parley.run("db", "check", "--json").output)
        #expect(check["sound"] == .boolean(true))
        #expect(check["findings"]?.elements == [])
        let migrate = try parley.run("db", "migrate")
        #expect(migrate.status == 0 && migrate.output.contains("schema 6"))
        let elsewhere = parley.home.file("new/other.db")
        #expect(try parley.run("--database", elsewhere, "db", "migrate", "--json").status == 0)
        #expect(Files.exists(elsewhere))
    }
}
