import Glibc
import SQLite
import Support
import Testing

/// `db backup`, `db restore` and `db compact`, from outside.
@Outside
struct DatabaseCommandTests {
    let parley: ParleyProgram
    private var backup: String { parley.home.file("b.db") }
    private var folder: String { parley.home.file(".local/share/parley") }

    init() throws {
        parley = try ParleyProgram()
        try parley.run("chat", "--title", "old", "hi")
    }

    private func titles(_ path: String? = nil) throws -> [String] {
        let output = try parley.run("--database", path ?? parley.database, "list", "--all", "--json").output
        return try JSONValue(output)["chats"]?.elements.compactMap { $0["title"]?.text }.sorted() ?? []
    }

    private func parts(in folder: String) throws -> [String] {
        try Files.names(in: folder).filter { $0.contains(".part") }
    }

    /// Kills it when it has begun its file and waits for a database that is locked.
    private func kill(_ arguments: [String], whenThereIsAPartIn folder: String, waitingFor database: String) throws {
        let other = try Connection(path: database, access: .readWrite)
        try other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; PRAGMA user_version = 1")
        let running = try parley.start(arguments)
        try parley.wait(until: "there is a part in \(folder)") { try !parts(in: folder).isEmpty }
        running.signal(SIGKILL)
        #expect(try running.finish().status == 128 + SIGKILL)
        try other.execute("ROLLBACK")
    }

    // MARK: - Backup

    @Test func `a backup is made once, verified, and for its owner alone`() throws {
        let made = try parley.run("db", "backup", backup)
        #expect(made.status == 0 && made.errorOutput == "")
        #expect(made.output.wholeMatch(of: /\/.*b\.db: 1 chat, 2 messages, [0-9.]+ kB, verified\n/) != nil)
        #expect(try Files.permissions(backup) == 0o600)
        #expect(try titles(backup) == ["old"])
        let before = try Files.read(backup)
        let again = try parley.run("db", "backup", backup)
        #expect(again.status == 73 && again.errorOutput.contains("--force"))
        #expect(try Files.read(backup) == before)
        try parley.run("chat", "--title", "new", "hi")
        let forced = try JSONValue(parley.run("db", "backup", backup, "--force", "--json").output)
        #expect(forced.keys == ["path", "backup", "bytes", "chats", "messages", "verified"])
        #expect(forced["path"] == .string(parley.database) && forced["backup"] == .string(backup))
        #expect(forced["bytes"]?.integer == (try Files.read(backup).count))
        #expect(forced["chats"]?.integer == 2 && forced["messages"]?.integer == 4)
        #expect(forced["verified"] == .boolean(true))
        #expect(try titles(backup) == ["new", "old"])
        #expect(try parts(in: parley.home.path) == [])
    }

    @Test func `files and folders are for their owner alone even where the user lets everyone in`() throws {
        let open = ["sh", "-c", "umask 0; exec \"$@\"", "sh"]
        for arguments in [
            ["db", "backup", backup], ["export", "--all", "-o", parley.home.file("x.json")],
            ["--database", parley.home.file("a/b/p.db"), "db", "restore", backup], ["db", "restore", backup],
            ["db", "compact"], ["chat", "hi"],
        ] {
            let outcome = try parley.run(arguments: arguments.map { Array($0.utf8) }, wrapper: open)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errorOutput)")
        }
        for path in [backup, parley.home.file("x.json"), parley.home.file("a/b/p.db")] {
            #expect(try Files.permissions(path) == 0o600, "\(path)")
        }
        for name in try Files.names(in: folder) { #expect(try Files.permissions(folder + "/" + name) == 0o600) }
        #expect(try Files.names(in: folder).count == 2)
        for path in [folder, parley.home.file("a"), parley.home.file("a/b")] {
            #expect(try Files.permissions(path) == 0o700, "\(path)")
        }
    }

    @Test func `the log of a database in use is for its owner alone`() throws {
        let terminal = try PseudoTerminal()
        let running = try parley.start("chat", wrapper: ["sh", "-c", "umask 0; exec \"$@\"", "sh"], on: terminal)
        try terminal.wait(for: " › ")
        for suffix in ["", "-wal", "-shm"] { #expect(try Files.permissions(parley.database + suffix) == 0o600) }
        terminal.type("\u{4}")
        #expect(try running.wait() == 0)
    }

    @Test func `the database is never replaced by its own backup, nor by what else is no place for one`() throws {
        let before = try Files.read(parley.database)
        for path in [parley.database, parley.database + "-wal", parley.database + "-shm", folder, "/dev/null"] {
            let outcome = try parley.run("db", "backup", "--force", path)
            #expect(outcome.status == 73, "\(path): \(outcome.errorOutput)")
            // The same for an export.
            if path != "/dev/null" { #expect(try parley.run("export", "--all", "--force", "-o", path).status == 73) }
        }
        #expect(try parley.run("db", "backup", parley.home.file("no/such/b.db")).status == 73)
        #expect(try parley.run("db", "backup", "-").status == 64)
        #expect(try parley.run("db", "backup").status == 64)
        #expect(try Files.read(parley.database) == before)
        #expect(try Files.names(in: folder) == ["parley.db"])
        let nothing = try parley.run("--database", parley.home.file("none.db"), "db", "backup", backup, "--json")
        #expect(nothing.status == 66)
        #expect(try JSONValue(nothing.output)["error"]?["code"] == .string("no_database"))
        #expect(!Files.exists(backup))
    }

    @Test func `a backup is made while a reply streams, and holds nothing up`() throws {
        let held = try HeldExchange(.streaming, in: parley, command: ["chat", "--title", "streaming"])
        for _ in 0..<3 { #expect(try parley.run("db", "backup", "--force", backup).status == 0) }
        #expect(try parley.run("--database", backup, "db", "check").status == 0)
        #expect(try titles(backup) == ["old", "streaming"])
        try held.release()
        let whole = try held.running.finish()
        #expect(whole.status == 0 && whole.output == HeldExchange.whole + "\n")
        let shown = try JSONValue(parley.run("--database", backup, "show", "streaming", "--json").output)
        #expect(shown["messages"]?[0]?["content"] == .string(HeldExchange.message))
        #expect(shown["messages"]?[1]?["content"] == .string(held.said))
        #expect(["streaming", "interrupted"].contains(shown["messages"]?[1]?["status"]?.text))
        let kept = try JSONValue(parley.run("show", "streaming", "--json").output)
        #expect(kept["messages"]?[1]?["status"] == .string("complete"))
        #expect(kept["messages"]?[1]?["content"] == .string(HeldExchange.whole))
    }

    @Test func `killed in the middle, a backup leaves nothing under its name, and is in nobody's way`() throws {
        for force in [false, true] {
            let arguments = ["db", "backup", backup] + (force ? ["--force"] : [])
            try kill(arguments, whenThereIsAPartIn: parley.home.path, waitingFor: parley.database)
            #expect(Files.exists(backup) == force)
            #expect(try parts(in: parley.home.path).count == 1)
            #expect(try parley.run("db", "backup", "--force", backup).status == 0)
            #expect(try parts(in: parley.home.path) == [])
            #expect(try parley.run("--database", backup, "db", "check").status == 0)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP], ["backup", "restore"])
    func `a signal ends a backup and a restoration, which leave nothing`(signal: Int32, command: String) throws {
        let file = parley.home.file("given.db")
        if command == "restore" { try parley.run("db", "backup", file) }
        let source = command == "restore" ? file : parley.database
        let place = command == "restore" ? folder : parley.home.path
        let before = try Files.read(parley.database)
        do {
            // It has to wait for this, and is told to stop meanwhile.
            let other = try Connection(path: source, access: .readWrite)
            try other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; PRAGMA user_version = 1")
            let running = try parley.start("db", command, file)
            try parley.wait(until: "there is a part in \(place)") { try !parts(in: place).isEmpty }
            running.signal(signal)
            let outcome = try running.finish()
            #expect(outcome.status == 128 + signal && outcome.output == "")
            #expect(try parts(in: place) == [])
            try other.execute("ROLLBACK")
        }
        #expect(Files.exists(file) == (command == "restore"))
        if command == "restore" { #expect(try Files.read(parley.database) == before) }
        #expect(try titles() == ["old"])
    }

    @Test func `on a terminal a backup tells how far it is, and takes that away; elsewhere it does not`() throws {
        try parley.run("chat", input: String(repeating: "long ", count: 1_000_000))
        let terminal = try PseudoTerminal(columns: 120, rows: 5)
        let running = try parley.start("db", "backup", backup, on: terminal)
        try terminal.wait(for: " %")
        try terminal.wait(for: "verified")
        #expect(try running.wait() == 0)
        #expect(terminal.screen.lines.joined().contains("b.db: 2 chats, 4 messages"))
        #expect(!terminal.screen.lines.joined().contains("%"))
        let piped = try parley.run("db", "backup", "--force", backup)
        #expect(piped.status == 0 && piped.errorOutput == "" && !piped.output.contains("%"))
    }

    // MARK: - Restore

    @Test func `going back to a backup keeps what was there`() throws {
        try parley.run("db", "backup", backup)
        try parley.run("chat", "--title", "new", "hi")
        let restored = try parley.run("db", "restore", backup)
        #expect(restored.status == 0 && restored.errorOutput == "")
        let aside = try #require(
            restored.output.firstMatch(of: /1 chat, 2 messages; the file before is (\/.*before-restore-\d{8}-\d{6})\n/))
        #expect(try titles() == ["old"])
        #expect(try titles(String(aside.1)) == ["new", "old"])
        let back = try JSONValue(parley.run("db", "restore", "--json", String(aside.1)).output)
        #expect(back.keys == ["path", "restored_from", "kept_aside", "chats", "messages"])
        #expect(back["path"] == .string(parley.database) && back["restored_from"] == .string(String(aside.1)))
        #expect(back["chats"]?.integer == 2 && back["messages"]?.integer == 4)
        #expect(try titles() == ["new", "old"])
        let fresh = try parley.run("--database", parley.home.file("a/p.db"), "db", "restore", backup, "--json")
        #expect(try JSONValue(fresh.output).keys == ["path", "restored_from", "chats", "messages"])
        #expect(try parley.run("--database", parley.home.file("a/p.db"), "resume", "last", "again").status == 0)
    }

    @Test func `a restoration is refused with its reason, and changes nothing`() throws {
        let notes = parley.home.file("notes.txt")
        try Files.write("Dear diary", to: notes)
        let before = try Files.read(parley.database)
        for (path, status, code) in [
            (notes, Int32(65), "unfit_backup"), (parley.home.file("none"), 66, "no_such_file"),
            (parley.database, 64, "is_the_database"), (parley.home.path, 65, "unfit_backup"),
        ] {
            let outcome = try parley.run("db", "restore", path, "--json")
            #expect(outcome.status == status)
            #expect(try JSONValue(outcome.output)["error"]?["code"] == .string(code))
        }
        #expect(try Files.read(parley.database) == before)
        #expect(try Files.names(in: folder) == ["parley.db"])
        #expect(try Files.text(notes) == "Dear diary")
    }

    @Test func `while another program has the database open, nothing is restored`() throws {
        try parley.run("db", "backup", backup)
        let held = try HeldExchange(.streaming, in: parley, command: ["chat", "--title", "streaming"])
        let outcome = try parley.run("db", "restore", backup)
        #expect(outcome.status == 75 && outcome.errorOutput.contains(parley.database))
        try held.release()
        #expect(try held.running.finish().status == 0)
        #expect(try titles() == ["old", "streaming"])
        #expect(try parley.run("db", "restore", backup).status == 0)
    }

    @Test func `a restoration that is killed leaves the database as it was`() throws {
        try parley.run("db", "backup", backup)
        try parley.run("chat", "--title", "new", "hi")
        let before = try Files.read(parley.database)
        try kill(["db", "restore", backup], whenThereIsAPartIn: folder, waitingFor: backup)
        #expect(try Files.read(parley.database) == before)
        #expect(try parts(in: folder).count == 1)
        #expect(try parley.run("db", "restore", backup).status == 0)
        #expect(try parts(in: folder) == [])
        #expect(try titles() == ["old"])
    }

    // MARK: - Compact

    @Test func `a backup is not put beside a log that would be replayed into it`() throws {
        try Files.write("left over", to: backup + "-wal")
        for words in [["db", "backup", backup], ["db", "backup", "--force", backup], ["db", "repair", backup]] {
            let outcome = try parley.run(arguments: words.map { Array($0.utf8) })
            #expect(outcome.status == 73 && outcome.errorOutput.contains(backup + "-wal is there already"), "\(words)")
        }
        #expect(!Files.exists(backup))
        #expect(try Files.text(backup + "-wal") == "left over")
    }

    @Test func `a log whose file is gone is not ended by a new one`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.db")
        try Files.write("what waits here", to: path + "-wal")
        for words in [["chat", "hi"], ["list"], ["resume", "last", "hi"], ["db", "migrate"]] {
            let outcome = try parley.run(arguments: (["--database", path] + words).map { Array($0.utf8) })
            #expect(outcome.status == 74 && outcome.errorOutput.contains("it is gone and its log"), "\(words)")
        }
        #expect(try Files.names(in: folder.path) == ["parley.db-wal"])
        #expect(try Files.text(path + "-wal") == "what waits here")
    }

    @Test func `compacting gives space back, as often as one likes`() throws {
        try parley.run("chat", "--title", "long", input: String(repeating: "long ", count: 200_000))
        try parley.run("delete", "long", "--yes")
        let compacted = try JSONValue(parley.run("db", "compact", "--json").output)
        #expect(compacted.keys == ["path", "before_bytes", "after_bytes", "held_up"])
        #expect(compacted["before_bytes"]?.integer ?? 0 > 1_000_000)
        #expect(compacted["after_bytes"]?.integer == (try Files.read(parley.database).count))
        #expect(try Files.read(parley.database).count < 300_000)
        let again = try parley.run("db", "compact")
        #expect(again.output.wholeMatch(of: /.*parley\.db: [0-9.]+ kB before, [0-9.]+ kB now\n/) != nil)
        #expect(try parley.run("db", "check").status == 0)
        #expect(try titles() == ["old"])
        #expect(try parley.run("--database", parley.home.file("none.db"), "db", "compact").status == 66)
    }

    // MARK: - Disks without room

    /// Runs a shell script with a file system of this size at $place.
    private func run(size: String, _ script: String) throws -> ParleyProgram.Outcome {
        let place = parley.home.file("place")
        let text = """
            set -u; parley='\(ParleyProgram.path)'; place='\(place)'; export HOME='\(parley.home.path)'
            mkdir -p "$place" && mount -t tmpfs -o size=\(size) none "$place" || exit 99
            \(script)
            """
        return try RunningProgram(command: "unshare", "-m", "-r", "sh", "-c", text).finish()
    }

    @Test func `a backup and a restoration without room leave nothing, and say so`() throws {
        try parley.run("chat", input: String(repeating: "long ", count: 200_000))
        try parley.run("db", "backup", backup)
        let outcome = try run(
            size: "600k",
            """
            $parley db backup $place/b.db; first=$?
            $parley --database $place/p.db chat hi > /dev/null 2>&1 || exit 98
            cp $place/p.db $HOME/before
            $parley --database $place/p.db db restore \(backup); second=$?
            cmp $place/p.db $HOME/before || exit 97
            ls -A $place; exit $((first + second))
            """)
        #expect(outcome.status == 148, "\(outcome.errorOutput)")
        #expect(outcome.output == "p.db\n")
        let lines = outcome.errorOutput.split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains("no space left") })
    }

    @Test func `compacting needs room beside the database and none elsewhere, and harms nothing without`() throws {
        try parley.run("chat", "--title", "kept", input: String(repeating: "long ", count: 400_000))
        // SQLite would put its temporary files there.
        let elsewhere = try run(size: "100k", "TMPDIR=$place $parley db compact")
        #expect(elsewhere.status == 0, "\(elsewhere.errorOutput)")
        let full = try run(
            size: "3m",
            """
            cp '\(parley.database)' $place/p.db; $parley --database $place/p.db db compact; status=$?
            $parley --database $place/p.db db check > /dev/null || exit 97
            $parley --database $place/p.db show kept > /dev/null || exit 96
            ls -A $place; exit $status
            """)
        #expect(full.status == 74, "\(full.errorOutput)")
        #expect(full.errorOutput.contains("no space left"))
        #expect(full.output == "p.db\n")
    }

    // MARK: - Permissions

    @Test func `a database that others can read is told of once, and by check as a note`() throws {
        try parley.run("db", "backup", backup)
        _ = unsafe chmod(parley.database, 0o640)
        let words = "parley: others can read \(parley.database): chmod 600 \(parley.database)\n"
        for arguments in [
            ["list"], ["list", "--json"], ["show", "last"], ["export", "last"], ["db", "stats"], ["db", "compact"],
            ["db", "migrate"], ["db", "backup", "--force", backup],
        ] {
            let outcome = try parley.run(arguments: arguments.map { Array($0.utf8) })
            #expect(outcome.status == 0)
            #expect(outcome.errorOutput == words, "\(arguments)")
            let quiet = try parley.run(arguments: (arguments + ["--quiet"]).map { Array($0.utf8) })
            #expect(quiet.errorOutput == "" && quiet.output.isEmpty == outcome.output.isEmpty, "\(arguments)")
        }
        #expect(try parley.run("chat", "--provider", "eliza", "hi").errorOutput.count(of: words) == 1)
        let check = try parley.run("db", "check", "--json")
        #expect(check.status == 0 && check.errorOutput == "")
        let findings = try JSONValue(check.output)["findings"]?.elements ?? []
        #expect(findings.map { $0["code"]?.text } == ["others_can_read"])
        #expect(findings.first?["severity"] == .string("note"))
        _ = unsafe chmod(parley.database, 0o600)
        #expect(try parley.run("list").errorOutput == "")
    }
}

extension String {
    /// How often the text occurs.
    fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
