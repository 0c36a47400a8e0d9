import Conversations
import Migrations
import SQLite
import Support
import Testing

@testable import Storage

/// The index of words: what is in it, and that it follows the messages.
struct MessageIndexTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// The sequence numbers of what has these words in a row, 0 for a title, in the order of their keys.
    private func found(_ words: String) throws -> [Int] {
        let phrase = "\"" + IndexedText.words(of: words).replacing("\"", with: "\"\"") + "\""
        let connection = try scratch.connection()
        let statement = try connection.prepared(
            "SELECT rowid FROM message_index WHERE message_index MATCH ?1 ORDER BY rowid")
        defer { statement.reset() }
        try statement.bind(phrase)
        var found: [Int] = []
        while try statement.step() { found.append(MessageKey.seq(ofKey: statement.integer(0))) }
        return found
    }

    @Test func `a message is in it as soon as it is kept, a reply when it has ended, a title with its chat`()
        async throws
    {
        let open = try await scratch.begin(.new(scratch.newChat("A title")), "Some question")
        #expect(try found("title") == [0])
        #expect(try found("question") == [1])
        try await store.keep("An answer", number: 1, of: scratch.right(to: open))
        #expect(try found("answer") == [])
        let chat = try await store.finish(scratch.right(to: open), with: scratch.ending(open, "An answer"))
        #expect(try found("answer") == [2])
        try await scratch.talk(.existing(chat), "Some other question", reply: "")
        #expect(try found("question") == [1, 3])
        #expect(try await store.check() == [])
    }

    @Test func `what had come of a reply that nobody finished is in it once its chat is gone on with`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat()))
        try await store.keep("half of ", number: 1, of: scratch.right(to: open))
        try await store.keep("a reply", number: 2, of: scratch.right(to: open))
        scratch.world.advance(by: .seconds(6))
        #expect(try found("reply") == [])
        try await scratch.talk(.existing(try #require(try await store.chat(open.chat.id, of: .local))))
        #expect(try found("half of a reply") == [2])
        #expect(try await store.check() == [])
    }

    @Test(arguments: [
        ("Çédille ÉTÉ", "cedille ete"), ("Das ist GROẞ", "ist"), ("Straße nach Łódź", "łodz"),
        ("我想去北京旅行", "北京"), ("東京タワーへ行く", "タワー"), ("한국어를 배우고", "국어"), ("ฉันรักเธอ", "รัก"),
        ("mixed 漢字text here", "字text"), ("mixed 漢字text here", "text here"), ("𠮷野家で食べる", "野家"),
        ("C++ and file.json", "file.json"), ("snake_case", "snake"), ("ﾊﾝｶｸ", "ﾝｶ"), ("don't", "don't"),
        ("Добрый день", "добрый"), ("नमस्ते दुनिया", "दुनिया"), ("emoji 🎉 party", "emoji 🎉 party"),
    ])
    func `words of all scripts are found by what they contain`(text: String, words: String) async throws {
        try await scratch.talk(.new(scratch.newChat("x")), text, reply: "y")
        #expect(try found(words) == [1])
        #expect(try found("nothing of it") == [])
    }

    @Test func `symbols are words`() {
        #expect(IndexedText.words(of: "C++, C#!") == "C + + , C # !")
        #expect(IndexedText.words(of: "go🚀🚀 ™") == "go 🚀 🚀   ™")
        #expect(IndexedText.words(of: "+") == " +")
        #expect(IndexedText.words(of: "a+\u{0}") == "a + \u{0}")
    }

    @Test func `accents that the tokenizer knows nothing of are taken off`() {
        #expect(IndexedText.words(of: "Άνθρωπος ή ΐϊ") == "ανθρωπος η ιι")
        #expect(IndexedText.words(of: "Ёлка ещё, край") == "елка еще, край")
        #expect(IndexedText.words(of: "漢ή漢") == " 漢 η 漢")
    }

    /// Of category So for the tokenizer, and made no word here, a character would belong to the words beside it.
    @Test func `no symbol is a part of the word beside it`() throws {
        let tokenizer = try IndexedText.tokenizer(of: try Connection(path: ":memory:"))
        var symbols = 0
        for value in 0x80..<0x20000 as Range<UInt32> {
            guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory == .otherSymbol else {
                continue
            }
            var words: [String] = []
            try unsafe tokenizer.forEachWord(of: IndexedText.words(of: "a\(scalar)b")) { word, _ in
                words.append(unsafe String(decoding: word, as: UTF8.self))
                return true
            }
            #expect(words.first == "a" && words.last == "b" && words.count <= 3, "U+\(String(value, radix: 16))")
            symbols += words.count == 3 ? 1 : 0
        }
        #expect(symbols > 5000)
    }

    @Test func `text without such scripts goes in as it is`() {
        for text in ["", "plain", "Übergröße", "a b", "\u{0}"] { #expect(IndexedText.words(of: text) == text) }
        #expect(IndexedText.words(of: "a漢字b") == "a 漢 字 b")
        #expect(IndexedText.words(of: "漢") == " 漢")
    }

    @Test func `a deleted chat is in it no more, and others are`() async throws {
        let gone = try await scratch.talk(.new(scratch.newChat("gone title")), "shared gone", reply: "shared 北京")
        try await scratch.talk(.new(scratch.newChat("kept title")), "shared kept", reply: "shared 北京")
        #expect(try found("shared").count == 4)
        try await store.delete([gone.id], of: .local)
        #expect(try found("shared") == [1, 2])
        #expect(try found("gone") == [])
        #expect(try found("北京") == [2])
        #expect(try await store.check().map(\.code) == ["unfinished_erasure"])
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try found("shared") == [1, 2])
        #expect(try await store.check() == [])
    }

    // MARK: - Falling behind

    /// Brings the file into the state in which an older version's is when its tables have just been brought up to date.
    private func forgetIndex() throws {
        try scratch.execute(
            """
            INSERT INTO message_index (message_index) VALUES ('delete-all');
            INSERT OR REPLACE INTO pending_work (task, position) VALUES ('index', 0)
            """)
    }

    @Test func `an index that has fallen behind catches up, and is then the same`() async throws {
        for number in 0..<30 {
            var chat = try await scratch.talk(.new(scratch.newChat("title \(number)")), "question \(number)")
            for _ in 0..<number { chat = try await scratch.talk(.existing(chat), "more 漢字", reply: "said") }
        }
        let open = try await scratch.begin(.new(scratch.newChat("being written")), "so far")
        let words = ["title", "question", "more 漢字", "said", "hello", "so far"]
        let before = try words.map(found)
        try forgetIndex()
        #expect(try words.map(found).allSatisfy(\.isEmpty))
        #expect(try await store.check().map(\.code) == ["outdated_index"])
        await store.close()

        let again = try await ScratchStore(besides: scratch)
        #expect(try words.map(found) == before)
        #expect(try scratch.number("SELECT count(*) FROM pending_work") == 0)
        _ = try await again.store.finish(scratch.right(to: open), with: scratch.ending(open, "the end"))
        #expect(try found("the end") == [2])
        #expect(try await again.store.check() == [])
    }

    @Test func `while it is behind, nothing goes in twice and nothing is taken out that is not in`() async throws {
        let first = try await scratch.talk(.new(scratch.newChat("one")), "question", reply: "answer")
        let second = try await scratch.talk(.new(scratch.newChat("two")), "question", reply: "answer")
        let third = try await scratch.talk(.new(scratch.newChat("three")), "question", reply: "answer")
        try forgetIndex()
        // As an interrupted catching up leaves it: the first chat is indexed.
        let connection = try scratch.connection()
        try connection.insertWords(of: "one", key: MessageKey.title(ofChat: 1))
        try connection.insertWords(of: "question", key: MessageKey.key(chat: 1, seq: 1))
        try connection.insertWords(of: "answer", key: MessageKey.key(chat: 1, seq: 2))
        try connection.setPosition(of: .index, to: MessageKey.key(chat: 1, seq: MessageKey.maximumSeq))

        try await scratch.talk(.existing(first), "question", reply: "answer")
        try await scratch.talk(.existing(third), "question", reply: "answer")
        try await scratch.talk(.new(scratch.newChat("four")), "question", reply: "answer")
        #expect(try found("question") == [1, 3])
        try await store.delete([second.id], of: .local)
        #expect(try await store.check().map(\.code) == ["unfinished_erasure"])
        await store.close()

        let again = try await ScratchStore(besides: scratch)
        #expect(try found("question") == [1, 3, 1, 3, 1])
        #expect(try found("two") == [])
        #expect(try await again.store.finishErasure { _ in } == .complete)
        #expect(try await again.store.check() == [])
    }

    @Test func `many who find it behind share the work`() async throws {
        for number in 0..<40 { try await scratch.talk(.new(scratch.newChat("title \(number)")), "question") }
        await store.close()
        try forgetIndex()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try await ScratchStore(besides: scratch) } }
            try await group.waitForAll()
        }
        #expect(try found("question").count == 40)
        #expect(try await store.check() == [])
    }

    // MARK: - Damage

    /// Spoils the index's own rows, as a bad disk would.
    private func damageIndex() throws {
        let connection = try scratch.connection()
        try connection.execute(
            """
            UPDATE message_index_data SET block = zeroblob(length(block));
            DELETE FROM message_index_docsize WHERE id > (1 << 20 | 1)
            """)
    }

    @Test func `a damaged index is found, and made anew`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()), "question")
        try await scratch.talk(.existing(chat), "question")
        try damageIndex()
        let findings = try await store.check()
        #expect(Set(findings.map(\.code)) == ["damaged_index"])
        #expect(findings.allSatisfy { $0.severity == .damage && $0.advice.contains("db reindex") })

        try await store.reindex { _ in }
        #expect(try found("question") == [1, 3])
        #expect(try await store.check() == [])
    }

    @Test func `an index that is to be made anew, and still holds what it held, is not damaged`() async throws {
        try await scratch.talk(.new(scratch.newChat("one")), "question", reply: "answer")
        // As a program leaves it that is killed when it has just begun with that.
        try scratch.execute("INSERT INTO pending_work (task, position) VALUES ('index', 0)")
        #expect(try found("question") == [1])
        #expect(try await store.check().map(\.code) == ["outdated_index"])
        await store.close()

        let again = try await ScratchStore(besides: scratch)
        #expect(try found("question") == [1])
        #expect(try scratch.number("SELECT count(*) FROM pending_work") == 0)
        #expect(try await again.store.check() == [])
    }

    @Test func `a damaged index keeps nobody from talking or deleting, and is made anew by the next program`()
        async throws
    {
        let chat = try await scratch.talk(.new(scratch.newChat()), "question")
        let other = try await scratch.talk(.new(scratch.newChat()), "question")
        await store.close()
        try damageIndex()
        #expect(try await scratch.talk(.existing(chat), "question", reply: "answer").messageCount == 4)
        try await store.delete([other.id], of: .local)
        #expect(try await scratch.transcripts(.everything).map(\.1.count) == [4])
        await store.close()
        let again = try await ScratchStore(besides: scratch)
        #expect(try found("question") == [1, 3])
        #expect(try await again.store.finishErasure { _ in } == .complete)
        #expect(try await again.store.check() == [])
    }

    @Test(arguments: [
        "UPDATE message_index_data SET block = zeroblob(length(block))",
        "UPDATE message_index_data SET block = zeroblob(length(block)) WHERE id > 10",
        "DELETE FROM message_index_data WHERE id > 10", "DELETE FROM message_index_data WHERE id = 10",
        "DELETE FROM message_index_docsize WHERE id & 1048575 = 0",
        "DELETE FROM message_index_docsize WHERE id & 1048575 = 2",
        "INSERT INTO message_index (rowid, words) VALUES (77 << 20, 'stray')",
        "INSERT INTO message_index (rowid, words) VALUES (1 << 20 | 900, 'stray')",
    ])
    func `an index that is out of step is found`(sql: String) async throws {
        try await scratch.talk(.new(scratch.newChat()))
        #expect(try await store.check() == [])
        try scratch.execute(sql)
        #expect(try await store.check().contains { $0.code == "damaged_index" })
    }

    @Test func `a look into the index waits for nobody for long, and changes nothing`() async throws {
        try await scratch.talk(.new(scratch.newChat()))
        let before = try contents(of: scratch.folder)
        #expect(try await store.check() == [])
        #expect(try contents(of: scratch.folder)["parley.db-wal"] == before["parley.db-wal"])
        let connection = try scratch.connection()
        try connection.execute("BEGIN IMMEDIATE")
        #expect(try await store.check().map(\.code) == ["index_not_checked"])
        try connection.execute("COMMIT")
        #expect(try await store.check() == [])
    }
}
