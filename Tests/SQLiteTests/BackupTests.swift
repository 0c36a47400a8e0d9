import Glibc
import SQLite
import Support
import Testing

struct BackupTests {
    private struct Refusal: Error {}

    let folder: TemporaryFolder
    let source: Connection
    let target: Connection

    init() throws {
        folder = try TemporaryFolder()
        source = try Connection(path: folder.file("source.db"))
        target = try Connection(path: folder.file("target.db"))
        try source.execute("PRAGMA journal_mode = WAL; CREATE TABLE pieces (n INTEGER PRIMARY KEY, text TEXT)")
        for _ in 0..<50 { try source.execute("INSERT INTO pieces (text) VALUES (zeroblob(4000))") }
    }

    @Test func `a copy is the same database`() throws {
        try source.copy(to: target)
        #expect(try target.first("SELECT count(*) FROM pieces") == "50")
        #expect(try target.first("PRAGMA integrity_check") == "ok")
    }

    @Test func `it is one moment's, however much is written meanwhile, and holds up no writer`() throws {
        let writer = try Connection(path: folder.file("source.db"))
        writer.setBusyTimeout(milliseconds: 0)
        var copied: [Int] = []
        try source.copy(to: target, pagesAtOnce: 1) { progress in
            copied.append(progress.copiedPages)
            // What has been copied already changes with it, and the end moves away.
            try writer.execute(
                "UPDATE pieces SET text = 'new' WHERE n = 1; INSERT INTO pieces (text) VALUES (zeroblob(9000))")
        }
        // Each step went on from the one before: none began anew.
        #expect(copied == Array(1...copied.count))
        #expect(copied.count > 50)
        #expect(try target.first("SELECT count(*) FROM pieces") == "50")
        #expect(try target.first("SELECT count(*) FROM pieces WHERE text = 'new'") == "0")
        #expect(try target.first("PRAGMA integrity_check") == "ok")
        #expect(try source.first("SELECT count(*) FROM pieces") == "\(50 + copied.count)")
    }

    @Test func `what a step's caller throws ends it, and leaves both free`() throws {
        #expect(throws: Refusal.self) { try source.copy(to: target, pagesAtOnce: 1) { _ in throw Refusal() } }
        try source.execute("DELETE FROM pieces WHERE n > 1")
        try source.copy(to: target)
        #expect(try target.first("SELECT count(*) FROM pieces") == "1")
    }

    @Test func `a source that is no database is named by its code`() throws {
        try Files.write("Dear diary, nothing happened today", to: folder.file("diary.txt"))
        let diary = try Connection(path: folder.file("diary.txt"), access: .readOnly)
        let error = #expect(throws: SQLiteError.self) { try diary.copy(to: target) }
        #expect(error?.isNotADatabase == true)
    }

    @Test func `a connection knows when its file has been replaced`() throws {
        #expect(!source.hasMoved)
        try Files.write("", to: folder.file("other"))
        _ = unsafe rename(folder.file("other"), folder.file("source.db"))
        #expect(source.hasMoved)
    }
}
