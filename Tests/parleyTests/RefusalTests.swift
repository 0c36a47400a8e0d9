import SQLite
import Support
import Testing

/// What is refused: one clear line, the documented status, and nothing lost.
@Outside
struct RefusalTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    /// An error as it has to look: one line on the standard error, and nothing on the output.
    private func expect(
        _ outcome: ParleyProgram.Outcome, status: Int32, saying words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status, "\(outcome.errorOutput)", sourceLocation: sourceLocation)
        #expect(outcome.output == "", sourceLocation: sourceLocation)
        #expect(outcome.errorOutput.hasPrefix("parley: "), sourceLocation: sourceLocation)
        #expect(
            outcome.errorOutput.filter(\.isNewline).count == 1, "\(outcome.errorOutput)", sourceLocation: sourceLocation
        )
        for word in words {
            #expect(outcome.errorOutput.contains(word), "\(outcome.errorOutput)", sourceLocation: sourceLocation)
        }
    }

    // MARK: - The command line

    @Test(arguments: [
        ["nonsense"], ["chat", "--nonsense", "x"], ["list", "--limit", "0"], ["list", "--limit", "many"],
        ["list", "--since", "yesterday"], ["list", "--since", "2026-02-30"], ["list", "--until", "5y"],
        ["list", "--before", "rubbish"], ["list", "surplus"], ["show"], ["show", "last", "--last", "0"], ["export"],
        ["export", "last", "--all"], ["export", "--all", "--format", "pdf"], ["export", "--all", "--output", ""],
        ["delete"], ["db", "nonsense"], ["list", "--all", "--limit", "3"], ["chat", "-c", "--title", "t", "x"],
        ["--database", "", "list"], ["health", "--nonsense"], ["health", "history", "--limit", "0"],
        ["health", "history", "--since", "yesterday"], ["health", "history", "--kind", "dance"],
        ["health", "history", "--before", "rubbish"], ["health", "history", "--outcome", "OK"],
        ["list", "--color", "sometimes"], ["--database"], ["resume", "--system", "x"],
    ])
    func `malformed flags`(words: [String]) throws {
        expect(try parley.run(arguments: words.map { Array($0.utf8) }), status: 64)
        #expect(!Files.exists(parley.database))
    }

    @Test func `malformed flags name the help to read`() throws {
        expect(try parley.run("list", "--nonsense"), status: 64, saying: "'--nonsense'", "'parley list --help'")
        expect(try parley.run("db", "check", "--nonsense"), status: 64, saying: "'parley db check --help'")
    }

    @Test(arguments: [
        (["chats"], "chats", "parley"), (["providers", "tset", "list"], "providers tset", "parley providers"),
        (["--quiet", "db", "--verbose", "list"], "db list", "parley db"),
        (["db", "chat"], "db chat", "parley db"),
    ])
    func `a command that there is not, in a group or above`(words: [String], name: String, group: String) throws {
        let outcome = try parley.run(arguments: words.map { Array($0.utf8) })
        expect(outcome, status: 64, saying: "parley: there is no command '\(name)': see '\(group) --help'\n")
    }

    @Test(arguments: [
        (["--api-key", "hunter2"], "--api-key-env"), (["--api-key=hunter2"], "--api-key-env"),
        (["--force", "--api-token", "hunter2"], "--api-token-env"),
    ])
    func `a secret on the command line`(options: [String], advice: String) throws {
        let words = ["providers", "add", "cloud", "--kind", "openai", "--url", "https://h/v1"] + options
        let outcome = try parley.run(arguments: words.map { Array($0.utf8) })
        expect(outcome, status: 64, saying: "never given on the command line", advice)
        #expect(!outcome.errorOutput.contains("hunter2"))
    }

    @Test func `an argument that is not UTF-8`() throws {
        let outcome = try parley.run(arguments: [Array("chat".utf8), [0x68, 0xFF, 0x69]])
        expect(outcome, status: 64, saying: "argument 2", "UTF-8")
        #expect(!Files.exists(parley.database))
    }

    @Test(
        arguments: [([0x61, 0x62, 0xFF, 0x63], 3), ([0xE2, 0x82], 1), ([0x61, 0xED, 0xA0, 0x80], 2)] as [([UInt8], Int)]
    )
    func `input that is not UTF-8`(bytes: [UInt8], position: Int) throws {
        let outcome = try parley.run(arguments: [Array("chat".utf8)], input: bytes)
        expect(outcome, status: 65, saying: "byte \(position)")
        #expect(!Files.exists(parley.database))
    }

    @Test func `a message over 8 MiB, and not one of just 8 MiB`() throws {
        let limit = 8 << 20
        let tooLarge = [UInt8](repeating: 0x61, count: limit + 1)
        expect(try parley.run(arguments: [Array("chat".utf8)], input: tooLarge), status: 65, saying: "8388608")
        #expect(!Files.exists(parley.database))
        #expect(try parley.run(arguments: [Array("chat".utf8)], input: Array(tooLarge.dropLast())).status == 0)
    }

    @Test func `a provider that is not there`() throws {
        expect(try parley.run("chat", "--provider", "nobody", "hi"), status: 78, saying: "'nobody'")
        #expect(try parley.run("list", "--json").output == "{\"chats\":[]}\n")
    }

    @Test(arguments: [
        ["PARLEY_HISTORY_MAX_TOKENS": "many"], ["PARLEY_HISTORY_KEEP_FIRST": "perhaps"], ["PARLEY_ELIZA_SEED": "-1"],
        ["PARLEY_DEFAULT_PROVIDER": "nobody"],
    ])
    func `a setting that makes no sense`(variables: [String: String]) throws {
        var program = parley
        program.environment = variables
        let (name, value) = try #require(variables.first)
        let outcome = try program.run("chat", "hi")
        expect(outcome, status: 78, saying: value)
        if name != "PARLEY_DEFAULT_PROVIDER" { #expect(outcome.errorOutput.contains(name)) }
    }

    // MARK: - Chats

    @Test func `a chat that is not there`() throws {
        expect(try parley.run("show", "nowhere"), status: 66, saying: "'nowhere'", "parley list")
        expect(try parley.run("resume"), status: 66, saying: "parley chat")
        expect(try parley.run("chat", "-c", "hi"), status: 66)
        #expect(!Files.exists(parley.database))
        try parley.run("chat", "hi")
        for command in ["show", "resume", "export"] {
            expect(try parley.run(command, "nowhere"), status: 66, saying: "'nowhere'")
        }
        expect(try parley.run("resume", "what do you mean?"), status: 66, saying: "parley resume last")
    }

    @Test func `a reference that fits several chats`() throws {
        for title in ["Rome in May", "Rome in June"] { try parley.run("chat", "--title", title, "hi") }
        expect(try parley.run("show", "rome"), status: 64, saying: "Rome in May", "Rome in June")
        let ids =
            try JSONValue(parley.run("list", "--json").output)["chats"]?.elements.compactMap { $0["id"]?.text } ?? []
        let common = String(zip(ids[0], ids[1]).prefix { $0 == $1 }.map(\.0))
        expect(
            try parley.run("resume", common, "x"), status: 64, saying: String(ids[0].suffix(8)),
            String(ids[1].suffix(8)))
    }

    @Test func `errors as JSON`() throws {
        for (arguments, code) in [
            (["show", "nowhere", "--json"], "no_such_chat"), (["list", "--json", "--nonsense"], "usage"),
            (["chat", "--json", "--provider", "nobody", "hi"], "unknown_provider"),
            (["show", "last", "--json", "--follow"], "usage"), (["db", "check", "--json"], "no_database"),
        ] {
            let outcome = try parley.run(arguments: arguments.map { Array($0.utf8) })
            #expect(outcome.status != 0)
            let error = try JSONValue(outcome.output)["error"]
            #expect(error?.keys == ["code", "message"])
            #expect(error?["code"] == .string(code))
        }
    }

    // MARK: - Files that are no database of ours

    private func expectUntouched(
        _ path: String, status: Int32, saying words: String, exceptFor exception: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try Files.read(path)
        for arguments in [
            ["list"], ["chat", "hi"], ["resume", "last", "hi"], ["show", "last"], ["db", "check"], ["db", "stats"],
            ["db", "migrate"], ["db", "compact"], ["db", "backup", parley.home.file("copy.db")], ["export", "--all"],
            ["delete", "x", "--yes"], ["retry"], ["edit-message", "last", "1", "hi"], ["fork", "last"],
            ["db", "reindex"],
        ] where arguments != exception {
            let outcome = try parley.run(arguments: (["--database", path] + arguments).map { Array($0.utf8) })
            expect(outcome, status: status, saying: words, path, sourceLocation: sourceLocation)
        }
        #expect(try Files.read(path) == before, sourceLocation: sourceLocation)
        let name = String(path.split(separator: "/").last ?? "")
        #expect(
            try Files.names(in: parley.home.path).filter { $0.hasPrefix(name) } == [name],
            sourceLocation: sourceLocation)
        #expect(
            try !Files.names(in: parley.home.path).contains { $0.contains("copy.db") }, sourceLocation: sourceLocation)
    }

    @Test func `a text file`() throws {
        let path = parley.home.file("notes.txt")
        try Files.write("Dear diary,\n" + String(repeating: "nothing. ", count: 1000), to: path)
        try expectUntouched(path, status: 74, saying: "not a database", exceptFor: ["db", "check"])
    }

    @Test func `a database of another program`() throws {
        let path = parley.home.file("other.db")
        do {
            let connection = try Connection(path: path)
            try connection.execute("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')")
        }
        try expectUntouched(path, status: 74, saying: "another program")
    }

    @Test func `a database cut short, and one whose header is empty`() throws {
        try parley.run("chat", input: String(repeating: "long ", count: 100_000))
        let sound = try Files.read(parley.database)
        let cut = parley.home.file("cut.db")
        try Files.write(Array(sound.prefix(40_000)), to: cut)
        // The check says so on the output, as its result.
        try expectUntouched(cut, status: 74, saying: "damaged", exceptFor: ["db", "check"])
        let blank = parley.home.file("blank.db")
        try Files.write([UInt8](repeating: 0, count: 4096) + sound.dropFirst(4096), to: blank)
        try expectUntouched(blank, status: 74, saying: "not a database", exceptFor: ["db", "check"])
        let check = try parley.run("--database", blank, "db", "check")
        #expect(check.status == 74 && check.output.contains("parley db repair NEWFILE"))
    }

    @Test func `a database of a later version, or with another migration`() throws {
        for (sql, words) in [
            ("INSERT INTO schema_migrations VALUES (9999, 'later', 'x', 0)", "later Parley"),
            ("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1", "another migration 1"),
        ] {
            let path = parley.home.file("mine-\(words.count).db")
            try parley.run("--database", path, "chat", "hi")
            do { try Connection(path: path).execute(sql) }
            try expectUntouched(path, status: 74, saying: words)
        }
    }

    @Test func `a folder in place of the file`() throws {
        for arguments in [["list"], ["chat", "hi"], ["db", "check"]] {
            let outcome = try parley.run(
                arguments: (["--database", parley.home.path] + arguments).map { Array($0.utf8) })
            expect(outcome, status: 74, saying: "folder")
        }
    }

    @Test func `an export into a folder that is not there, or is a folder`() throws {
        try parley.run("chat", "hi")
        expect(try parley.run("export", "--all", "-o", parley.home.file("no/such/x.json")), status: 73)
        expect(try parley.run("export", "--all", "-o", parley.home.path, "--force"), status: 73, saying: "folder")
    }

    @Test func `an output that takes nothing`() throws {
        try parley.run("chat", "hi")
        let full = try RunningProgram(
            command: "sh", "-c", "HOME='\(parley.home.path)' '\(ParleyProgram.path)' list > /dev/full"
        ).finish()
        expect(full, status: 74, saying: "No space left")
        let closed = try RunningProgram(
            command: "sh", "-c", "HOME='\(parley.home.path)' '\(ParleyProgram.path)' list >&-"
        ).finish()
        expect(closed, status: 74)
    }

    @Test func `no home and no database named`() throws {
        let outcome = try RunningProgram(command: "env", "-i", ParleyProgram.path, "list").finish()
        expect(outcome, status: 78, saying: "HOME", "--database")
    }

    // MARK: - File systems that refuse

    /// Runs a shell script with a file system of its own at $place, as root or as one who is root there.
    private func run(mounting options: String, _ script: String) throws -> ParleyProgram.Outcome {
        let place = parley.home.file("place")
        let text = """
            set -u; parley='\(ParleyProgram.path)'; place='\(place)'; export HOME='\(parley.home.path)'
            mkdir -p "$place" && mount -t tmpfs -o \(options) none "$place" || exit 99
            \(script)
            """
        return try RunningProgram(command: "unshare", "-m", "-r", "sh", "-c", text).finish()
    }

    @Test func `a folder that takes no files`() throws {
        let outcome = try run(mounting: "ro", "$parley --database $place/p.db chat hi")
        expect(outcome, status: 74, saying: "read-only", "--database")
        expect(try run(mounting: "ro", "$parley --database $place/a/b/p.db chat hi"), status: 74, saying: "read-only")
        expect(try run(mounting: "ro", "$parley export --all -o $place/x.json"), status: 73, saying: "x.json")
        #expect(try run(mounting: "ro", "$parley --database $place/p.db list --json").output == "{\"chats\":[]}\n")
    }

    @Test func `a database on a file system that has become read-only is read, and not written`() throws {
        let outcome = try run(
            mounting: "rw",
            """
            $parley --database $place/p.db chat hi > /dev/null && mount -o remount,bind,ro "$place" || exit 98
            $parley --database $place/p.db list --json && $parley --database $place/p.db show last > /dev/null || exit 97
            $parley --database $place/p.db db check > /dev/null || exit 96
            $parley --database $place/p.db chat again; status=$?
            ls $place > /dev/full 2>&1; ls $place | grep -v '^p.db$'; exit $status
            """)
        #expect(outcome.status == 74)
        #expect(try JSONValue(outcome.output)["chats"]?.elements.count == 1)
        #expect(outcome.errorOutput.contains("read-only"))
    }

    @Test func `a disk without room`() throws {
        let outcome = try run(mounting: "size=48k", "$parley --database $place/p.db chat hi")
        expect(outcome, status: 74, saying: "no space left")
        // Room for the tables and a little more: what was kept before the end of the room stays.
        let filled = try run(
            mounting: "size=1m",
            """
            $parley --database $place/p.db chat first > /dev/null || exit 98
            head -c 2000000 /dev/zero > $place/filler 2> /dev/null
            head -c 500000 /dev/zero | tr '\\0' x | $parley --database $place/p.db resume last; status=$?
            rm $place/filler
            $parley --database $place/p.db db check > /dev/null || exit 97
            $parley --database $place/p.db resume last again > /dev/null || exit 96
            $parley --database $place/p.db show last --json; exit $status
            """)
        #expect(filled.status == 74)
        #expect(filled.errorOutput.contains("no space left"))
        #expect(try JSONValue(filled.output)["messages"]?.elements.count == 4)
    }

    @Test func `a folder that is not ours to write to`() throws {
        // Root may write anywhere; as nobody the permissions count.
        let folder = parley.home.file("locked")
        let outcome = try RunningProgram(
            command: "sh", "-c",
            """
            chmod 755 '\(parley.home.path)'; mkdir -m 555 '\(folder)'; run=
            test "$(id -u)" -ne 0 || run="setpriv --reuid 65534 --regid 65534 --clear-groups"
            cp '\(ParleyProgram.path)' '\(parley.home.path)/parley' && chmod 755 '\(parley.home.path)/parley'
            $run '\(parley.home.path)/parley' --database '\(folder)/p.db' chat hi
            """
        ).finish()
        expect(outcome, status: 77, saying: "may not", "p.db")
    }

    @Test func `a database that is not ours to write to`() throws {
        let path = parley.home.file("other/p.db")
        try parley.run("--database", path, "chat", "hi")
        let outcome = try RunningProgram(
            command: "sh", "-c",
            """
            cd '\(parley.home.path)'; chmod 755 .; chmod 777 other; chmod 400 other/p.db; run=
            test "$(id -u)" -ne 0 || { chmod 444 other/p.db; run="setpriv --reuid 65534 --regid 65534 --clear-groups"; }
            cp '\(ParleyProgram.path)' parley && chmod 755 parley
            $run ./parley --database '\(path)' chat again
            """
        ).finish()
        expect(outcome, status: 77, saying: "may not")
    }

    @Test func `a variable that is not UTF-8`() throws {
        let outcome = try RunningProgram(
            command: "sh", "-c",
            "cd '\(parley.home.path)' && PARLEY_DATABASE=$(printf 'bad\\377.db') '\(ParleyProgram.path)' chat hi"
        ).finish()
        expect(outcome, status: 78, saying: "PARLEY_DATABASE")
        #expect(try Files.names(in: parley.home.path) == [])
    }

    @Test func `a cut database is told as damage, and stays as it is`() throws {
        try parley.run("chat", input: String(repeating: "long ", count: 100_000))
        let path = parley.home.file("cut.db")
        try Files.write(Array(try Files.read(parley.database).prefix(40_000)), to: path)
        let check = try parley.run("--database", path, "db", "check", "--json")
        #expect(check.status == 74)
        let result = try JSONValue(check.output)
        #expect(result["sound"] == .boolean(false))
        #expect(result["findings"]?[0]?["severity"] == .string("damage"))
        #expect(try Files.read(path).count == 40_000)
    }
}
