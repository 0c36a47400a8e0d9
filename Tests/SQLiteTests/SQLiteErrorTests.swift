import SQLite
import Support
import Testing

/// Errors keep what a caller needs to act, and none of what people wrote.
struct SQLiteErrorTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("test.db")
    }

    private static let secret = "s3cret-words"

    @Test(arguments: [
        ("INSERT INTO items (id, name) VALUES (1, ?1)", Int32(1555)),  // SQLITE_CONSTRAINT_PRIMARYKEY
        ("INSERT INTO items (id, name, code) VALUES (2, ?1, 'a')", 2067),  // SQLITE_CONSTRAINT_UNIQUE
        ("INSERT INTO items (id, name) VALUES (2, nullif(?1, ?1))", 1299),  // SQLITE_CONSTRAINT_NOTNULL
        ("INSERT INTO items (id, name, size) VALUES (2, ?1, -1)", 275),  // SQLITE_CONSTRAINT_CHECK
        ("INSERT INTO items (id, name, size) VALUES (2, 'x', ?1)", 3091),  // SQLITE_CONSTRAINT_DATATYPE
    ])
    func `an error keeps its extended code, its words and its SQL, but no value`(sql: String, code: Int32) throws {
        let connection = try Connection(path: ":memory:")
        try connection.execute(
            """
            CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT UNIQUE, size INTEGER CHECK (size >= 0))
            STRICT;
            INSERT INTO items VALUES (1, 'one', 'a', 1)
            """)
        let error = try #require(throws: SQLiteError.self) { try connection.run(sql, Self.secret) }
        #expect(error.code == code)
        #expect(error.primaryCode == 19)
        #expect(error.isConstraint)
        #expect(error.sql == sql)
        #expect(!error.message.isEmpty)
        #expect(!"\(error)".contains(Self.secret))
        #expect(!String(reflecting: error).contains(Self.secret))
        #expect("\(error)".contains("\(code)"))
    }

    @Test func `a mistake in the SQL says where`() throws {
        let connection = try Connection(path: ":memory:")
        let error = try #require(throws: SQLiteError.self) { try connection.prepared("SELECT name FROM nowhere") }
        #expect(error.code == 1)
        #expect(error.message == "no such table: nowhere")
        #expect(error.sql == "SELECT name FROM nowhere")
        #expect(!error.isConstraint && !error.isBusy && !error.isCorrupt)
    }

    @Test(arguments: ["", "  ", "-- nothing"])
    func `no SQL at all is an error and no crash`(sql: String) throws {
        let connection = try Connection(path: ":memory:")
        #expect(throws: SQLiteError.self) { try connection.prepared(sql) }
    }

    @Test func `a lock that another holds is busy`() throws {
        let (one, other) = (try Connection(path: path), try Connection(path: path))
        try one.execute("PRAGMA journal_mode = WAL; CREATE TABLE items (name TEXT)")
        other.setBusyTimeout(milliseconds: 1)
        try one.transaction(.immediate) {
            let error = #expect(throws: SQLiteError.self) { try other.transaction(.immediate) {} }
            #expect(error?.isBusy == true)
        }
        try other.transaction(.immediate) {}
    }

    @Test func `whoever waits for a lock is asked each time, and counts from the beginning`() throws {
        let (one, other) = (try Connection(path: path), try Connection(path: path))
        try one.execute("PRAGMA journal_mode = WAL; CREATE TABLE items (name TEXT)")
        var asked: [Int] = []
        other.setBusyHandler { refusals in
            asked.append(refusals)
            return refusals < 2
        }
        try one.execute("BEGIN IMMEDIATE")
        for _ in 1...2 {
            let error = #expect(throws: SQLiteError.self) { try other.transaction(.immediate) {} }
            #expect(error?.isBusy == true)
        }
        #expect(asked == [0, 1, 2, 0, 1, 2])
        other.setBusyHandler { _ in
            do { try one.execute("COMMIT") } catch { Issue.record(error) }
            return true
        }
        try other.transaction(.immediate) {}
    }

    @Test func `a read that a write has overtaken is busy at once`() throws {
        let (one, other) = (try Connection(path: path), try Connection(path: path))
        try one.execute("PRAGMA journal_mode = WAL; CREATE TABLE items (name TEXT)")
        other.setBusyTimeout(milliseconds: 60_000)
        let error = #expect(throws: SQLiteError.self) {
            try other.transaction(.deferred) {
                #expect(try other.first("SELECT count(*) FROM items") == "0")
                try one.execute("INSERT INTO items VALUES ('a')")
                try other.execute("INSERT INTO items VALUES ('b')")
            }
        }
        #expect(error?.code == 517)  // SQLITE_BUSY_SNAPSHOT
        #expect(error?.isBusy == true)
    }

    @Test func `a database that may not grow is full`() throws {
        let connection = try Connection(path: path)
        try connection.execute("CREATE TABLE items (name TEXT); PRAGMA max_page_count = 8")
        let error = #expect(throws: SQLiteError.self) {
            try connection.transaction(.immediate) {
                try connection.run("INSERT INTO items VALUES (?1)", String(repeating: "x", count: 200_000))
            }
        }
        #expect(error?.isFull == true)
        #expect(try connection.first("SELECT count(*) FROM items") == "0")
        try connection.transaction(.immediate) { try connection.run("INSERT INTO items VALUES (?1)", "fits") }
    }

    @Test func `a text is no database`() throws {
        try Files.write(String(repeating: "This is not a database. ", count: 50), to: path)
        let error = #expect(throws: SQLiteError.self) {
            try Connection(path: path).first("SELECT count(*) FROM sqlite_schema")
        }
        #expect(error?.isNotADatabase == true)
        #expect(error?.isCorrupt == false)
    }

    @Test func `a database with a ruined page is corrupt`() throws {
        do {
            let connection = try Connection(path: path)
            try connection.execute(
                "PRAGMA page_size = 4096; CREATE TABLE items (name TEXT); INSERT INTO items VALUES ('x')")
        }
        var bytes = try Files.read(path)
        bytes.replaceSubrange(4096..<8192, with: repeatElement(0xA5, count: 4096))
        try Files.write(bytes, to: path)
        let error = #expect(throws: SQLiteError.self) { try Connection(path: path).first("SELECT name FROM items") }
        #expect(error?.isCorrupt == true)
        #expect(error?.isNotADatabase == false)
    }

    @Test func `a folder cannot be opened, and the system's reason is kept`() throws {
        let error = #expect(throws: SQLiteError.self) {
            try Connection(path: folder.path, access: .readWrite).first("SELECT count(*) FROM sqlite_schema")
        }
        #expect(error?.isCannotOpen == true)
        #expect(error?.systemError == 21)  // EISDIR
    }
}
