import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// Finding messages and titles.
struct SearchTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// What is found: sequence numbers, 0 for a title, newest first.
    private func found(_ text: String, _ narrow: (inout SearchQuery) -> Void = { _ in }) async throws -> [Int] {
        try await page(text, narrow).hits.map { $0.message?.id.seq ?? 0 }
    }

    private func page(_ text: String, _ narrow: (inout SearchQuery) -> Void = { _ in }) async throws -> SearchPage {
        var query = SearchQuery(.typed(text))
        narrow(&query)
        return try await store.search(query, of: .local)
    }

    // MARK: - As people type

    @Test(arguments: [
        ("I don't know", "don't"), ("I don't know", "DON'T know"), ("C++ and C#", "C++"), ("C++ and C#", "c#"),
        ("C++ and C#", "c"), ("in C++17", "C++17"), ("see file.json here", "file.json"), ("a foo-bar b", "foo-bar"),
        ("a foo-bar b", "foo"), ("he said \"yes", "\"yes"), ("he said \"yes", "said \""), ("this AND that", "AND"),
        ("this NEAR that", "NEAR"), ("say (a OR b", "(a OR"), ("five * six", "*"), ("five * six", "five * six"),
        ("so :) then", ":)"), ("a — b", "—"), ("100% sure", "%"), ("snake_case", "_"), ("snake_case", "snake_case"),
        ("a#tag", "#tag"), ("a #tag", "tag"), ("a^b {c} d: e", "{c} d:"), ("path /usr/bin", "/usr/bin"),
        ("wörds with áccents", "WORDS ACCENTS"), ("naive", "naïve"), ("Straße", "straße"), ("ΕΛΛΑΔΑ", "ελλάδα"),
        ("Ελλάς", "ΕΛΛΑΣ"), ("Ещё раз", "еще"), ("край", "край"),
        ("go 🚀🚀 now", "🚀"), ("go🚀now", "go"), ("ok 👍🏽 then", "👍"), ("ok 👍 then", "👍🏽"), ("a 👩‍💻 b", "👩‍💻"),
        ("love ❤️", "❤"), ("love ❤", "❤️"), ("in 🇫🇷 now", "🇫🇷"), ("press 1️⃣", "1"), ("⭐⭐⭐", "⭐⭐"), ("25°C", "°C"),
        ("we are migrating", "migrat*"), ("go to C++ land", "C++*"), ("say two words here", "\"two words\""),
        ("say two words here", "“two words”"), ("say two words here", "\"two wor\"*"),
        ("我想去北京旅行", "北京"), ("我想去北京旅行", "京旅"), ("東京タワーへ行く", "タワー"), ("한국어를 배우고", "한국"),
        ("ฉันรักเธอ", "รัก"), ("mixed 漢字text here", "漢字 here"), ("mixed 漢字text here", "字text"), ("用Swift写", "swift 用"),
        ("北京烤鸭", "北京*"), ("नमस्ते दुनिया", "दुनिया"), ("Привет, мир", "ПРИВЕТ"), ("מה שלום", "שלום"), ("a\u{0}b", "b"),
        ("tabs\tand\nlines", "and lines"), ("''; DROP TABLE chats; --", "'; drop table"), ("x != y", "!="),
    ])
    func `what was typed is found as it was meant`(text: String, typed: String) async throws {
        try await scratch.talk(.new(scratch.newChat("nothing")), text, reply: "nothing")
        #expect(try await found(typed) == [1])
    }

    @Test(arguments: [
        ("C and C#", "C++"), ("two other words", "\"two words\""), ("one only", "one two"), ("migrate", "migration"),
        ("北方的京城", "北京"), ("five or six", "*"), ("100 per cent", "%"), ("a b", "_"), ("smile", "😀"), ("ab", "b"),
        ("some text", "nowhere"), ("some text", ""), ("some text", " \n"), ("some text", "\"\""),
    ])
    func `what does not have it is not found`(text: String, typed: String) async throws {
        try await scratch.talk(.new(scratch.newChat("nothing")), text, reply: "nothing")
        #expect(try await found(typed) == [])
    }

    @Test func `nothing that can be typed is an error`() async throws {
        try await scratch.talk(.new(scratch.newChat("A chat")), "some words * \" ( ) 😀 漢字")
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "\"", "*", "(", ")", "AND", "OR", "NOT", "NEAR", "+", "-", "^", ":", "{", "}", "'", "%", "_", " ", " ", "a",
            "words",
            "漢", "😀", "\\", "\0", "“", "”", "#", "\u{301}", "\u{200D}", "\r\n", ",", "words:", "rank", "\u{10FFFF}",
            ";", "--",
        ]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            var query = SearchQuery(.typed(text.joined()))
            for order in [SearchQuery.Order.newestFirst, .byRank] {
                query.order = order
                await #expect(throws: Never.self) { try await store.search(query, of: .local) }
            }
        }
    }

    @Test func `a long text is looked for as a whole`() async throws {
        let text = (0..<500).map { "word\($0)" }.joined(separator: " ")
        try await scratch.talk(.new(scratch.newChat("x")), text)
        #expect(try await found(text) == [1])
        #expect(try await found("\"\(text)\"") == [1])
        #expect(try await found(text + " other") == [])
    }

    @Test func `the engine's own language is taken where it is asked for, and its complaints are told`() async throws {
        try await scratch.talk(.new(scratch.newChat("x")), "alpha beta 北京", reply: "alpha gamma")
        func raw(_ text: String) async throws -> [Int] {
            try await store.search(SearchQuery(.raw(text)), of: .local).hits.map { $0.message?.id.seq ?? 0 }
        }
        #expect(try await raw("alpha NOT beta") == [2])
        #expect(try await raw("beta OR gamma") == [2, 1])
        #expect(try await raw("NEAR(alpha 北京, 2)") == [1])
        #expect(try await raw("gam*") == [2])
        for bad in ["AND", "alpha AND", "\"alpha", "nothing:alpha", "(alpha", "al-pha"] {
            for order in [SearchQuery.Order.newestFirst, .byRank] {
                var query = SearchQuery(.raw(bad))
                query.order = order
                await #expect(throws: StoreError.self) { try await store.search(query, of: .local) }
                do {
                    _ = try await store.search(query, of: .local)
                } catch StoreError.badSearch(let words) {
                    #expect(!words.isEmpty)
                }
            }
        }
    }

    // MARK: - What is there to be found

    @Test func `titles are found, and shown as they are now`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat("Baking bread")), "hello", reply: "hi")
        let hit = try #require(try await page("bread").hits.first)
        #expect(hit.message == nil)
        #expect(hit.chat == chat)
        #expect(hit.snippet == Snippet(text: "Baking bread", marks: [7..<12], isCutBefore: false, isCutAfter: false))
        let connection = try scratch.connection()
        let row = try #require(try connection.chatRow(chat.id, owner: .local))
        try connection.replaceIndexedTitle(of: row, by: "Making cakes")
        try connection.execute("UPDATE chats SET title = 'Making cakes', title_folded = 'making cakes'")
        #expect(try await found("bread") == [])
        #expect(try await page("cakes").hits.first?.snippet.text == "Making cakes")
        #expect(try await store.check() == [])
    }

    @Test func `a title that is taken away or given first is followed`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat("One")))
        let connection = try scratch.connection()
        for (old, new) in [("One", ""), ("", "Two")] {
            let row = try #require(try connection.chatRow(chat.id, owner: .local))
            #expect(row.chat.title == old)
            try connection.replaceIndexedTitle(of: row, by: new)
            try connection.execute("UPDATE chats SET title = '\(new)', title_folded = lower('\(new)')")
            #expect(try await found("one") == [])
            #expect(try await store.check() == [])
        }
        #expect(try await found("two") == [0])
    }

    @Test func `others' chats are not found, archived ones are, deleted ones are no more`() async throws {
        try await scratch.talk(.new(scratch.newChat("a", owner: Owner(rawValue: "other"))), "needle :)")
        let kept = try await scratch.talk(.new(scratch.newChat("b")), "needle :)")
        let gone = try await scratch.talk(.new(scratch.newChat("c")), "needle :)")
        try scratch.execute("UPDATE chats SET archived = 1 WHERE id = '\(kept.id.rawValue)'")
        try await store.delete([gone.id], of: .local)
        for text in ["needle", "need*", ":)"] {
            #expect(try await page(text).hits.map(\.chat.id) == [kept.id])
            #expect(try await page(text) { $0.order = .byRank }.hits.map(\.chat.id) == [kept.id])
        }
    }

    @Test func `a reply is found when it has ended`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat("x")), "question")
        try await store.keep("needle", number: 1, of: scratch.right(to: open))
        #expect(try await found("needle") == [])
        _ = try await store.finish(scratch.right(to: open), with: scratch.ending(open, "needle"))
        #expect(try await found("needle") == [2])
        let hit = try #require(try await page("needle").hits.first)
        #expect(hit.message?.content == "")
        #expect(hit.message?.role == .assistant)
        #expect(hit.snippet.text == "needle")
    }

    // MARK: - By rank

    @Test func `the best match is first, and says how good it is`() async throws {
        let chat = try await scratch.talk(
            .new(scratch.newChat("x")), "needle needle needle",
            reply: "a needle in " + String(repeating: "hay ", count: 50))
        scratch.world.advance(by: .seconds(9))
        try await scratch.talk(.existing(chat), "one needle among some other words", reply: "none")
        let best = try await page("needle") { $0.order = .byRank }
        #expect(best.hits.map { $0.message?.id.seq } == [1, 3, 2])
        #expect(best.next == nil && best.rankedOnly == nil)
        let scores = best.hits.compactMap(\.score)
        #expect(scores.count == 3 && scores == scores.sorted(by: >) && scores.allSatisfy { $0 > 0 })
        #expect(try await found("needle") { $0.limit = 1 } == [3])
        #expect(try await page("needle") { ($0.order, $0.limit) = (.byRank, 1) }.hits.count == 1)
        #expect(try await page("needle").hits.allSatisfy { $0.score == nil })
    }

    @Test func `where there are more hits than are compared, it is said, and conditions come before`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat("x")), "needle", reply: "oldest needle needle")
        let connection = try scratch.connection()
        let row = try #require(try connection.chatRow(chat.id, owner: .local))
        try connection.transaction(.immediate) {
            for seq in 3..<RankedRows.compared + 3 {
                let message = Message(
                    id: MessageID(chat: chat.id, seq: seq), role: .user, content: "a needle",
                    createdAt: scratch.world.now)
                try connection.insert(message, inChat: row.key)
            }
        }
        let all = try await page("needle") { $0.order = .byRank }
        #expect(all.rankedOnly == RankedRows.compared)
        #expect(all.hits.count == 20 && !all.hits.contains { $0.message?.id.seq == 2 })
        let replies = try await page("needle") { ($0.order, $0.role) = (.byRank, .assistant) }
        #expect(replies.rankedOnly == nil)
        #expect(replies.hits.map { $0.message?.id.seq } == [2])
    }
}
