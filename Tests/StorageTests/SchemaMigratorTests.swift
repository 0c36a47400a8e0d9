import Conversations
import Migrations
import SQLite
import Support
import Testing

@testable import Storage

struct SchemaMigratorTests {
    let folder: TemporaryFolder
    let connection: Connection
    let world = ScriptedWorld()

    init() throws {
        folder = try TemporaryFolder()
        connection = try Connection(path: folder.file("parley.db"))
    }

    private func migrate(to known: [Migration] = Migration.all) throws {
        let world = world
        try SchemaMigrator.migrate(connection, to: known, now: { world.now })
    }

    private static func migration(_ version: Int, _ sql: String) -> Migration {
        Migration(version: version, name: "test", checksum: "sum of \(version)", bytes: { Array(sql.utf8) })
    }

    /// The migrations there are, and these after them.
    private static func following(_ sql: String...) -> [Migration] {
        Migration.all
            + sql.enumerated().map { migration(Migration.all.count + 1 + $0.offset, $0.element) }
    }

    private func tables() throws -> Int64 {
        try connection.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
    }

    @Test func `a table that is made anew keeps what refers to it`() throws {
        try migrate()
        connection.harden()
        try connection.execute(
            """
            INSERT INTO chats (key, id, owner, title, title_folded, created_at, updated_at) VALUES (1, 'a', 'local', '', '', 1, 1);
            INSERT INTO chat_tags (chat, tag) VALUES (1, 'kept')
            """)
        let rebuild = """
            CREATE TABLE chats_new (key INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT;
            INSERT INTO chats_new SELECT key, id FROM chats;
            DROP TABLE chats;
            ALTER TABLE chats_new RENAME TO chats
            """
        try migrate(to: Self.following(rebuild))
        #expect(try connection.number("SELECT count(*) FROM chat_tags") == 1)
        #expect(try connection.number("PRAGMA foreign_keys") == 1)
    }

    @Test func `a migration that leaves references to nothing is not applied`() throws {
        try migrate()
        try connection.execute(
            """
            INSERT INTO chats (key, id, owner, title, title_folded, created_at, updated_at) VALUES (1, 'a', 'local', '', '', 1, 1);
            INSERT INTO chat_tags (chat, tag) VALUES (1, 'kept')
            """)
        let version = Migration.all.count + 1
        #expect(throws: SchemaError.brokenReferences(version: version, name: "test")) {
            try migrate(to: Self.following("DELETE FROM chats"))
        }
        #expect(try connection.number("SELECT count(*) FROM chats") == 1)
    }

    @Test func `from nothing, all are applied and recorded`() throws {
        #expect(try SchemaMigrator.state(of: connection) == .empty)
        try migrate()
        #expect(try SchemaMigrator.state(of: connection) == .current)
        #expect(try connection.number("PRAGMA application_id") == 0x5072_6C79)
        let recorded = try connection.prepared(
            "SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version")
        defer { recorded.reset() }
        for migration in Migration.all {
            #expect(try recorded.step())
            #expect(recorded.integer(0) == migration.version)
            #expect(recorded.text(1) == migration.name)
            #expect(recorded.text(2) == migration.checksum)
            #expect(recorded.integer(3) == world.now.rawValue)
        }
        #expect(try !recorded.step())
    }

    @Test func `a second time nothing happens`() throws {
        try migrate()
        let before = try connection.number("PRAGMA data_version")
        let schema = try connection.number("PRAGMA schema_version")
        world.advance(by: .seconds(60))
        try migrate()
        #expect(try connection.number("PRAGMA schema_version") == schema)
        #expect(try connection.number("PRAGMA data_version") == before)
        #expect(try connection.number("SELECT count(*) FROM schema_migrations") == Int64(Migration.all.count))
        #expect(try connection.number("SELECT max(applied_at) FROM schema_migrations") < world.now.rawValue)
    }

    @Test func `an interrupted migration leaves nothing of itself and all of those before it`() throws {
        let known = Self.following(
            "CREATE TABLE good (n INTEGER) STRICT; INSERT INTO good VALUES (1)",
            "CREATE TABLE half (n INTEGER) STRICT; INSERT INTO good VALUES (2); INSERT INTO nowhere VALUES (3)",
            "CREATE TABLE never (n INTEGER) STRICT")
        #expect(throws: SQLiteError.self) { try migrate(to: known) }
        #expect(try SchemaMigrator.state(of: connection, known: known) == .behind)
        #expect(try connection.number("SELECT max(version) FROM schema_migrations") == Int64(Migration.all.count + 1))
        #expect(try connection.number("SELECT count(*) FROM good") == 1)
        #expect(
            try connection.number("SELECT count(*) FROM sqlite_schema WHERE name IN ('half', 'never')") == 0)

        // A mended second step goes on from there.
        var mended = known
        mended[Migration.all.count + 1] = Self.migration(
            Migration.all.count + 2, "CREATE TABLE half (n INTEGER) STRICT")
        try migrate(to: mended)
        #expect(try SchemaMigrator.state(of: connection, known: mended) == .current)
        #expect(try connection.number("SELECT count(*) FROM good") == 1)
    }

    @Test func `an interrupted first migration leaves an empty file`() throws {
        let first = Migration.all[0]
        let broken = Migration(
            version: 1, name: first.name, checksum: first.checksum,
            bytes: { Array((first.sql + "; INSERT INTO nowhere VALUES (1)").utf8) })
        #expect(throws: SQLiteError.self) { try migrate(to: [broken]) }
        #expect(try tables() == 0)
        #expect(try connection.number("PRAGMA application_id") == 0)
        #expect(try SchemaMigrator.state(of: connection) == .empty)
        try migrate()
        #expect(try SchemaMigrator.state(of: connection) == .current)
    }

    @Test func `what an earlier version left is brought up to date, with all that is in it`() throws {
        try migrate()
        try connection.execute(
            "INSERT INTO chats (id, owner, title, title_folded, created_at, updated_at) VALUES ('a', 'b', 'c', 'c', 1, 1)"
        )
        let known = Self.following("ALTER TABLE chats ADD COLUMN mood TEXT")
        #expect(try SchemaMigrator.state(of: connection, known: known) == .behind)
        try migrate(to: known)
        #expect(try SchemaMigrator.state(of: connection, known: known) == .current)
        #expect(try connection.number("SELECT count(*) FROM chats WHERE mood IS NULL") == 1)
        #expect(throws: SchemaError.newer(version: known.count, known: Migration.all.count)) {
            try SchemaMigrator.state(of: connection)
        }
    }

    @Test func `what is not known is not migrated`() throws {
        try migrate(to: Self.following("CREATE TABLE later (n INTEGER) STRICT"))
        let others = Self.following("CREATE TABLE other (n INTEGER) STRICT", "CREATE TABLE more (n INTEGER) STRICT")
            .map { Migration(version: $0.version, name: $0.name, checksum: $0.checksum + "!", bytes: { [] }) }
        let before = try tables()
        #expect(throws: SchemaError.self) { try migrate(to: others) }
        #expect(try tables() == before)
    }

    @Test func `all tables are strict`() throws {
        try migrate()
        #expect(try tables() >= 8)
        let loose = try connection.number(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT strict"
        )
        #expect(loose == 0)
    }

    @Test(arguments: 0..<8)
    func `many who open the same new file at once all find it made, once`(round: Int) async throws {
        let path = folder.file("new-\(round).db")
        let world = world
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let store = try await SQLiteConversationStore.open(
                        path: path, surroundings: world.surroundings(process: "test-\(number)"))
                    let version = try await store.statistics().schemaVersion
                    await store.close()
                    return version
                }
            }
            for try await version in group { #expect(version == Migration.all.count) }
        }
        let made = try Connection(path: path)
        #expect(try made.number("SELECT count(*) FROM schema_migrations") == Int64(Migration.all.count))
    }

    @Test(.enabled(if: ParleyProgram.path.hasPrefix("/")))
    func `so do many programs`() throws {
        let parley = try ParleyProgram()
        let running = try (0..<8).map { _ in try parley.start("db", "migrate") }
        for program in running {
            let outcome = try program.finish()
            #expect(outcome.status == 0, "\(outcome.errorOutput)")
        }
        let made = try Connection(path: parley.database, access: .readWrite)
        #expect(try made.number("SELECT count(*) FROM schema_migrations") == Int64(Migration.all.count))
        #expect(try SchemaMigrator.state(of: made) == .current)
    }
}
