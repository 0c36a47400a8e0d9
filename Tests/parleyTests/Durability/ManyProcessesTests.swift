import Glibc
import Migrations
import SQLite
import Support
import Testing

/// One file, many programs at once.
@Outside
struct ManyProcessesTests {
    private nonisolated static let processes = 16

    @Test func `each keeps every turn, in chats of its own and in shared ones`() throws {
        // 'Scripts/processes' runs many more rounds.
        let report = try ManyProcesses(processes: Self.processes, rounds: 6).run()
        #expect(report.turns == Self.processes * 6)
        #expect(report.faults == [])
    }

    /// Starts as many at once, each with a new chat, and looks at what is there afterwards.
    private func startAll(_ parley: ParleyProgram, besides chats: Int) throws {
        let running = try (1...Self.processes).map { try parley.start("chat", "--title", "chat \($0)", "Hello") }
        for one in running {
            let outcome = try one.finish()
            #expect(outcome.status == 0, "\(outcome.errorOutput)")
        }
        #expect(try parley.run("db", "check").status == 0)
        let kept = try JSONValue(parley.run("list", "--all", "--json").output)["chats"]?.elements ?? []
        #expect(kept.count == chats + Self.processes)
        #expect(Set(kept.compactMap { $0["title"]?.text }).count == kept.count)
        #expect(kept.count { $0["messages"] == .number(2) } == Self.processes)
        let connection = try Connection(path: parley.database, access: .readOnly)
        let statement = try connection.prepared("SELECT count(*), count(DISTINCT version) FROM schema_migrations")
        #expect(try statement.step())
        #expect([statement.integer(0), statement.integer(1)] == Array(repeating: Int64(Migration.all.count), count: 2))
        statement.reset()
    }

    @Test func `those that start where there is no database make one together`() throws {
        try startAll(ParleyProgram(), besides: 0)
    }

    @Test(arguments: 1..<Migration.all.count)
    func `those that find the tables of an earlier version bring them up to date together`(version: Int) throws {
        let parley = try ParleyProgram()
        for folder in [".local", ".local/share", ".local/share/parley"] {
            _ = unsafe mkdir(parley.home.file(folder), 0o700)
        }
        try EarlierDatabase.make(parley.database, version: version)
        try startAll(parley, besides: 1)
        #expect(try parley.run("show", "Kept").output.contains("Hello."))
    }
}
