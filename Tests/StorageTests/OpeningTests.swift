import Conversations
import Glibc
import SQLite
import Support
import Testing

@testable import Migrations
@testable import Storage

struct OpeningTests {
    let folder: TemporaryFolder
    let world = ScriptedWorld()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open(_ path: String) async throws(StoreError) -> SQLiteConversationStore {
        try await SQLiteConversationStore.open(path: path, surroundings: world.surroundings())
    }

    private func openExisting(_ path: String) async throws(StoreError) -> SQLiteConversationStore? {
        try await SQLiteConversationStore.openExisting(path: path, surroundings: world.surroundings())
    }

    @Test func `the file and the folders above it are made for their owner alone`() async throws {
        let path = folder.file("a/b/parley.db")
        let store = try await open(path)
        #expect(try Files.permissions(folder.file("a")) == 0o700)
        #expect(try Files.permissions(folder.file("a/b")) == 0o700)
        for name in try Files.names(in: folder.file("a/b")) {
            #expect(try Files.permissions(folder.file("a/b/" + name)) == 0o600)
        }
        await store.close()
        #expect(try Files.names(in: folder.file("a/b")) == ["parley.db"])
        #expect(try Files.permissions(path) == 0o600)
    }

    @Test(.enabled(if: ParleyProgram.path.hasPrefix("/")))
    func `they are made so even where the user lets everyone in`() throws {
        let parley = try ParleyProgram()
        let outcome = try parley.run(
            arguments: ["db", "migrate"].map { Array($0.utf8) }, wrapper: ["sh", "-c", "umask 0; exec \"$@\"", "sh"])
        #expect(outcome.status == 0, "\(outcome.errorOutput)")
        #expect(try Files.permissions(parley.database) == 0o600)
        #expect(try Files.permissions(parley.home.file(".local/share/parley")) == 0o700)
    }

    @Test func `a second opening does nothing`() async throws {
        let path = folder.file("parley.db")
        await (try open(path)).close()
        let before = try Files.read(path)
        let store = try await open(path)
        _ = try await store.chats(matching: ChatQuery(), of: .local)
        await store.close()
        await store.close()
        #expect(try Files.read(path) == before)
        #expect(try Files.names(in: folder.path) == ["parley.db"])
    }

    @Test func `an empty file is taken as new`() async throws {
        let path = folder.file("parley.db")
        try Files.write("", to: path)
        let store = try await open(path)
        #expect(try await store.statistics().schemaVersion == Migration.all.count)
        await store.close()
    }

    @Test func `a closed store opens itself again`() async throws {
        let store = try await open(folder.file("parley.db"))
        await store.close()
        #expect(try await store.chats(matching: ChatQuery(), of: .local).chats == [])
        try await store.delete([], of: .local)
        await store.close()
        #expect(try Files.names(in: folder.path) == ["parley.db"])
    }

    @Test func `a file of much use is one file again when closed`() async throws {
        let scratch = try await ScratchStore()
        for _ in 0..<20 { try await scratch.talk(.new(scratch.newChat())) }
        _ = try await scratch.transcripts(.everything)
        #expect(Files.exists(scratch.path + "-wal"))
        await scratch.store.close()
        #expect(try Files.names(in: scratch.folder.path) == ["parley.db"])
        let reopened = try #require(
            try await SQLiteConversationStore.openExisting(
                path: scratch.path, surroundings: scratch.world.surroundings()))
        #expect(try await reopened.statistics().messages == 40)
        await reopened.close()
        #expect(try Files.names(in: scratch.folder.path) == ["parley.db"])
    }

    @Test(arguments: ["two words.db", "100%.db", "what?x=1#y.db", "ümläut 漢字.db", "-dash.db", "it's.db"])
    func `a name with strange characters names that file`(name: String) async throws {
        let store = try await open(folder.file(name))
        _ = try await store.chats(matching: ChatQuery(), of: .local)
        await store.close()
        #expect(try Files.names(in: folder.path) == [name])
    }

    // MARK: - What is there already

    @Test(arguments: ["none.db", "no/folder/none.db", "empty.db", "file.txt/none.db"])
    func `opening what should exist gives nil where nothing is, and makes nothing`(name: String) async throws {
        try Files.write("", to: folder.file("empty.db"))
        try Files.write("text", to: folder.file("file.txt"))
        let before = try contents(of: folder)
        #expect(try await openExisting(folder.file(name)) == nil)
        #expect(try contents(of: folder) == before)
    }

    @Test func `opening what exists reads it, and can write to it`() async throws {
        let scratch = try await ScratchStore()
        let chat = try await scratch.talk(.new(scratch.newChat()))
        await scratch.store.close()
        let store = try #require(
            try await SQLiteConversationStore.openExisting(
                path: scratch.path, surroundings: scratch.world.surroundings()))
        #expect(try await store.latestChat(of: .local) == chat)
        try await store.delete([chat.id], of: .local)
        #expect(try await store.latestChat(of: .local) == nil)
        await store.close()
        #expect(try Files.names(in: scratch.folder.path) == ["parley.db"])
    }

    @Test func `what another store writes is seen at once`() async throws {
        let one = try await ScratchStore(process: "one")
        let other = try await ScratchStore(process: "two", besides: one)
        #expect(try await other.store.latestChat(of: .local) == nil)
        let chat = try await one.talk(.new(one.newChat()))
        #expect(try await other.store.latestChat(of: .local) == chat)
        #expect(try await other.talk(.existing(chat)).messageCount == 4)
        #expect(try await one.store.chat(chat.id, of: .local)?.messageCount == 4)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a database in which a rollback journal was set goes back to the log`() async throws {
        let scratch = try await ScratchStore()
        await scratch.store.close()
        try scratch.execute("PRAGMA journal_mode = DELETE")
        try await scratch.talk(.new(scratch.newChat()))
        #expect(try scratch.rows("PRAGMA journal_mode") == ["wal"])
    }

    @Test func `the settings are those that keep what was said`() async throws {
        let scratch = try await ScratchStore()
        let expected = [
            "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "trusted_schema": "0",
            "query_only": "0",
        ]
        for (pragma, value) in expected {
            let found = try await scratch.store.maintaining { connection in
                let statement = try connection.prepared("PRAGMA \(pragma)")
                defer { statement.reset() }
                return try statement.step() ? statement.text(0) : ""
            }
            #expect(found == value, "\(pragma)")
        }
        #expect(try await scratch.store.reading { try $0.number("PRAGMA query_only") } == 1)
        #expect(try scratch.number("PRAGMA application_id") == 0x5072_6C79)
    }
}

/// What is not ours is refused, and stays as it was to the byte.
struct RefusalTests {
    /// Something that stands where the database should be, and what is said of it.
    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var make: @Sendable (_ path: String) async throws -> Void
        var isRight: @Sendable (_ error: StoreError, _ path: String) -> Bool

        init(
            _ description: String, make: @escaping @Sendable (String) async throws -> Void,
            isRight: @escaping @Sendable (StoreError, String) -> Bool
        ) {
            testDescription = description
            self.make = make
            self.isRight = isRight
        }
    }

    private static func makeForeign(_ path: String, _ setup: String) throws {
        let connection = try Connection(path: path)
        try connection.execute(setup)
        try connection.execute(
            "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('https://example.org')")
    }

    /// A database of ours with some chats, closed, then changed by this SQL.
    private static func makeOurs(_ path: String, _ change: String) async throws {
        let world = ScriptedWorld()
        let store = try await SQLiteConversationStore.open(path: path, surroundings: world.surroundings())
        await store.close()
        let connection = try Connection(path: path, access: .readWrite)
        try connection.execute(
            """
            INSERT INTO chats (id, owner, title, title_folded, created_at, updated_at)
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
            SELECT 'chat' || n, 'local', 'title ' || n, 'title ' || n, n, n FROM n
            """)
        try connection.execute(change)
    }

    private static func flip(_ offsets: Range<Int>, in path: String) throws {
        var bytes = try Files.read(path)
        for offset in offsets { bytes[offset] ^= 0xFF }
        try Files.write(bytes, to: path)
    }

    private static func isDamage(_ error: StoreError, _ path: String) -> Bool {
        switch error {
        case .damaged(path, let detail): !detail.isEmpty
        case .notADatabase(path), .foreignDatabase(path), .failed(path, _): true
        default: false
        }
    }

    static let all = [
        Refused("a text") {
            try Files.write(String(repeating: "Dear diary, ", count: 500), to: $0)
        } isRight: {
            $0 == .notADatabase(path: $1)
        },
        Refused("one line") {
            try Files.write("x\n", to: $0)
        } isRight: {
            $0 == .notADatabase(path: $1)
        },
        Refused("a folder") {
            guard unsafe mkdir($0, 0o755) == 0 else { throw SystemFailure("mkdir") }
        } isRight: {
            $0 == .cannotOpen(path: $1, reason: "it is a folder, not a file")
        },
        Refused("a pipe") {
            guard unsafe mkfifo($0, 0o600) == 0 else { throw SystemFailure("mkfifo") }
        } isRight: {
            $0 == .cannotOpen(path: $1, reason: "it is not a regular file")
        },
        Refused("another program's database") {
            try makeForeign($0, "PRAGMA user_version = 3")
        } isRight: {
            $0 == .foreignDatabase(path: $1)
        },
        Refused("another program's database with a mark of its own") {
            try makeForeign($0, "PRAGMA application_id = 7")
        } isRight: {
            $0 == .foreignDatabase(path: $1)
        },
        Refused("another program's database with a mark and no tables yet") {
            try Connection(path: $0).execute("PRAGMA application_id = 7")
        } isRight: {
            $0 == .foreignDatabase(path: $1)
        },
        Refused("another program's database with a log") {
            try makeForeign($0, "PRAGMA journal_mode = WAL")
        } isRight: {
            $0 == .foreignDatabase(path: $1)
        },
        Refused("a later version's database") {
            try await makeOurs($0, "INSERT INTO schema_migrations VALUES (\(Migration.all.count + 1), 'later', 'x', 0)")
        } isRight: {
            $0 == .newerSchema(path: $1, version: Migration.all.count + 1, known: Migration.all.count)
        },
        Refused("a database with another migration under our number") {
            try await makeOurs($0, "UPDATE schema_migrations SET checksum = 'other' WHERE version = 1")
        } isRight: {
            $0 == .changedMigration(path: $1, version: 1, name: "conversations")
        },
        Refused("a database with a renamed migration") {
            try await makeOurs($0, "UPDATE schema_migrations SET name = 'other' WHERE version = 1")
        } isRight: {
            $0 == .changedMigration(path: $1, version: 1, name: "other")
        },
        Refused("a database cut in the middle") {
            try await makeOurs($0, "")
            let bytes = try Files.read($0)
            try Files.write(Array(bytes.prefix(bytes.count / 2)), to: $0)
        } isRight: { error, path in
            if case .damaged(path, let detail) = error { !detail.isEmpty } else { false }
        },
        Refused("a database cut in its first page") {
            try await makeOurs($0, "")
            try Files.write(Array(Files.read($0).prefix(1000)), to: $0)
        } isRight: {
            isDamage($0, $1)
        },
        Refused("a database cut in its header") {
            try await makeOurs($0, "")
            try Files.write(Array(Files.read($0).prefix(50)), to: $0)
        } isRight: {
            isDamage($0, $1)
        },
        Refused("a database with a broken magic word") {
            try await makeOurs($0, "")
            try flip(0..<4, in: $0)
        } isRight: {
            $0 == .notADatabase(path: $1)
        },
        Refused("a database with a broken page size") {
            try await makeOurs($0, "")
            try flip(16..<18, in: $0)
        } isRight: {
            isDamage($0, $1)
        },
        Refused("a database with a broken format number") {
            try await makeOurs($0, "")
            try flip(44..<48, in: $0)
        } isRight: {
            isDamage($0, $1)
        },
        Refused("a database with a broken encoding") {
            try await makeOurs($0, "")
            try flip(56..<60, in: $0)
        } isRight: {
            isDamage($0, $1)
        },
        Refused("a database with a broken mark") {
            try await makeOurs($0, "")
            try flip(68..<72, in: $0)
        } isRight: {
            $0 == .foreignDatabase(path: $1)
        },
        Refused("a database with a broken root page") {
            try await makeOurs($0, "")
            try flip(100..<112, in: $0)
        } isRight: {
            isDamage($0, $1)
        },
    ]

    @Test(arguments: all)
    func `it is refused with its reason, and left alone`(refused: Refused) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.db")
        try await refused.make(path)
        let isFile = refused.testDescription != "a pipe" && refused.testDescription != "a folder"
        let names = try Files.names(in: folder.path)
        let before = isFile ? try Files.read(path) : []
        let surroundings = ScriptedWorld().surroundings()

        let error = await #expect(throws: StoreError.self) {
            _ = try await SQLiteConversationStore.open(path: path, surroundings: surroundings)
        }
        #expect(error.map { refused.isRight($0, path) } == true, "\(String(describing: error))")
        #expect(try Files.names(in: folder.path) == names)
        if isFile { #expect(try Files.read(path) == before) }

        let again = await #expect(throws: StoreError.self) {
            _ = try await SQLiteConversationStore.openExisting(path: path, surroundings: surroundings)
        }
        #expect(again == error)
        #expect(try Files.names(in: folder.path) == names)
        if isFile { #expect(try Files.read(path) == before) }
    }

    /// The other program still runs, or was killed: part of its database is in the log alone.
    @Test(arguments: [true, false])
    func `another program's log is not moved into its file`(isRunning: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.db")
        var theirs: Connection? = try Connection(path: path)
        theirs?.setMovesLogOnClose(false)
        try theirs?.execute(
            """
            PRAGMA journal_mode = WAL; CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('https://example.org')
            """)
        if !isRunning { theirs = nil }
        let names = try Files.names(in: folder.path)
        let (file, log) = (try Files.read(path), try Files.read(path + "-wal"))
        #expect(!log.isEmpty)

        await #expect(throws: StoreError.foreignDatabase(path: path)) {
            _ = try await SQLiteConversationStore.open(path: path, surroundings: ScriptedWorld().surroundings())
        }
        #expect(try Files.names(in: folder.path) == names)
        #expect(try Files.read(path) == file)
        #expect(try Files.read(path + "-wal") == log)
        theirs = nil
        #expect(try Connection(path: path).number("SELECT count(*) FROM bookmarks") == 1)
    }

    @Test func `a file that goes bad between two readings is refused in the store's words`() async throws {
        let scratch = try await ScratchStore()
        await scratch.store.close()
        try Files.write("no longer a database, whatever it was before", to: scratch.path)
        await #expect(throws: StoreError.notADatabase(path: scratch.path)) {
            _ = try await scratch.store.latestChat(of: .local)
        }
        await #expect(throws: StoreError.notADatabase(path: scratch.path)) {
            try await scratch.store.read(.everything, of: .local) { _ in }
        }
        _ = unsafe unlink(scratch.path)
        await #expect(throws: StoreError.self) {
            try await scratch.store.read(.everything, of: .local) { _ in }
        }
        try RefusalTests.makeForeign(scratch.path, "")
        await #expect(throws: StoreError.foreignDatabase(path: scratch.path)) {
            try await scratch.store.read(.everything, of: .local) { _ in }
        }
    }
}
