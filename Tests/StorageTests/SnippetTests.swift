import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// Pieces of a text around what was found.
struct SnippetTests {
    let connection: Connection
    let tokenizer: FullTextTokenizer

    init() throws {
        connection = try Connection(path: ":memory:")
        tokenizer = try IndexedText.tokenizer(of: connection)
    }

    private func snippet(_ text: String, _ typed: String) throws -> Snippet {
        let matcher = TextMatcher(try SearchExpression(.typed(typed), tokenizer: tokenizer), tokenizer: tokenizer)
        return SnippetCutting.snippet(of: text, around: try matcher.matches(in: text))
    }

    /// The snippet with brackets around its marks, and dots where it is cut.
    private func shown(_ text: String, _ typed: String) throws -> String {
        let snippet = try snippet(text, typed)
        var bytes = Array(snippet.text.utf8)
        for mark in snippet.marks.reversed() {
            bytes.insert(UInt8(ascii: "]"), at: mark.upperBound)
            bytes.insert(UInt8(ascii: "["), at: mark.lowerBound)
        }
        return (snippet.isCutBefore ? "…" : "") + String(decoding: bytes, as: UTF8.self)
            + (snippet.isCutAfter ? "…" : "")
    }

    @Test(arguments: [
        ("some words here", "WORDS", "some [words] here"), ("Café au lait", "cafe", "[Café] au lait"),
        ("Cafe\u{301} au lait", "café", "[Cafe\u{301}] au lait"), ("I use C++ daily", "c++", "I use [C++] daily"),
        ("I use C++ daily", "c", "I use [C]++ daily"), ("see file.json", "file.json", "see [file.json]"),
        ("one two one", "one", "[one] two [one]"), ("one, two", "\"one two\"", "[one, two]"),
        ("one two", "one two", "[one] [two]"),
        ("a one b two one", "\"two one\" one", "a [one] b [two one]"),
        ("migration and migrating", "migrat*", "[migration] and [migrating]"), ("我想去北京旅行", "北京", "我想去[北京]旅行"),
        ("北京烤鸭", "北* 烤", "[北]京[烤]鸭"), ("ok 👍🏽 then", "👍", "ok [👍🏽] then"), ("a 👩‍💻 b", "💻", "a [👩‍💻] b"),
        ("go🚀🚀!", "🚀", "go[🚀🚀]!"), ("+ Ελλάδα!", "ΕΛΛΑΔΑ", "+ [Ελλάδα]!"), ("so :) and :)", ":)", "so [:)] and [:)]"),
        ("दुनिया", "दुनिया", "[दुनिया]"),
        ("line\none\r\ntwo\u{2028}x\ty\u{1B}[0m", "one", "line [one] two x y [0m"), ("a\u{0}b", "b", "a [b]"),
        ("  padded  ", "padded", "[padded]"), ("nothing of it", "other", "nothing of it"), ("", "x", ""),
    ])
    func `what was found is marked, on one line`(text: String, typed: String, expected: String) throws {
        #expect(try shown(text, typed) == expected)
    }

    @Test func `a long text is cut between words, around the place with most of what was looked for`() throws {
        let hay = (0..<200).map { "hay\($0)" }.joined(separator: " ")
        let text = "needle " + hay + " needle and thread " + hay
        let shown = try shown(text, "needle thread")
        #expect(shown.hasPrefix("…hay") && shown.hasSuffix("…"))
        #expect(shown.contains(" hay199 [needle] and [thread] hay0 "))
        #expect(!shown.contains("  ") && shown.count <= SnippetCutting.length + 6)
        let words = Set(text.split(separator: " "))
        let bare = shown.split { " […]".contains($0) }
        #expect(bare.count > 15 && bare.allSatisfy(words.contains))
    }

    @Test func `near an end of the text, more is shown of the other side`() throws {
        let hay = String(repeating: "hay ", count: 100)
        #expect(try snippet("needle " + hay, "needle").text.count > SnippetCutting.length - 20)
        #expect(try snippet(hay + "needle", "needle").text.count > SnippetCutting.length - 20)
        #expect(try snippet(hay, "other").text.count > SnippetCutting.length - 20)
        #expect(try snippet(hay + "needle", "needle").isCutAfter == false)
        #expect(try snippet("needle " + hay, "needle").isCutBefore == false)
    }

    @Test func `what is longer than a snippet is marked as far as it is shown`() throws {
        let words = (0..<60).map { "word\($0)" }.joined(separator: " ")
        let snippet = try snippet("before " + words + " after", "\"\(words)\"")
        #expect(snippet.marks.count == 1 && snippet.isCutAfter)
        #expect(snippet.text.count <= SnippetCutting.length)
    }

    @Test func `whatever the text, its characters are whole and the marks are on them`() throws {
        let pieces = [
            "needle", "🇫🇷", "👩‍👩‍👧‍👦", "👍🏽", "e\u{301}\u{302}", "한", "각", "नि", "ก็", "漢", "\r\n", "\n", " ", " ", "word", ".",
            "\u{0}",
            "❤️", "1️⃣", "ά", "needle", "a",
        ]
        for seed in 0..<80 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let kinds = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let text = (0..<Int.random(in: 0...900, using: &random)).map { _ in
                kinds.randomElement(using: &random) ?? ""
            }
            .joined()
            let snippet = try snippet(text, "needle 漢")
            #expect(snippet.text.count <= SnippetCutting.length)
            // Line ends apart, it is a run of the text's characters.
            let characters = text.map { $0.isNewline || $0 == "\0" ? " " : $0 }
            let part = Array(snippet.text)
            #expect(
                part.isEmpty || characters.indices.contains { characters[$0...].starts(with: part) }, "seed \(seed)")
            let edges = Set(part.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.utf8.count) })
            var last = -1
            for mark in snippet.marks {
                #expect(!mark.isEmpty && mark.lowerBound > last, "seed \(seed)")
                #expect(edges.contains(mark.lowerBound) && edges.contains(mark.upperBound), "seed \(seed)")
                last = mark.upperBound
            }
            let isWhole = part.filter { !$0.isWhitespace } == characters.filter { !$0.isWhitespace }
            #expect(isWhole || snippet.isCutBefore || snippet.isCutAfter, "seed \(seed)")
        }
    }

    @Test func `a very long message is looked at around what was found`() throws {
        let hay = String(repeating: "hay漢 ", count: 9_000)
        for needle in ["needle here", "two needle"] {
            let shown = try shown(hay + needle + " " + hay + " needle " + hay, "needle")
            #expect(shown.contains(needle.replacing("needle", with: "[needle]")))
        }
        // Wherever a piece of it ends.
        for shift in 6..<18 {
            let text =
                String(repeating: "x", count: shift) + " " + String(repeating: "hay ", count: 8188) + "one two " + hay
            #expect(try shown(text, "\"one two\"").contains("[one two]"), "shift \(shift)")
            #expect(try !shown(text, "tw").contains("["), "shift \(shift)")
        }
    }

    @Test func `the words of texts are those of the index`() throws {
        let connection = try Connection(path: ":memory:")
        try SchemaMigrator.migrate(connection, now: { ScriptedWorld().now })
        try connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, message_index, instance)")
        let texts = [
            "Plain words, C++ and C# #tag", "Çédille É e\u{301}", "漢字 ตัวอักษร 한국어", "🚀👩‍💻👍🏽 ❤️ ⭐ ™ → € ½ ² Ⅷ",
            "नमस्ते مرحبا שלום", "a\0b_c-d.e\u{E000}", "ﬁ ǆ İ ß ẞ Σς",
        ]
        for (number, text) in texts.enumerated() { try connection.insertWords(of: text, key: Int64(number + 1)) }
        for (number, text) in texts.enumerated() {
            let statement = try connection.prepared("SELECT term FROM temp.words WHERE doc = ?1 ORDER BY \"offset\"")
            defer { statement.reset() }
            try statement.bind(number + 1)
            var indexed: [String] = []
            while try statement.step() { indexed.append(statement.text(0)) }
            var words: [String] = []
            try unsafe tokenizer.forEachWord(of: IndexedText.words(of: text)) { word, _ in
                words.append(unsafe String(decoding: word, as: UTF8.self))
                return true
            }
            #expect(!words.isEmpty && words == indexed)
        }
    }
}
