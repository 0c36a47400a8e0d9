import SQLite
import SQLiteFile
import Support
import Testing

/// Whatever the bytes are, reading them comes to an end, and gives no more than they hold.
struct DamagedFileFuzzTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `damaged files are read to their end`(seed: UInt64) throws {
        let file = try ScratchFile(
            """
            PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
            CREATE TABLE t (k INTEGER PRIMARY KEY, b TEXT, c REAL);
            CREATE TABLE w (a TEXT PRIMARY KEY, b) WITHOUT ROWID;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
                INSERT INTO t SELECT i, printf('%.*c', i * 57, 'x'), i / 7.0 FROM n;
            INSERT INTO w SELECT b, k FROM t WHERE k < 20;
            DELETE FROM t WHERE k % 5 = 0;
            PRAGMA wal_checkpoint(TRUNCATE);
            UPDATE t SET b = b || 'y' WHERE k < 9;
            """, keepsOpen: true)
        let sound = [try Files.read(file.path), try Files.read(file.path + "-wal")]
        #expect(sound[0].count > 10_000 && sound[1].count > 1000)
        let folder = try TemporaryFolder()
        let path = folder.file("damaged.db")
        var random = SeededGenerator(seed: seed)
        var rows = 0
        for _ in 0..<400 {
            for (index, name) in [path, path + "-wal"].enumerated() {
                try Files.write(damaged(sound[index], using: &random), to: name)
            }
            rows += try readAll(path)
        }
        #expect(rows > 400 * 20)
    }

    private func damaged(_ sound: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var bytes = sound
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 2:
                // Where pages keep their counts and pointers.
                let head = place / 512 * 512 + Int.random(in: 0..<24, using: &random)
                if head < bytes.count { bytes[head] = .random(in: 0...255, using: &random) }
            case 3:
                for index in place..<min(place + 600, bytes.count) { bytes[index] = 0 }
            case 4:
                for index in place..<min(place + 40, bytes.count) {
                    bytes[index] = .random(in: 0...255, using: &random)
                }
            default: if Int.random(in: 0..<4, using: &random) == 0, place > 0 { bytes.removeLast(bytes.count - place) }
            }
        }
        return bytes
    }

    /// Reads every page as what it says it is, and as everything else.
    private func readAll(_ path: String) throws -> Int {
        let pages = try DatabasePages(path: path)
        #expect(pages.freePages().count <= pages.count)
        let most = pages.count * pages.layout.pageSize
        var rows = 0
        for number in 0...pages.count + 1 {
            guard let page = pages.page(number, amending: [.tableLeaf, .tableInterior, .indexLeaf, .indexInterior])
            else {
                continue
            }
            #expect(page.cells.count * 2 <= pages.layout.pageSize)
            for cell in page.cells where page.kind != .tableInterior {
                var visited = 0
                guard let record = pages.record(of: cell, in: page, visiting: { _, _ in visited += 1 }) else {
                    continue
                }
                rows += 1
                #expect(visited <= pages.count)
                let bytes = record.values.reduce(0) { sum, value in
                    switch value {
                    case .text(let bytes), .blob(let bytes): sum + bytes.count
                    default: sum
                    }
                }
                #expect(bytes <= most)
            }
        }
        return rows
    }
}
