import Conversations
import Migrations
import SQLite
import Support
import Testing
import WholeFiles

@testable import Storage

struct DatabaseSalvageTests {
    let database: DamagedDatabase
    var sound: [UInt8] { database.sound }

    init() async throws {
        database = try await DamagedDatabase()
    }

    /// What holds for every salvage, whatever was damaged on these pages, which count from 0.
    private func expect(_ salvaged: DamagedDatabase.Salvaged?, keeps pages: Set<Int>, _ what: String) throws {
        let salvaged = try #require(salvaged, "\(what)")
        #expect(salvaged.findings == [], "\(what)")
        for (key, text) in database.untouched(by: pages) {
            #expect(salvaged.messages[key] == text, "\(what): message \(key >> 20)-\(key & 1_048_575)")
        }
        if salvaged.messages.count < database.messages.count { #expect(!salvaged.report.isWhole, "\(what)") }
        #expect(salvaged.report.messages == salvaged.messages.count, "\(what)")
    }

    // MARK: - Sound

    @Test func `a sound database is copied row by row`() async throws {
        let salvaged = try #require(try await database.salvage(sound))
        #expect(salvaged.report.isWhole)
        #expect(salvaged.findings == [])
        #expect(salvaged.messages == database.messages)
        #expect(salvaged.report.chats == 14 && salvaged.report.messages == 84 && salvaged.report.attempts == 42)
        let expected = try DamagedDatabase.rows(of: database.scratch.connection())
        #expect(expected.count == 10, "each table has rows, but that of pieces")
        #expect(salvaged.rows == expected)
    }

    @Test func `what attempts came to is salvaged, also of those that are no longer kept`() async throws {
        let scratch = try await ScratchStore()
        for _ in 0..<3 { try await scratch.ask("old", .broken) }
        try await scratch.ask("old")
        scratch.world.advance(by: .seconds(7200))
        try await scratch.store.pruneAttempts(begunBefore: scratch.world.now)
        for _ in 0..<4 { try await scratch.ask("blog", .broken) }
        let hours = try scratch.rows(ScratchStore.hoursQuery, columns: 6)
        let incidents = try scratch.incidents()
        #expect(hours.count == 3 && incidents.count == 2)
        await scratch.store.close()
        let salvaged = try #require(try await database.salvage(try Files.read(scratch.path)))
        #expect(salvaged.report.isWhole && salvaged.findings == [])
        #expect(salvaged.rows["provider_hours"]?.count == 3)
        #expect(salvaged.rows["provider_incidents"]?.count == 2)
        #expect(salvaged.rows["incident_causes"]?.count == 2)
        #expect(salvaged.rows["attempt_pruning"]?.count == 1)
        let kept = try DamagedDatabase.rows(of: scratch.connection())["provider_hours"]
        #expect(salvaged.rows["provider_hours"] == kept)
    }

    @Test func `attempts from before their table was given another column are salvaged`() async throws {
        let folder = try TemporaryFolder()
        let world = database.scratch.world
        do {
            let connection = try Connection(path: folder.file("old.db"))
            try SchemaMigrator.migrate(connection, to: Array(Migration.all.prefix(4)), now: { world.now })
            try connection.execute(
                """
                INSERT INTO provider_attempts (id, provider, kind, process, started_at, outcome)
                WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 300)
                SELECT printf('%026d', n), 'blog', 'chat', 'old', n, 'ok' FROM n
                """)
            // What is there already is not written anew for it.
            try SchemaMigrator.migrate(connection, now: { world.now })
        }
        var bytes = try Files.read(folder.file("old.db"))
        for _ in 0..<2 {
            let salvaged = try #require(try await database.salvage(bytes))
            #expect(salvaged.report.attempts == 300 && salvaged.findings == [])
            #expect(salvaged.rows["provider_hours"] == ["blog|0|chat|ok|none|300|-|-"])
            // Without the first page, which says where each table is, they are known by their looks.
            bytes.replaceSubrange(0..<4096, with: repeatElement(0, count: 4096))
        }
    }

    @Test func `what waits in the log is salvaged, and a reply that streams is interrupted`() async throws {
        let open = try await database.scratch.begin(.new(database.scratch.newChat("Late")), "In the log")
        try await database.scratch.store.keep("so ", number: 1, of: database.scratch.right(to: open))
        try await database.scratch.store.keep("far", number: 2, of: database.scratch.right(to: open))
        let log = try Files.read(database.scratch.path + "-wal")
        let bytes = try Files.read(database.scratch.path)
        let salvaged = try #require(try await database.salvage(bytes, log: log))
        #expect(salvaged.report.isWhole && salvaged.findings == [])
        #expect(salvaged.report.chats == 15 && salvaged.report.messages == 86)
        let late = try #require(salvaged.rows["messages"]?.last)
        #expect(late.contains("|interrupted|") && late.hasSuffix("|so far|-"))
        #expect(salvaged.rows["provider_attempts"]?.last?.contains("|aborted|local|") == true)

        // Without it, what the file itself has is there.
        let without = try #require(try await database.salvage(bytes))
        #expect(without.messages == database.messages && without.findings == [])
    }

    @Test func `an empty database gives an empty one`() async throws {
        let scratch = try await ScratchStore()
        await scratch.store.close()
        let salvaged = try #require(try await database.salvage(try Files.read(scratch.path)))
        #expect(salvaged.report.isWhole && salvaged.report.chats == 0)
    }

    @Test(arguments: [0, 1, 100, 5000, 100_000])
    func `where nothing can be read nothing is made`(size: Int) async throws {
        var random = SeededGenerator(seed: UInt64(size))
        #expect(try await database.salvage((0..<size).map { _ in .random(in: 0...255, using: &random) }) == nil)
        #expect(try await database.salvage(Array(repeating: 0, count: size)) == nil)
    }

    @Test func `a database of a later version is not salvaged by halves`() async throws {
        try database.scratch.execute(
            "INSERT INTO schema_migrations VALUES (99, 'later', '\(String(repeating: "a", count: 64))', 1)")
        let bytes = try Files.read(database.scratch.path)
        await #expect(throws: StoreError.self) { try await database.salvage(bytes) }
    }

    // MARK: - Damaged

    @Test(arguments: [UInt8(0), 0xFF])
    func `each page in turn may be rubbish`(rubbish: UInt8) async throws {
        #expect(database.pageCount > 30)
        for page in 0..<database.pageCount {
            var bytes = sound
            for index in page * 4096..<(page + 1) * 4096 { bytes[index] = rubbish }
            let salvaged = try await database.salvage(bytes)
            try expect(salvaged, keeps: [page], "page \(page + 1)")
            #expect(salvaged?.report.isWhole == false, "page \(page + 1)")
        }
    }

    @Test(arguments: [UInt64(1), 2])
    func `bits may be flipped anywhere`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<60 {
            var bytes = sound
            var pages: Set<Int> = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let page = Int.random(in: 0..<database.pageCount, using: &random)
                // Most often where a page tells what is on it.
                let most = round % 3 == 0 ? 4096 : 24
                let place = page * 4096 + Int.random(in: 0..<most, using: &random)
                bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
                pages.insert(page)
            }
            try expect(try await database.salvage(bytes), keeps: pages, "seed \(seed), round \(round), pages \(pages)")
        }
    }

    @Test func `the file may end anywhere`() async throws {
        for size in stride(from: sound.count - 1, to: 8 * 4096, by: -9001) {
            let pages = Set(size / 4096..<database.pageCount)
            let salvaged = try await database.salvage(Array(sound[..<size]))
            try expect(salvaged, keeps: pages, "\(size) bytes")
            #expect(salvaged?.report.isWhole == false, "\(size) bytes")
            if size < sound.count - 4096 {
                #expect(salvaged?.report.unreadablePages.last?.upperBound == database.pageCount, "\(size) bytes")
            }
        }
    }

    @Test func `without its first page a database has all its conversations`() async throws {
        var bytes = sound
        for index in 0..<4096 { bytes[index] = 0 }
        let salvaged = try #require(try await database.salvage(bytes))
        #expect(salvaged.messages == database.messages)
        #expect(salvaged.report.unreadablePages.first == 1...1)
        #expect(salvaged.rows == (try DamagedDatabase.rows(of: database.scratch.connection())))
    }

    @Test func `a chat whose row is lost is made anew for its messages`() async throws {
        try database.scratch.execute("DELETE FROM chats WHERE key = 4")
        let bytes = try Files.read(database.scratch.path)
        let salvaged = try #require(try await database.salvage(bytes))
        #expect(salvaged.findings == [])
        #expect(salvaged.messages == database.messages)
        #expect(salvaged.report.recoveredChats.count == 1)
        let chat = try #require(salvaged.rows["chats"]?.first { $0.hasPrefix("4|") })
        #expect(chat.contains("|local|q3x0 你好é q3x0"))
    }

    @Test func `what is missing of a chat is named, and what answered it answers what is left`() async throws {
        try database.scratch.execute("DELETE FROM messages WHERE key IN (2 << 20 | 3, 2 << 20 | 4, 9 << 20 | 6)")
        let bytes = try Files.read(database.scratch.path)
        let salvaged = try #require(try await database.salvage(bytes))
        #expect(salvaged.findings == [])
        #expect(salvaged.report.missing.map(\.numbers) == [3...4, 6...6])
        #expect(salvaged.rows["messages"]?.contains { $0.hasPrefix("\(2 << 20 | 5)|2|user|") } == true)
        let chat = try #require(salvaged.rows["chats"]?.first { $0.hasPrefix("9|") })
        #expect(chat.contains("|5|7|5|"), "head, next number, count")
    }

    // MARK: - The new file

    @Test func `nothing is put where something stands`() async throws {
        let folder = try TemporaryFolder()
        let file = try NamelessFile(path: folder.file("new.db"), replaces: false)
        try Files.write("mine", to: folder.file("new.db"))
        let surroundings = database.scratch.world.surroundings()
        await #expect(throws: FileError.isThere(path: folder.file("new.db"))) {
            try await SQLiteConversationStore.salvage(
                path: database.scratch.path, into: file, surroundings: surroundings)
        }
        #expect(try contents(of: folder) == ["new.db": Array("mine".utf8)])
    }

    @Test(
        arguments: [
            ([1, 2, 3], [1, 2, 3]), ([1, 900, 3], [1, 2, 3]), ([900, 2, 3], [1, 2, 3]), ([1, 2, 0], [1, 2, 3]),
            ([1, 2, 900], [1, 2, 900]), ([5, 1, 6], [0, 1, 6]), ([], []), ([7], [7]),
            ([10, 20, 5, 30], [10, 20, 21, 30]),
        ] as [([Int64], [Int64])])
    func `a key that falls out of the order is put right where its place is known`(keys: [Int64], mended: [Int64]) {
        #expect(KeyOrder.mended(keys) == mended)
    }
}
