import Conversations
import Glibc
import SQLite
import Support
import Testing
import WholeFiles

@testable import Migrations
@testable import Storage

struct DatabaseBackupTests {
    let scratch: ScratchStore

    init() async throws {
        scratch = try await ScratchStore()
    }

    private var target: String { scratch.folder.file("backup/b.db") }

    private func backUp(from path: String? = nil, replaces: Bool = false) async throws -> DatabaseContents? {
        _ = unsafe mkdir(scratch.folder.file("backup"), 0o700)
        let file = try NamelessFile(path: target, replaces: replaces)
        return try await SQLiteConversationStore.backUp(
            path: path ?? scratch.path, into: file, surroundings: scratch.world.surroundings(), progress: { _, _ in })
    }

    private func names() throws -> [String] { try Files.names(in: scratch.folder.file("backup")) }

    @Test func `a backup has all of it, that in the log too, in one file that can be read anywhere`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()), String(repeating: "long ", count: 100_000))
        #expect(DatabaseFile.hasLog(scratch.path))
        let contents = try #require(try await backUp())
        #expect(contents == DatabaseContents(bytes: try Files.read(target).count, chats: 1, messages: 2))
        #expect(try names() == ["b.db"])
        #expect(try Files.permissions(target) == 0o600)
        let copy = try Connection(path: target, access: .immutable)
        #expect(try copy.number("SELECT count(*) FROM messages") == 2)
        #expect(try Files.read(target)[18...19] == [1, 1])
        #expect(try await scratch.store.chat(chat.id, of: .local) == chat)
    }

    @Test func `a reply that streams is no damage, and is in it as far as it is kept`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat()))
        try await scratch.store.keep("so far", number: 1, of: scratch.right(to: open))
        #expect(try await backUp()?.messages == 2)
        scratch.world.advance(by: .seconds(60))
        let findings = try await SQLiteConversationStore.check(
            path: target, surroundings: scratch.world.surroundings())
        #expect(findings?.map(\.code) == ["abandoned_replies"])
        _ = try await scratch.store.finish(scratch.right(to: open), with: scratch.ending(open))
    }

    @Test func `where there is nothing there is no backup`() async throws {
        try Files.write("", to: scratch.folder.file("empty.db"))
        #expect(try await backUp(from: scratch.folder.file("none.db")) == nil)
        #expect(try await backUp(from: scratch.folder.file("empty.db")) == nil)
        #expect(try names() == [])
    }

    /// Damage that shows when the file is opened, and such as only a check finds.
    @Test(arguments: ["UPDATE chats SET message_count = 7", nil])
    func `a damaged database gives no backup, and the one before stays`(damage: String?) async throws {
        try await scratch.talk(.new(scratch.newChat()), String(repeating: "long ", count: 10_000))
        await scratch.store.close()
        _ = try await backUp()
        let before = try Files.read(target)
        if let damage {
            try scratch.execute(damage)
        } else {
            try Files.write(Array(try Files.read(scratch.path).prefix(50_000)), to: scratch.path)
        }
        let damaged = try Files.read(scratch.path)
        let error = await #expect(throws: StoreError.self) { try await backUp(replaces: true) }
        guard case .damaged(scratch.path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try Files.read(target) == before)
        #expect(try names() == ["b.db"])
        #expect(try Files.read(scratch.path) == damaged)
    }

    @Test func `the tables of an earlier version are copied as they are`() async throws {
        let path = scratch.folder.file("early.db")
        try SchemaMigrator.migrate(
            try Connection(path: path), to: Array(Migration.all.prefix(1)), now: { Timestamp(rawValue: 1) })
        #expect(
            try await backUp(from: path) == DatabaseContents(bytes: try Files.read(target).count, chats: 0, messages: 0)
        )
        #expect(try Connection(path: target).number(SchemaMigrator.latestVersionQuery) == 1)
    }

    @Test func `space is given back, and nothing else changes`() async throws {
        let kept = try await scratch.talk(.new(scratch.newChat()))
        let long = try await scratch.talk(.new(scratch.newChat()), String(repeating: "x", count: 500_000))
        try await scratch.store.delete([long.id], of: .local)
        let compaction = try await scratch.store.compact()
        #expect(compaction.bytesBefore > 500_000 && compaction.bytesAfter < 200_000 && !compaction.isHeldUp)
        #expect(try Files.read(scratch.path).count == compaction.bytesAfter)
        #expect(try await scratch.store.statistics().freeBytes == 0)
        #expect(try await scratch.store.chat(kept.id, of: .local) == kept)
        #expect(try await scratch.store.check() == [])
    }

    @Test func `while another reads, compacting does its work and says that the space comes later`() async throws {
        try await scratch.talk(.new(scratch.newChat()))
        let reader = try scratch.connection()
        try reader.execute("BEGIN; SELECT count(*) FROM chats")
        #expect(try await scratch.store.compact().isHeldUp)
        #expect(try reader.number("SELECT count(*) FROM messages") == 2)
        try reader.execute("COMMIT")
        #expect(try await !scratch.store.compact().isHeldUp)
    }

    @Test func `while another writes, compacting waits`() async throws {
        let writer = try scratch.connection()
        try writer.execute(
            "BEGIN IMMEDIATE; INSERT INTO chats (id, owner, title, title_folded, created_at, updated_at)"
                + " VALUES ('x', 'local', '', '', 1, 1)")
        let (waits, wait) = AsyncStream.makeStream(of: Void.self)
        let tell: @Sendable () -> Void = { wait.yield() }
        async let compaction = SQLiteConversationStore.tellingOfWaits(tell) { try await scratch.store.compact() }
        for await _ in waits { break }
        try writer.execute("COMMIT")
        _ = try await compaction
        #expect(try scratch.number("SELECT count(*) FROM chats") == 1)
    }

    @Test(arguments: [0o644, 0o620, 0o602])
    func `a file that others may read is a note`(mode: UInt32) async throws {
        try await scratch.talk(.new(scratch.newChat()))
        #expect(SQLiteConversationStore.exposedFile(of: scratch.path) == nil)
        for path in [scratch.path + "-wal", scratch.path] {
            _ = unsafe chmod(path, mode)
            #expect(SQLiteConversationStore.exposedFile(of: scratch.path) == path)
            let findings = try await scratch.store.check()
            #expect(findings.map(\.code) == ["others_can_read"])
            #expect(findings.map(\.severity) == [.note])
            #expect(findings.first?.message.hasSuffix(path) == true)
        }
    }
}
