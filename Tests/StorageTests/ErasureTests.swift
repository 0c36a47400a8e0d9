import Conversations
import SQLite
import Support
import Synchronization
import Testing

@testable import Storage

/// The end of a deletion: nothing of what was erased can be read from the file any more.
struct ErasureTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// A word that nothing else contains.
    private static func planted(_ number: Int) -> String {
        "zyqv\(number)x" + String(number &* 7919 % 99_991, radix: 36)
    }

    /// Chats with planted words between common ones, of many sizes, so that pages are split, merged and moved about.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `planted words are in no file afterwards, whatever was said around them`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var chats: [(chat: Chat, words: [String])] = []
        for number in 0..<40 {
            var words: [String] = []
            func text(_ length: Int) -> String {
                let word = Self.planted(number * 100 + words.count)
                words.append(word)
                let common = (0..<length).map { _ in "common\(Int.random(in: 0..<2000, using: &random))" }
                return (common + [word]).joined(separator: " ")
            }
            var chat = scratch.newChat(text(1))
            chat.system = text(3)
            chat.tags = [text(0)]
            chat.metadata = ["note": text(2)]
            chat = try await scratch.talk(.new(chat), text(.random(in: 0...40, using: &random)))
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                let open = try await scratch.begin(.existing(chat), text(.random(in: 0...900, using: &random)))
                try await store.keep(text(5), number: 1, of: scratch.right(to: open))
                let reply = text(.random(in: 0...1500, using: &random))
                chat = try await store.finish(scratch.right(to: open), with: scratch.ending(open, reply))
            }
            chats.append((chat, words))
        }
        chats.shuffle(using: &random)
        let (gone, kept) = (chats[..<25], chats[25...])
        let goneWords = gone.flatMap(\.words)
        #expect(try !found(goneWords, in: scratch.folder).isEmpty)
        let keptBefore = try await scratch.transcripts(.chats(kept.map(\.chat.id)))
        for batch in stride(from: 0, to: 25, by: 5) {
            try await store.delete(gone[batch..<batch + 5].map(\.chat.id), of: .local)
            // Others go on talking meanwhile.
            try await scratch.talk(.new(scratch.newChat()), "still talking")
        }
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try found(goneWords, in: scratch.folder) == [])
        await store.close()
        #expect(try found(goneWords, in: scratch.folder) == [])
        let keptAfter = try await scratch.transcripts(.chats(kept.map(\.chat.id)))
        #expect(keptAfter.map(\.1) == keptBefore.map(\.1))
        #expect(try await store.check() == [])
    }

    /// Rows are moved between pages, then, and leave copies where they were.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `nothing is left of chats that were gone on with in turn`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var chats: [Int: Chat] = [:]
        for turn in 0..<240 {
            scratch.world.advance(by: .seconds(1))
            let number = Int.random(in: 0..<50, using: &random)
            let length = [2, 5, 20, 60, 150, 400].randomElement(using: &random) ?? 0
            // Each beginning is another letter: the index keeps of a word what the one before it does not begin with.
            let text = (0..<length).map { "\(["k", "w", "q", "z"][$0 % 4])\(turn)x\($0)of\(number)y" }.joined(
                separator: " ")
            let target = chats[number].map { NewExchange.Target.existing($0) } ?? .new(scratch.newChat("of\(number)y"))
            chats[number] = try await scratch.talk(target, text, reply: text)
        }
        let gone = chats.keys.sorted().shuffled(using: &random).prefix(30)
        for number in gone { try await store.delete([#require(chats[number]).id], of: .local) }
        #expect(try scratch.number("SELECT count(*) FROM pending_work WHERE task = 'rewrite'") == 1)
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try found(gone.map { "of\($0)y" }, in: scratch.folder) == [])
        #expect(try scratch.number("SELECT count(*) FROM pending_work") == 0)
        #expect(try await store.check() == [])
    }

    @Test func `the index is merged to its end, whoever writes between the steps`() async throws {
        var random = SeededGenerator(seed: 5)
        func text(_ words: Int) -> String {
            (0..<words).map { _ in "w" + String(Int.random(in: 0..<400_000, using: &random), radix: 36) }
                .joined(separator: " ")
        }
        let doomed = try await scratch.talk(.new(scratch.newChat("doomed")), "zyzzyva " + text(100))
        for _ in 0..<40 { try await scratch.talk(.new(scratch.newChat()), text(12_000), reply: text(12_000)) }
        try await store.delete([doomed.id], of: .local)
        let pages = try scratch.number("SELECT count(*) FROM message_index_data")
        #expect(pages > 1200, "several steps")
        let world = scratch
        let outcome = try await store.finishErasure { _ in
            // As another program does, two commits a step.
            guard let connection = try? world.connection() else { return }
            for _ in 0..<2 {
                let key = Int64.random(in: 1 << 50..<1 << 51)
                try? connection.run("INSERT INTO message_index (rowid, words) VALUES (?1, 'between')", key)
            }
        }
        #expect(outcome == .complete)
        let connection = try scratch.connection()
        try connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, message_index, row)")
        #expect(try connection.number("SELECT count(*) FROM temp.words WHERE term = 'zyzzyva'") == 0)
        #expect(try connection.number("SELECT count(*) FROM temp.words WHERE term = 'between'") == 1)
        await store.close()
        #expect(try found(["zyzzyva"], in: scratch.folder) == [])
    }

    @Test func `deleting alone leaves words, which is noted in the file until the erasure is finished`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()), "zyzzyva")
        try await scratch.talk(.new(scratch.newChat()), "kept")
        try await store.delete([chat.id], of: .local)
        #expect(try await store.check().map(\.code) == ["unfinished_erasure"])
        await store.close()
        #expect(try found(["zyzzyva"], in: scratch.folder) == ["zyzzyva in parley.db"])
        // Another program finishes it.
        let other = try await ScratchStore(besides: scratch)
        let steps = Mutex<[Double]>([])
        #expect(try await other.store.finishErasure { step in steps.withLock { $0.append(step) } } == .complete)
        #expect(try found(["zyzzyva"], in: scratch.folder) == [])
        #expect(steps.withLock { $0 == $0.sorted() && $0.last == 1 })
        #expect(try await other.store.check() == [])
    }

    @Test func `with nothing to erase nothing is written`() async throws {
        try await scratch.talk(.new(scratch.newChat()))
        let before = try contents(of: scratch.folder)
        #expect(try await store.finishErasure { _ in Issue.record("there was something to tell of") } == .complete)
        let after = try contents(of: scratch.folder)
        for name in ["parley.db", "parley.db-wal"] { #expect(after[name] != nil && after[name] == before[name]) }
    }

    @Test func `a reader that stays keeps it from being finished, and harms nothing`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()), "zyzzyva")
        let reader = try scratch.connection()
        try reader.execute("BEGIN; SELECT count(*) FROM chats")
        try await store.delete([chat.id], of: .local)
        #expect(try await store.finishErasure { _ in } == .heldUp)
        #expect(try await store.check().map(\.code) == ["unfinished_erasure"])
        try reader.execute("COMMIT")
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try found(["zyzzyva"], in: scratch.folder) == [])
    }

    @Test func `a deletion that comes in between is not taken for finished`() async throws {
        let one = try await scratch.talk(.new(scratch.newChat()), "zyzzyva")
        let other = try await scratch.talk(.new(scratch.newChat()), "kumquat")
        try await store.delete([one.id], of: .local)
        let connection = try scratch.connection()
        let position = try #require(try connection.position(of: .erase))
        try await store.delete([other.id], of: .local)
        try connection.finish(.erase, at: position)
        #expect(try connection.position(of: .erase) != nil)
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try connection.position(of: .erase) == nil)
    }
}
