import Conversations
import Glibc
import SQLite
import Support
import Testing
import WholeFiles

@testable import Storage

/// Going back to a backup: the backup's content stands at the path, what stood there before stands beside it, and at
/// every step between there is something whole.
struct DatabaseRestorationTests {
    let scratch: ScratchStore
    let backup: String
    /// What the backup has, and what came after it.
    let (old, new): (Chat, Chat)

    private static let aside = "parley.db.before-restore-20260131-120000"

    init() async throws {
        scratch = try await ScratchStore()
        old = try await scratch.talk(.new(scratch.newChat("old")))
        backup = scratch.folder.file("b.db")
        let file = try NamelessFile(path: backup, replaces: false)
        _ = try await SQLiteConversationStore.backUp(
            path: scratch.path, into: file, surroundings: scratch.world.surroundings(), progress: { _, _ in })
        new = try await scratch.talk(.new(scratch.newChat("new")), String(repeating: "long ", count: 20_000))
        await scratch.store.close()
    }

    private func restore(_ backup: String? = nil, to path: String? = nil) async throws -> DatabaseRestoration {
        let backup = backup ?? self.backup
        let path = path ?? scratch.path
        let file = try SQLiteConversationStore.beginRestoration(of: path, from: backup)
        return try await SQLiteConversationStore.restore(
            path: path, from: backup, into: file, surroundings: scratch.world.surroundings())
    }

    private func titles(_ path: String) async throws -> [String] {
        let store = try await SQLiteConversationStore.openExisting(
            path: path, surroundings: scratch.world.surroundings())
        let titles = try await store?.chats(matching: ChatQuery(), of: .local).chats.map(\.title) ?? []
        await store?.close()
        return titles.sorted()
    }

    private func isSound(_ path: String) async throws -> Bool {
        try await SQLiteConversationStore.check(path: path, surroundings: scratch.world.surroundings()) == []
    }

    private func aside(_ suffix: String = "") -> String { scratch.folder.file(Self.aside + suffix) }

    /// Leaves the database as a program that was killed does: with its log.
    private func leaveLog() async throws {
        let chat = try await scratch.store.latestChat(of: .local)
        try await scratch.talk(.existing(try #require(chat)), "in the log alone")
        let copies = ["", "-wal"].map { ($0, scratch.folder.file("killed" + $0)) }
        for (suffix, copy) in copies { try Files.write(try Files.read(scratch.path + suffix), to: copy) }
        await scratch.store.close()
        for (suffix, copy) in copies { _ = unsafe rename(copy, scratch.path + suffix) }
        _ = unsafe chmod(scratch.path, 0o600)
    }

    @Test func `the backup stands there, and what stood there is kept`() async throws {
        let backupBefore = try Files.read(backup)
        let before = try Files.read(scratch.path)
        let restoration = try await restore()
        #expect(restoration.contents.chats == 1 && restoration.contents.messages == 2)
        #expect(restoration.keptAside == aside())
        #expect(try await titles(scratch.path) == ["old"])
        #expect(try await isSound(scratch.path))
        #expect(try Files.read(aside()) == before)
        #expect(try await titles(aside()) == ["new", "old"])
        #expect(try Files.read(backup) == backupBefore)
        #expect(try Files.names(in: scratch.folder.path) == ["b.db", "parley.db", Self.aside])
        for path in [scratch.path, aside()] { #expect(try Files.permissions(path) == 0o600) }
        // It can be talked in, and be gone back to again.
        try await scratch.talk(.new(scratch.newChat("newer")))
        await scratch.store.close()
        #expect(try await restore(aside()).keptAside == aside("-2"))
        #expect(try await titles(scratch.path) == ["new", "old"])
        #expect(try await titles(aside("-2")) == ["newer", "old"])
    }

    @Test func `where nothing stands it is made, in a folder of its own`() async throws {
        let path = scratch.folder.file("a/b/parley.db")
        #expect(try await restore(to: path).keptAside == nil)
        #expect(try await titles(path) == ["old"])
        #expect(try Files.names(in: scratch.folder.file("a/b")) == ["parley.db"])
        #expect(try Files.permissions(scratch.folder.file("a/b")) == 0o700)
        #expect(try Files.permissions(path) == 0o600)
    }

    @Test func `what waited in the log of a killed program is in the file that is kept`() async throws {
        try await leaveLog()
        #expect(DatabaseFile.hasLog(scratch.path))
        _ = try await restore()
        #expect(try await titles(scratch.path) == ["old"])
        #expect(try Files.names(in: scratch.folder.path) == ["b.db", "parley.db", Self.aside])
        let kept = try Connection(path: aside(), access: .immutable)
        #expect(try kept.number("SELECT count(*) FROM messages WHERE content = 'in the log alone'") == 1)
    }

    @Test func `a log that has lost its file is not replayed into the new one`() async throws {
        try await leaveLog()
        let log = try Files.read(scratch.path + "-wal")
        _ = unsafe unlink(scratch.path)
        #expect(try await restore().keptAside == nil)
        #expect(try await titles(scratch.path) == ["old"])
        #expect(try await isSound(scratch.path))
        #expect(try Files.read(aside("-wal")) == log)
    }

    enum Present: CaseIterable { case text, empty, cut, cutWithLog, brokenFormat, later }

    @Test(arguments: Present.allCases)
    func `what is damaged, or no database, is kept to the byte`(present: Present) async throws {
        switch present {
        case .text: try Files.write("Dear diary", to: scratch.path)
        case .empty: try Files.write("", to: scratch.path)
        case .cut: try Files.write(Array(try Files.read(scratch.path).prefix(30_000)), to: scratch.path)
        case .cutWithLog:
            try await leaveLog()
            try Files.write(Array(try Files.read(scratch.path).prefix(30_000)), to: scratch.path)
            // A log whose pages do not stand in for those that are gone.
            try Files.write(Array(try Files.read(scratch.path + "-wal").prefix(5000)), to: scratch.path + "-wal")
        case .brokenFormat:
            var bytes = try Files.read(scratch.path)
            for offset in 44..<48 { bytes[offset] ^= 0xFF }
            try Files.write(bytes, to: scratch.path)
        case .later: try scratch.execute("INSERT INTO schema_migrations VALUES (9999, 'later', 'x', 0)")
        }
        let before = try ["", "-wal"].filter { Files.exists(scratch.path + $0) }.map {
            ($0, try Files.read(scratch.path + $0))
        }
        #expect(try await restore().keptAside == aside())
        for (suffix, bytes) in before { #expect(try Files.read(aside(suffix)) == bytes, "\(suffix)") }
        #expect(try await titles(scratch.path) == ["old"])
        #expect(try await isSound(scratch.path))
        #expect(!Files.exists(scratch.path + "-wal"))
    }

    @Test func `another program's database is not ours to put aside`() async throws {
        _ = unsafe unlink(scratch.path)
        do { try Connection(path: scratch.path).execute("CREATE TABLE bookmarks (url TEXT)") }
        let before = try contents(of: scratch.folder)
        await #expect(throws: StoreError.foreignDatabase(path: scratch.path)) { try await restore() }
        #expect(try contents(of: scratch.folder) == before)
    }

    @Test func `a database that others have open stays`() async throws {
        let other = try scratch.connection()
        _ = try other.number("SELECT count(*) FROM chats")
        await #expect(throws: StoreError.databaseBusy(path: scratch.path)) { try await restore() }
        #expect(try other.number("SELECT count(*) FROM chats") == 2)
        #expect(!Files.exists(aside()))
    }

    @Test func `a file that is no sound backup changes nothing`() async throws {
        let path = scratch.folder.file("x.db")
        let sound = try Files.read(backup)
        let ways: [(reason: String, make: () throws -> Void)] = [
            ("not a database", { try Files.write("Dear diary", to: path) }),
            ("nothing in it", { try Files.write("", to: path) }),
            ("damaged", { try Files.write(Array(sound.prefix(40_000)), to: path) }),
            ("another program", { try Connection(path: path).execute("CREATE TABLE bookmarks (url TEXT)") }),
            (
                "later Parley",
                {
                    try Files.write(sound, to: path)
                    try Connection(path: path).execute("INSERT INTO schema_migrations VALUES (9999, 'x', 'x', 0)")
                }
            ),
            (
                "damaged",
                {
                    try Files.write(sound, to: path)
                    try Connection(path: path).execute("UPDATE chats SET message_count = 7")
                }
            ),
        ]
        for (reason, make) in ways {
            _ = unsafe unlink(path)
            try make()
            let before = try contents(of: scratch.folder)
            let error = await #expect(throws: RestoreError.self) { try await restore(path) }
            guard case .unfit(path, let found) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(found.contains(reason), "\(found)")
            #expect(try contents(of: scratch.folder) == before)
        }
    }

    @Test func `the database is no backup of itself, under any name, and a missing file is none`() async throws {
        _ = unsafe symlink(scratch.path, scratch.folder.file("soft"))
        _ = unsafe link(scratch.path, scratch.folder.file("hard"))
        for name in ["parley.db", "soft", "hard"] {
            let path = scratch.folder.file(name)
            await #expect(throws: RestoreError.isTheDatabase(path: path)) { try await restore(path) }
        }
        let missing = scratch.folder.file("none")
        await #expect(throws: RestoreError.noSuchFile(path: missing)) { try await restore(missing) }
    }

    @Test func `a backup with a log of its own is read with it, and keeps it`() async throws {
        try await leaveLog()
        let database = scratch.folder.file("other.db")
        let before = try ["", "-wal"].map { try Files.read(scratch.path + $0) }
        #expect(try await restore(scratch.path, to: database).contents.messages == 6)
        #expect(try await titles(database) == ["new", "old"])
        #expect(try ["", "-wal"].map { try Files.read(scratch.path + $0) } == before)
    }

    /// The steps of a restoration, each as a program leaves it that is killed behind it.
    @Test(arguments: 0...3)
    func `killed at any step, the path has a whole database and the next restoration works`(steps: Int) async throws {
        do {
            let file = try SQLiteConversationStore.beginRestoration(of: scratch.path, from: backup)
            if steps >= 1 {
                let copy = DatabaseCopy(source: backup, file: file, journal: .log, now: scratch.world.now)
                _ = try copy.make { _, _ in }
            }
            let present = PresentDatabase(path: file.path)
            if steps >= 2 {
                #expect(try present.settle())
                #expect(try present.keepAside(now: scratch.world.now) == aside())
            }
            if steps >= 3 { try file.finish() }
        }
        #expect(try await titles(scratch.path) == (steps == 3 ? ["old"] : ["new", "old"]))
        #expect(try await isSound(scratch.path))
        if steps >= 2 { #expect(try await titles(aside()) == ["new", "old"]) }
        _ = try await restore()
        #expect(try await titles(scratch.path) == ["old"])
        #expect(try Files.names(in: scratch.folder.path).filter { $0.hasPrefix(".") } == [])
    }

    @Test func `who opened the old file just before it was replaced gets the new one`() async throws {
        let late = try Connection(path: scratch.path, access: .readWrite)
        _ = try await restore()
        // It has read nothing yet, so nobody could know of it.
        #expect(late.hasMoved)
        let opened = try DatabaseFile.openForReading(scratch.path)
        #expect(try opened.number("SELECT count(*) FROM chats") == 1)
        #expect(!opened.hasMoved)
    }
}
