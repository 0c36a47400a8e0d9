import SQLite
import Support
import Testing

extension Connection {
    /// The first column of the first row, as text; nil where there is no row.
    func first(_ sql: String) throws -> String? {
        let statement = try prepared(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : nil
    }
}

struct StatementCacheTests {
    let connection: Connection

    init() throws {
        connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE numbers (n INTEGER); INSERT INTO numbers VALUES (1), (2), (3)")
    }

    @Test func `the same SQL gives the same statement`() throws {
        let one = try connection.prepared("SELECT 1")
        #expect(try connection.prepared("SELECT 1") === one)
        #expect(try connection.prepared("SELECT 2") !== one)
    }

    @Test func `a statement that is being stepped is left alone`() throws {
        let sql = "SELECT n FROM numbers ORDER BY n"
        let outer = try connection.prepared(sql)
        var seen: [Int64] = []
        while try outer.step() {
            let inner = try connection.prepared(sql)
            #expect(inner !== outer)
            while try inner.step() { seen.append(outer.integer(0) * 10 + inner.integer(0)) }
            inner.reset()
        }
        outer.reset()
        #expect(seen == [11, 12, 13, 21, 22, 23, 31, 32, 33])
        #expect(try connection.prepared(sql) === outer)
    }

    @Test func `a statement comes reset and without values, however it was left`() throws {
        let sql = "SELECT ?1"
        let left = try connection.prepared(sql)
        try left.bind("somebody's words")
        while try left.step() {}
        let again = try connection.prepared(sql)
        #expect(try again.step())
        #expect(again.isNull(0))
        again.reset()
        while try again.step() {}
        try connection.run(sql, "bound after its end")
    }

    @Test func `a statement that failed can be used again`() throws {
        try connection.execute("CREATE TABLE single (n INTEGER PRIMARY KEY)")
        try connection.run("INSERT INTO single VALUES (?1)", 1)
        #expect(throws: SQLiteError.self) { try connection.run("INSERT INTO single VALUES (?1)", 1) }
        try connection.run("INSERT INTO single VALUES (?1)", 2)
        #expect(try connection.first("SELECT count(*) FROM single") == "2")
    }

    @Test func `changes and the last row are those of the last statement`() throws {
        try connection.run("UPDATE numbers SET n = n + ?1", 1)
        #expect(connection.changes == 3)
        try connection.run("INSERT INTO numbers (rowid, n) VALUES (?1, 0)", Int64.max)
        #expect(connection.lastInsertedRow == .max)
        #expect(connection.changes == 1)
    }
}

struct TransactionTests {
    let connection: Connection

    init() throws {
        connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE items (name TEXT UNIQUE)")
    }

    private struct Refusal: Error {}

    private func names() throws -> String? {
        try connection.first("SELECT coalesce(group_concat(name), '') FROM items")
    }

    @Test(arguments: [Connection.Transaction.immediate, .deferred])
    func `what the body did is kept, and what it gives is given`(kind: Connection.Transaction) throws {
        let given = try connection.transaction(kind) {
            try connection.run("INSERT INTO items VALUES (?1)", "a")
            return 7
        }
        #expect(given == 7)
        #expect(try names() == "a")
    }

    @Test(arguments: [Connection.Transaction.immediate, .deferred])
    func `a body that throws leaves nothing`(kind: Connection.Transaction) throws {
        #expect(throws: Refusal.self) {
            try connection.transaction(kind) {
                try connection.run("INSERT INTO items VALUES (?1)", "a")
                throw Refusal()
            }
        }
        #expect(try names() == "")
        try connection.transaction(kind) { try connection.run("INSERT INTO items VALUES (?1)", "b") }
        #expect(try names() == "b")
    }

    @Test func `a rollback that SQLite has done by itself does not hide the error`() throws {
        try connection.run("INSERT INTO items VALUES (?1)", "a")
        let error = #expect(throws: SQLiteError.self) {
            try connection.transaction(.immediate) {
                try connection.run("INSERT INTO items VALUES (?1)", "b")
                try connection.run("INSERT OR ROLLBACK INTO items VALUES (?1)", "a")
            }
        }
        #expect(error?.code == 2067)
        #expect(try names() == "a")
        try connection.transaction(.immediate) { try connection.run("INSERT INTO items VALUES (?1)", "c") }
        #expect(try names() == "a,c")
    }

    @Test func `a commit that is refused leaves nothing`() throws {
        connection.harden()
        try connection.execute(
            """
            CREATE TABLE parents (id INTEGER PRIMARY KEY);
            CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)
            """)
        let error = #expect(throws: SQLiteError.self) {
            try connection.transaction(.immediate) { try connection.run("INSERT INTO children VALUES (?1)", 1) }
        }
        #expect(error?.isConstraint == true)
        #expect(try connection.first("SELECT count(*) FROM children") == "0")
        try connection.transaction(.immediate) { try connection.run("INSERT INTO parents VALUES (?1)", 1) }
    }

    @Test func `a statement still being read does not keep a transaction from being undone`() throws {
        try connection.run("INSERT INTO items VALUES (?1)", "a")
        #expect(throws: Refusal.self) {
            try connection.transaction(.immediate) {
                let open = try connection.prepared("SELECT name FROM items")
                #expect(try open.step())
                try connection.run("INSERT INTO items VALUES (?1)", "b")
                throw Refusal()
            }
        }
        #expect(try connection.prepared("SELECT name FROM items").isBusy == false)
        #expect(try names() == "a")
    }
}

/// What a connection may do to a file.
struct AccessTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func makeDatabase(at path: String, journal: String = "WAL") throws {
        let connection = try Connection(path: path)
        try connection.execute("PRAGMA journal_mode = \(journal)")
        try connection.execute("CREATE TABLE items (name TEXT); INSERT INTO items VALUES ('first')")
    }

    @Test(arguments: [Connection.Access.readOnly, .immutable, .queryOnly, .readWrite])
    func `a file that is not there is not made`(access: Connection.Access) throws {
        let error = #expect(throws: SQLiteError.self) {
            let connection = try Connection(path: folder.file("none.db"), access: access)
            _ = try connection.first("SELECT count(*) FROM sqlite_schema")
        }
        #expect(error?.isCannotOpen == true)
        #expect(try Files.names(in: folder.path) == [])
    }

    @Test func `a missing file is made when asked for`() throws {
        try makeDatabase(at: folder.file("new.db"))
        #expect(try Files.names(in: folder.path) == ["new.db"])
    }

    @Test(arguments: [Connection.Access.readOnly, .immutable, .queryOnly])
    func `who only reads is refused writes`(access: Connection.Access) throws {
        let path = folder.file("read.db")
        try makeDatabase(at: path)
        let before = try Files.read(path)
        do {
            let connection = try Connection(path: path, access: access)
            #expect(try connection.first("SELECT name FROM items") == "first")
            for sql in [
                "INSERT INTO items VALUES ('second')", "DELETE FROM items", "DROP TABLE items",
                "PRAGMA application_id = 7",
                "CREATE TABLE more (x)",
            ] {
                let error = #expect(throws: SQLiteError.self) { try connection.execute(sql) }
                #expect(error?.isReadOnly == true, "\(sql)")
            }
        }
        #expect(try Files.read(path) == before)
    }

    @Test func `who only queries tidies up when closing`() throws {
        let path = folder.file("query.db")
        try makeDatabase(at: path)
        do {
            let connection = try Connection(path: path, access: .queryOnly)
            #expect(try connection.first("SELECT name FROM items") == "first")
            #expect(try Files.names(in: folder.path) == ["query.db", "query.db-shm", "query.db-wal"])
        }
        #expect(try Files.names(in: folder.path) == ["query.db"])
    }

    @Test(arguments: [
        "plain.db", "100%.db", "what?mode=rwc.db", "a#b.db", "two  words.db", "ümläut 漢字.db", "%41&x=1;.db", "-.db",
    ])
    func `an unchanging file is read with nothing made beside it, whatever it is called`(name: String) throws {
        let path = folder.file(name)
        try makeDatabase(at: path)
        let before = try Files.read(path)
        let connection = try Connection(path: path, access: .immutable)
        #expect(try connection.first("SELECT name FROM items") == "first")
        #expect(try Files.names(in: folder.path) == [name])
        #expect(try Files.read(path) == before)
    }

    @Test func `the log can be left where it is`() throws {
        let path = folder.file("log.db")
        try makeDatabase(at: path)
        let before = try Files.read(path)
        do {
            let connection = try Connection(path: path, access: .readWrite)
            connection.setMovesLogOnClose(false)
            try connection.execute("INSERT INTO items VALUES ('second')")
        }
        #expect(try Files.read(path) == before)
        #expect(try !Files.read(path + "-wal").isEmpty)
        #expect(try Connection(path: path).first("SELECT count(*) FROM items") == "2")
        #expect(try Files.names(in: folder.path) == ["log.db"])
    }

    @Test func `closing finalizes statements that were left open`() throws {
        let path = folder.file("open.db")
        try makeDatabase(at: path)
        do {
            let connection = try Connection(path: path)
            #expect(try connection.prepared("SELECT name FROM items").step())
        }
        #expect(try Files.names(in: folder.path) == ["open.db"])
    }
}

struct HardeningTests {
    let connection: Connection

    init() throws {
        connection = try Connection(path: ":memory:")
        connection.harden()
    }

    @Test func `foreign keys are enforced`() throws {
        try connection.execute(
            """
            CREATE TABLE parents (id INTEGER PRIMARY KEY);
            CREATE TABLE children (parent INTEGER REFERENCES parents (id) ON DELETE CASCADE)
            """)
        let error = #expect(throws: SQLiteError.self) { try connection.run("INSERT INTO children VALUES (?1)", 9) }
        #expect(error?.code == 787)  // SQLITE_CONSTRAINT_FOREIGNKEY
        try connection.execute("INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1); DELETE FROM parents")
        #expect(try connection.first("SELECT count(*) FROM children") == "0")
    }

    @Test func `the schema cannot be written to behind SQLite's back`() throws {
        try connection.execute("CREATE TABLE items (name TEXT); PRAGMA writable_schema = ON")
        #expect(throws: SQLiteError.self) { try connection.execute("DELETE FROM sqlite_schema") }
        #expect(try connection.first("SELECT count(*) FROM sqlite_schema") == "1")
    }

    @Test func `the schema is not trusted`() throws {
        #expect(try connection.first("PRAGMA trusted_schema") == "0")
    }
}
