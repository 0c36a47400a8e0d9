import SQLite
import SQLiteFile
import Support
import Testing

/// Files that SQLite wrote, read without it.
struct DatabasePagesTests {
    private static let many = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
        """

    @Test(arguments: [512, 1024, 4096, 16_384, 65_536])
    func `rows come back as they went in, whatever the size of a page`(pageSize: Int) throws {
        let file = try ScratchFile(
            """
            PRAGMA page_size = \(pageSize);
            CREATE TABLE t (k INTEGER PRIMARY KEY, a, b TEXT);
            \(Self.many) INSERT INTO t SELECT i * 7, i, printf('%.*c', i * i % 9000, 'x') || i FROM n;
            """)
        let pages = try file.pages()
        #expect(pages.layout.pageSize == pageSize)
        #expect(pages.hasHeader && pages.count == pages.statedCount)
        let rows = pages.rows(of: "t")
        #expect(rows.count == 300)
        for (index, row) in rows.enumerated() {
            let number = index + 1
            #expect(row.number == Int64(number * 7))
            let text = String(repeating: "x", count: max(1, number * number % 9000)) + "\(number)"
            #expect(row.values == [.null, .integer(Int64(number)), .text(Array(text.utf8))], "row \(number)")
            #expect(row.record.firstCut == nil)
        }
    }

    @Test func `every kind of value is read`() throws {
        let file = try ScratchFile(
            """
            CREATE TABLE t (a, b, c);
            INSERT INTO t VALUES (NULL, 0, 1), (127, -128, 128), (-32768, 8388607, -8388608), (2147483647, -2147483648, 1 << 40),
                (140737488355327, -140737488355328, 9223372036854775807), (-9223372036854775808, 1.5, -0.1),
                (x'', x'00ff', ''), ('ü', '界', 'a' || char(0) || 'b');
            """)
        let values = try file.pages().rows(of: "t").map(\.values)
        #expect(
            values == [
                [.null, .integer(0), .integer(1)], [.integer(127), .integer(-128), .integer(128)],
                [.integer(-32768), .integer(8_388_607), .integer(-8_388_608)],
                [.integer(2_147_483_647), .integer(-2_147_483_648), .integer(1 << 40)],
                [.integer(140_737_488_355_327), .integer(-140_737_488_355_328), .integer(.max)],
                [.integer(.min), .real(1.5), .real(-0.1)],
                [.blob([]), .blob([0, 0xFF]), .text([])],
                [.text(Array("ü".utf8)), .text(Array("界".utf8)), .text([0x61, 0, 0x62])],
            ])
    }

    @Test func `a table without row numbers has rows on all its pages`() throws {
        let file = try ScratchFile(
            """
            PRAGMA page_size = 512;
            CREATE TABLE t (b TEXT, k INTEGER, PRIMARY KEY (k)) WITHOUT ROWID;
            \(Self.many) INSERT INTO t SELECT printf('%.*c', 1 + i * 13 % 700, 'y'), i FROM n;
            """)
        let rows = try file.pages().rows(of: "t")
        #expect(rows.map(\.values[0]) == (1...300).map { .integer(Int64($0)) })
        #expect(rows.allSatisfy { $0.number == nil })
        #expect(
            rows.map(\.values[1])
                == (1...300).map { .text(Array(repeating: UInt8(ascii: "y"), count: 1 + $0 * 13 % 700)) })
    }

    @Test func `what was deleted is on the list of free pages, and in no tree`() throws {
        let file = try ScratchFile(
            """
            PRAGMA page_size = 512; PRAGMA secure_delete = OFF;
            CREATE TABLE t (k INTEGER PRIMARY KEY, b TEXT);
            \(Self.many) INSERT INTO t SELECT i, printf('%.*c', 400, 'z') FROM n;
            DELETE FROM t WHERE k > 10;
            """)
        let pages = try file.pages()
        #expect(pages.rows(of: "t").count == 10)
        #expect(pages.freePages().count > 200)
        #expect(pages.freePages().isDisjoint(with: [1, 2]))
    }

    // MARK: - The log

    @Test func `the log is read over the file, as far as it was committed`() throws {
        let file = try ScratchFile(
            """
            PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = 1; PRAGMA cache_spill = 1;
            CREATE TABLE t (k INTEGER PRIMARY KEY, b TEXT);
            INSERT INTO t VALUES (1, 'first');
            PRAGMA wal_checkpoint(TRUNCATE);
            INSERT INTO t VALUES (2, 'second');
            UPDATE t SET b = 'changed' WHERE k = 1;
            BEGIN; \(Self.many) INSERT INTO t SELECT i + 100, printf('%.*c', 2000, 'u') FROM n;
            """, keepsOpen: true)
        let log = try Files.read(file.path + "-wal")
        #expect(log.count > 100_000, "what is not committed is in the log")
        let pages = try file.pages()
        #expect(pages.rows(of: "t").map(\.values[1]) == [.text(Array("changed".utf8)), .text(Array("second".utf8))])
        #expect(pages.log?.committedFrames == 2)
        #expect(!pages.hasChanged)
        try Files.write(log + [0], to: file.path + "-wal")
        #expect(pages.hasChanged)
    }

    @Test func `of a damaged log what came before the damage counts`() throws {
        let file = try ScratchFile(
            """
            PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
            CREATE TABLE t (k INTEGER PRIMARY KEY, b TEXT);
            PRAGMA wal_checkpoint(TRUNCATE);
            INSERT INTO t VALUES (1, 'one'); INSERT INTO t VALUES (2, 'two'); INSERT INTO t VALUES (3, 'three');
            """, keepsOpen: true)
        let database = try Files.read(file.path)
        let log = try Files.read(file.path + "-wal")
        let other = try TemporaryFolder()
        let path = other.file("b.db")
        try Files.write(database, to: path)
        for (frame, rows) in [(0, 0), (1, 1), (2, 2)] {
            for place in [4, 9, 17, 24, 24 + 4095] {
                var damaged = log
                damaged[32 + frame * 4120 + place] ^= 1
                try Files.write(damaged, to: path + "-wal")
                let pages = try DatabasePages(path: path)
                #expect(pages.rows(of: "t").count == rows, "frame \(frame), byte \(place)")
                // Another salt may be an older log's.
                if place != 9 { #expect(pages.log?.isDamaged == true || place == 4 && frame == 2) }
            }
        }
        for length in [0, 31, 32, 33, 32 + 4119] {
            try Files.write(Array(log.prefix(length)), to: path + "-wal")
            #expect(try DatabasePages(path: path).rows(of: "t") == [])
        }
    }

    // MARK: - Damage

    @Test(arguments: [512, 4096, 65_536])
    func `the size of a page is found without a header`(pageSize: Int) throws {
        let file = try ScratchFile(
            """
            PRAGMA page_size = \(pageSize);
            CREATE TABLE t (k INTEGER PRIMARY KEY, b TEXT);
            \(Self.many) INSERT INTO t SELECT i, printf('%.*c', 900, 'z') FROM n;
            """)
        var bytes = try Files.read(file.path)
        for index in 0..<100 { bytes[index] = 0 }
        try Files.write(bytes, to: file.path)
        let pages = try file.pages()
        #expect(!pages.hasHeader)
        #expect(pages.layout.pageSize == pageSize)
        #expect(pages.rows(of: "t").count == 300)
        // Nor is a header believed that speaks of another size.
        bytes.replaceSubrange(0..<18, with: Array("SQLite format 3\0".utf8) + [0x20, 0x00])
        try Files.write(bytes, to: file.path)
        if pageSize != 4096 { #expect(try file.pages().layout.pageSize == pageSize) }
    }

    @Test func `a long row whose chain is cut keeps its beginning`() throws {
        let file = try ScratchFile(
            "CREATE TABLE t (b TEXT, c); INSERT INTO t VALUES (printf('%.*c', 20000, 'q'), 7)")
        var bytes = try Files.read(file.path)
        #expect(bytes.count == 4096 * 6)
        bytes.removeLast(4096 + 1000)
        try Files.write(bytes, to: file.path)
        let pages = try file.pages()
        #expect(pages.count == 5 && pages.statedCount == 6)
        let row = try #require(pages.rows(of: "t").first)
        #expect(row.record.firstCut == 0)
        guard case .text(let text) = row.values[0] else { throw Missing() }
        #expect(text.count > 8000 && text.count < 20_000 && text.allSatisfy { $0 == UInt8(ascii: "q") })
        #expect(row.values[1] == .null)
    }

    private struct Missing: Error {}

    @Test func `what is no file is refused`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: RawFileError.self) { try DatabasePages(path: folder.file("none")) }
        #expect(throws: RawFileError.self) { try DatabasePages(path: folder.path) }
        try Files.write("", to: folder.file("empty"))
        #expect(try DatabasePages(path: folder.file("empty")).count == 0)
        try Files.write("some words", to: folder.file("words"))
        #expect(try DatabasePages(path: folder.file("words")).page(1) == nil)
    }
}
