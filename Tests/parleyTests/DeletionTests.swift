import Glibc
import SQLite
import Support
import Testing

/// Deleting for good, as users ask for it.
@Outside
struct DeletionTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    private func talk(_ title: String, _ text: String = "Hello", provider: String = "eliza") throws {
        #expect(try parley.run("chat", "--title", title, "--provider", provider, text).status == 0)
    }

    /// The titles of what is there, archived or not.
    private func titles() throws -> Set<String> {
        var titles: Set<String> = []
        for list in [["list"], ["list", "--archived"]] {
            let words = (list + ["--all", "--json"]).map { Array($0.utf8) }
            let chats = try JSONValue(parley.run(arguments: words).output)["chats"]?.elements ?? []
            titles.formUnion(chats.compactMap { $0["title"]?.text })
        }
        return titles
    }

    /// Makes chats seem older, in days.
    private func age(_ title: String, days: Int) throws {
        let connection = try Connection(path: parley.database, access: .readWrite)
        try connection.run(
            "UPDATE chats SET updated_at = updated_at - ?2 * 86400000 WHERE title = ?1", title, days)
    }

    private func filesContain(_ word: String) throws -> [String] {
        let folder = parley.home.file(".local/share/parley")
        return try Files.names(in: folder).filter { name in
            try Files.read(folder + "/" + name).firstRange(of: Array(word.utf8)) != nil
        }
    }

    @Test func `nothing that was said is left in the files`() throws {
        try talk("xylotomic title", "zyzzyva and a qoppatext")
        try talk("Kept", "an ordinary word")
        for _ in 0..<3 { try parley.run("resume", "xylotomic", "zyzzyva once more") }
        for word in ["xylotomic", "zyzzyva", "qoppatext"] { #expect(try filesContain(word) == ["parley.db"]) }
        let outcome = try parley.run("delete", "xylotomic", "--yes")
        #expect(outcome.status == 0)
        #expect(outcome.output == "")
        for word in ["xylotomic", "zyzzyva", "qoppatext"] { #expect(try filesContain(word) == []) }
        #expect(try filesContain("ordinary") == ["parley.db"])
        #expect(try parley.run("db", "check").output == "\(parley.database): sound\n")
    }

    @Test func `nor while others are at work`() throws {
        try talk("Gone", "zyzzyva")
        let terminal = try PseudoTerminal(columns: 80, rows: 24)
        let prompt = try parley.start("chat", on: terminal)
        try terminal.wait(for: "you")
        terminal.type("Hello there\r")
        try terminal.wait(for: "all ears")
        #expect(try !filesContain("zyzzyva").isEmpty)
        #expect(try parley.run("delete", "Gone", "--yes").status == 0)
        #expect(try filesContain("zyzzyva") == [])
        terminal.type("\u{4}")
        #expect(try prompt.wait() == 0)
        #expect(try titles() == ["Hello there"])
    }

    @Test func `chats are chosen by age, provider and tag, and all conditions have to be met`() throws {
        for title in ["old", "older", "new", "other"] { try talk(title) }
        for title in ["old", "other"] { try age(title, days: 40) }
        try age("older", days: 400)
        let connection = try Connection(path: parley.database, access: .readWrite)
        try connection.execute(
            """
            UPDATE chats SET provider = 'blog' WHERE title = 'other';
            UPDATE chats SET archived = 1 WHERE title = 'older';
            INSERT INTO chat_tags (chat, tag) SELECT key, 'work' FROM chats WHERE title IN ('new', 'old')
            """)
        func chosen(_ conditions: String...) throws -> Int {
            let words = (["delete", "--dry-run", "--json"] + conditions).map { Array($0.utf8) }
            let outcome = try parley.run(arguments: words)
            #expect(outcome.status == 0, "\(outcome.output)")
            return try JSONValue(outcome.output)["would_delete"]?.elements.count ?? -1
        }
        #expect(try chosen("--older-than", "30d") == 3)
        #expect(try chosen("--older-than", "52w") == 1)
        #expect(try chosen("--older-than", "30d", "--provider", "eliza") == 2)
        #expect(try chosen("--older-than", "30d", "--tag", "work") == 1)
        #expect(try chosen("--provider", "blog") == 1)
        #expect(try chosen("--archived") == 1)
        #expect(try chosen("--older-than", "500d") == 0)
        #expect(try titles() == ["old", "older", "new", "other"])

        let dry = try parley.run("delete", "--older-than", "30d", "--provider", "eliza", "--dry-run")
        #expect(dry.output.contains("older") && dry.output.contains("old") && !dry.output.contains("other"))
        #expect(dry.errorOutput.contains("2 chats would be erased; nothing was"))
        #expect(try parley.run("delete", "--older-than", "30d", "--provider", "eliza").status == 64)
        let gone = try parley.run("delete", "--older-than", "30d", "--provider", "eliza", "--yes", "--json")
        #expect(try JSONValue(gone.output)["deleted"]?.elements.count == 2)
        #expect(try titles() == ["new", "other"])
        #expect(try parley.run("db", "check").status == 0)
    }

    @Test func `a chat in which something is said while the user is asked is left`() throws {
        for title in ["old", "older"] {
            try talk(title)
            try age(title, days: 40)
        }
        let terminal = try PseudoTerminal(columns: 80, rows: 24)
        let running = try parley.start("delete", "--older-than", "30d", on: terminal)
        try terminal.wait(for: "[y/N]")
        #expect(try parley.run("resume", "old", "And another thing").status == 0)
        terminal.type("y\r")
        #expect(try running.wait() == 0)
        try terminal.wait(for: "was left: something is being said in it")
        #expect(try titles() == ["old"])

        let named = try PseudoTerminal(columns: 80, rows: 24)
        let again = try parley.start("delete", "old", on: named)
        try named.wait(for: "[y/N]")
        #expect(try parley.run("resume", "old", "And one more").status == 0)
        named.type("y\r")
        #expect(try again.wait() == 75)
        #expect(try titles() == ["old"])
    }

    @Test func `conditions that nothing meets are no error`() throws {
        #expect(try parley.run("delete", "--older-than", "1d", "--yes").status == 0)
        try talk("new")
        let outcome = try parley.run("delete", "--older-than", "1d", "--yes", "--json")
        #expect(outcome.status == 0)
        #expect(outcome.output == "{\"deleted\":[],\"left\":[],\"erased\":true}\n")
        #expect(try titles() == ["new"])
    }

    @Test(arguments: [
        ["delete"], ["delete", "--dry-run"], ["delete", "--yes"], ["delete", "x", "--older-than", "1d"],
        ["delete", "x", "--archived"], ["delete", "--older-than", "soon"], ["delete", "--older-than", ""],
    ])
    func `what cannot be meant is refused`(words: [String]) throws {
        try talk("x")
        #expect(try parley.run(arguments: words.map { Array($0.utf8) }).status == 64)
        #expect(try titles() == ["x"])
    }

    @Test func `a dry run of named chats shows them`() throws {
        try talk("one")
        try talk("two")
        let outcome = try parley.run("delete", "one", "--dry-run", "--json")
        #expect(try JSONValue(outcome.output)["would_delete"]?.elements.count == 1)
        #expect(try parley.run("delete", "one", "none", "--dry-run").status == 66)
        #expect(try titles() == ["one", "two"])
    }

    @Test func `a chat in which a reply is being written is left, and said to be`() throws {
        try talk("old")
        let held = try HeldExchange(.streaming, in: parley, command: ["chat", "--title", "busy"])
        do {
            let connection = try Connection(path: parley.database, access: .readWrite)
            connection.setBusyTimeout(milliseconds: 5000)
            try connection.execute("UPDATE chats SET provider = 'site'")
        }
        let outcome = try parley.run("delete", "--provider", "site", "--yes")
        #expect(outcome.status == 0)
        #expect(outcome.errorOutput.contains("was left: something is being said in it"))
        #expect(try titles() == ["busy"])
        try held.release()
        #expect(try held.running.finish().status == 0)
        #expect(try parley.lastMessages().last?["content"] == .string(HeldExchange.whole))
    }

    @Test func `on a terminal an erasure tells how far it is, and takes that away; elsewhere it does not`() throws {
        for title in ["one", "two"] { try talk(title) }
        let terminal = try PseudoTerminal(columns: 80, rows: 5)
        let running = try parley.start("delete", "one", "--yes", on: terminal)
        try terminal.wait(for: "parley: erasing ")
        try terminal.wait(for: " %")
        #expect(try running.wait() == 0)
        try terminal.wait(for: "\r\u{1B}[K")
        try terminal.wait(for: "deleted")
        let piped = try parley.run("delete", "two", "--yes")
        #expect(piped.status == 0 && !piped.errorOutput.contains("erasing") && !piped.errorOutput.contains("%"))
        #expect(try titles() == [])
    }

    @Test func `an erasure that was cut short is finished by the next deletion`() throws {
        try talk("Gone", "zyzzyva")
        try talk("Kept")
        // As a program leaves it that was killed when the chat was deleted and the index not yet merged.
        do {
            let connection = try Connection(path: parley.database, access: .readWrite)
            try connection.execute("INSERT INTO message_index (rowid, words) VALUES (77 << 20 | 1, 'wyvernish')")
            try connection.execute(
                """
                INSERT INTO message_index (message_index, rowid, words) VALUES ('delete', 77 << 20 | 1, 'wyvernish');
                INSERT INTO pending_work (task, position) VALUES ('erase', 1)
                """)
        }
        #expect(try filesContain("wyvernish") == ["parley.db"])
        let check = try parley.run("db", "check")
        #expect(check.status == 0)
        #expect(check.output.contains("note: deleted chats have left words"))
        #expect(try parley.run("delete", "Gone", "--yes").status == 0)
        #expect(try filesContain("wyvernish") == [])
        #expect(try filesContain("zyzzyva") == [])
    }

    @Test func `the index is made anew where it is damaged`() throws {
        try talk("One", "zyzzyva")
        do {
            let connection = try Connection(path: parley.database, access: .readWrite)
            try connection.execute("UPDATE message_index_data SET block = zeroblob(length(block))")
        }
        let check = try parley.run("db", "check", "--json")
        #expect(check.status == 74)
        #expect(try JSONValue(check.output)["findings"]?[0]?["code"] == .string("damaged_index"))
        // It keeps nobody from talking.
        #expect(try parley.run("list").status == 0)
        #expect(try parley.run("db", "reindex").output == "\(parley.database): the index is made anew\n")
        #expect(try parley.run("db", "check").status == 0)
        let connection = try Connection(path: parley.database, access: .readOnly)
        let found = try connection.prepared(
            "SELECT count(*) FROM message_index WHERE message_index MATCH 'zyzzyva'")
        defer { found.reset() }
        #expect(try found.step() && found.integer(0) == 1)
    }
}
