internal import Conversations
internal import Migrations
internal import SQLite

/// How a file's tables stand to what this program knows.
enum SchemaState: Equatable, Sendable {
    /// Nothing has been put in the file yet.
    case empty
    /// Migrations are still to be applied.
    case behind
    case current
}

/// Why a file's tables are not touched.
enum SchemaError: Error, Equatable {
    /// They are another program's.
    case foreign
    /// A migration was applied that is not the one known under its number.
    case changed(version: Int, name: String)
    /// A migration would leave rows that refer to nothing.
    case brokenReferences(version: Int, name: String)
    /// Migrations were applied that are not known yet.
    case newer(version: Int, known: Int)
}

/// Brings a file's tables up to date, one migration at a time.
enum SchemaMigrator {
    /// 'Prly', which the first migration writes into the file's header.
    private static let applicationID: Int64 = 0x5072_6C79

    private struct Applied {
        var version: Int
        var name: String
        var checksum: String
    }

    /// Looks, and changes nothing.
    ///
    /// - Throws: where the file is another program's, of a later version, or has a migration that is not ours.
    static func state(of connection: Connection, known: [Migration] = Migration.all) throws -> SchemaState {
        // The tables first: they come in one transaction with our mark, so that whoever looks while another makes them
        // never finds tables without it.
        let isWithoutTables = try connection.number("SELECT count(*) FROM sqlite_schema") == 0
        let mark = try connection.number("PRAGMA application_id")
        guard mark == applicationID else {
            guard isWithoutTables && mark == 0 else { throw SchemaError.foreign }
            return .empty
        }
        let applied = try appliedMigrations(in: connection)
        for (found, ours) in zip(applied, known)
        where found.version != ours.version || found.name != ours.name || found.checksum != ours.checksum {
            throw SchemaError.changed(version: found.version, name: found.name)
        }
        if applied.count > known.count {
            throw SchemaError.newer(version: applied.last?.version ?? 0, known: known.last?.version ?? 0)
        }
        return applied.count == known.count ? .current : .behind
    }

    /// Applies what is missing, each migration in one transaction with the row that records it.
    ///
    /// Safe when several do it at once: whoever comes second finds it done.
    static func migrate(
        _ connection: Connection, to known: [Migration] = Migration.all, now: @Sendable () -> Timestamp
    ) throws {
        // A table that is made anew is dropped on the way, and what refers to it must not go with it: references are
        // looked at when each migration is done. <https://www.sqlite.org/lang_altertable.html#otheralter>
        connection.setEnforcesReferences(false)
        defer { connection.setEnforcesReferences(true) }
        for migration in known {
            try BusyRetry.run {
                try connection.transaction(.immediate) {
                    if try state(of: connection, known: known) == .current { return }
                    let isNew = try connection.number("PRAGMA application_id") != applicationID
                    guard try isNew || appliedMigrations(in: connection).count < migration.version else { return }
                    try connection.execute(migration.sql)
                    guard try connection.number("SELECT count(*) FROM pragma_foreign_key_check") == 0 else {
                        throw SchemaError.brokenReferences(version: migration.version, name: migration.name)
                    }
                    try connection.run(
                        "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
                        migration.version, migration.name, migration.checksum, now().rawValue)
                }
            }
        }
    }

    static let latestVersionQuery = "SELECT max(version) FROM schema_migrations"

    /// Refuses tables that have been brought further than this program knows.
    static func refuseLaterTables(in connection: Connection) throws {
        let latest = Int(try connection.number(latestVersionQuery))
        let known = Migration.all.last?.version ?? 0
        guard latest <= known else { throw SchemaError.newer(version: latest, known: known) }
    }

    private static func appliedMigrations(in connection: Connection) throws(SQLiteError) -> [Applied] {
        let statement = try connection.prepared(
            "SELECT version, name, checksum FROM schema_migrations ORDER BY version")
        defer { statement.reset() }
        var applied: [Applied] = []
        while try statement.step() {
            applied.append(
                Applied(version: Int(statement.integer(0)), name: statement.text(1), checksum: statement.text(2)))
        }
        return applied
    }
}

extension Connection {
    /// The first column of the first row; 0 where there is none.
    func number<each Value: Bindable>(_ sql: String, _ values: repeat each Value) throws(SQLiteError) -> Int64 {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(repeat each values)
        return try statement.step() ? statement.integer(0) : 0
    }
}
