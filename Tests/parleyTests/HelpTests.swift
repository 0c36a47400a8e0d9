import Support
import Testing

/// What the program says of itself, and the README of it.
@Outside
struct HelpTests {
    nonisolated static let commands = [
        [], ["chat"], ["resume"], ["retry"], ["edit-message"], ["fork"], ["list"], ["search"], ["show"],
        ["edit"], ["export"], ["import"], ["delete"],
        ["providers"], ["providers", "list"], ["providers", "show"], ["providers", "add"], ["providers", "remove"],
        ["providers", "test"], ["providers", "default"], ["health"], ["health", "summary"],
        ["health", "history"], ["health", "incidents"], ["health", "latency"], ["health", "check"],
        ["serve"], ["serve", "run"], ["serve", "keys"], ["serve", "keys", "add"], ["serve", "keys", "list"],
        ["serve", "keys", "revoke"],
        ["db"], ["db", "path"], ["db", "check"], ["db", "stats"], ["db", "backup"], ["db", "restore"],
        ["db", "compact"], ["db", "repair"], ["db", "reindex"], ["db", "migrate"],
    ]

    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    @Test(arguments: commands)
    func `every command has help with an example, on the standard output`(command: [String]) throws {
        let outcome = try parley.run(arguments: (command + ["--help"]).map { Array($0.utf8) })
        #expect(outcome.status == 0)
        #expect(outcome.errorOutput == "")
        #expect(outcome.output.contains("EXAMPLE"))
        #expect(outcome.output.contains((["  parley"] + command).joined(separator: " ")) || command == ["db", "path"])
    }

    @Test func `the list of commands here is the program's`() throws {
        for group in [[], ["providers"], ["health"], ["serve"], ["serve", "keys"], ["db"]] {
            let help = try parley.run(arguments: (group + ["--help"]).map { Array($0.utf8) }).output
            let lines = help.split(separator: "\n").drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst()
                .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.contains("See '") }
            let names = lines.compactMap { $0.split(separator: " ").first.map(String.init) }
            let known = Self.commands.filter { $0.count == group.count + 1 && Array($0.prefix(group.count)) == group }
            #expect(names == known.compactMap(\.last))
        }
    }

    @Test func `the README knows every command`() throws {
        let package = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let readme = try Files.text(package + "/README.md")
        for command in Self.commands where !command.isEmpty {
            #expect(readme.contains("parley \(command.joined(separator: " "))"), "\(command)")
        }
        for script in try Files.names(in: package + "/Scripts") where ["chat", "test"].contains(script) {
            #expect(readme.contains("Scripts/\(script)"))
        }
    }

    @Test func `the version is one line`() throws {
        let outcome = try parley.run("--version")
        #expect(outcome.status == 0)
        #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test func `global options stand before the command or behind it`() throws {
        let path = parley.home.file("a.db")
        try parley.run("--database", path, "chat", "hi")
        try parley.run("--database=" + path, "--quiet", "resume", "last", "hi")
        try parley.run("resume", "--database", path, "last", "hi")
        #expect(try parley.run("--json", "--database", path, "list").output.contains("\"messages\":6"))
        #expect(try parley.run("--database", path, "chat", "--", "--database").status == 0)
        #expect(try parley.run("--database", path, "show", "last").output.contains("--database"))
        #expect(!Files.exists(parley.database))
    }

    @Test func `the database is found by flag, then environment, then the usual places`() throws {
        var program = parley
        #expect(try program.run("db", "path").output == parley.home.path + "/.local/share/parley/parley.db\n")
        program.environment["XDG_DATA_HOME"] = "relative"
        #expect(try program.run("db", "path").output == parley.home.path + "/.local/share/parley/parley.db\n")
        program.environment["XDG_DATA_HOME"] = "/data"
        #expect(try program.run("db", "path").output == "/data/parley/parley.db\n")
        program.environment["PARLEY_DATABASE"] = "/env.db"
        #expect(try program.run("db", "path").output == "/env.db\n")
        #expect(try program.run("db", "path", "--database", "/flag.db").output == "/flag.db\n")
        #expect(try program.run("db", "--database", "/flag.db", "path").output == "/flag.db\n")
        #expect(try program.run("--database", "/flag.db", "db", "--json", "path").output == "{\"path\":\"/flag.db\"}\n")
        #expect(try program.run("db", "path", "--json", "--database", "/flag.db").output == "{\"path\":\"/flag.db\"}\n")
    }

    @Test func `the folder and the file are the user's alone`() throws {
        try parley.run("chat", "hi")
        #expect(try Files.permissions(parley.home.file(".local/share/parley")) == 0o700)
        #expect(try Files.permissions(parley.database) == 0o600)
        // Closed, it is one file.
        #expect(try Files.names(in: parley.home.file(".local/share/parley")) == ["parley.db"])
    }
}
