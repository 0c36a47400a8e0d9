import Conversations
import JSON
import Support
import Terminal
import Testing
import Transcripts

@testable import parley

/// What was found, as it is printed.
struct SearchPageTests {
    private func chat(_ title: String = "Trip to Rome") -> Chat {
        Chat(
            id: ChatID(rawValue: "01hq00000000000000k3m9x2ab"), title: title,
            createdAt: Timestamp(rawValue: 1_769_860_800_000))
    }

    private func hit(
        _ text: String, marks words: String..., role: Role? = .user, seq: Int = 4, title: String = "Trip to Rome",
        isCutBefore: Bool = false, isCutAfter: Bool = false, score: Double? = nil
    ) -> SearchHit {
        let marks = words.compactMap { word in
            text.firstRange(of: word).map {
                text.utf8.distance(
                    from: text.startIndex, to: $0.lowerBound)..<text.utf8.distance(
                        from: text.startIndex, to: $0.upperBound)
            }
        }
        let chat = chat(title)
        let message = role.map {
            Message(
                id: MessageID(chat: chat.id, seq: seq), role: $0, content: "",
                provider: $0 == .assistant ? "blog" : nil,
                createdAt: Timestamp(rawValue: 1_769_864_400_000))
        }
        return SearchHit(
            chat: chat, message: message,
            snippet: Snippet(text: text, marks: marks, isCutBefore: isCutBefore, isCutAfter: isCutAfter), score: score)
    }

    private func plain(_ hits: SearchHit..., width: Int? = nil) -> [String] {
        text(hits, mode: .never, width: width).split(separator: "\n").map(String.init)
    }

    private func text(_ hits: [SearchHit], mode: Style.Mode, width: Int?) -> String {
        SearchPageText(style: Style(mode: mode, environment: [:], isTerminal: false), width: width).text(of: hits)
    }

    // MARK: - For programs

    private func json(_ page: SearchPage) -> String {
        String(decoding: JSON.JSONWriter.line { $0.searchPage(page) }, as: UTF8.self)
    }

    @Test func `keys come in their order, and what is absent is left out`() {
        let id = "01hq00000000000000k3m9x2ab"
        #expect(
            json(SearchPage(hits: [hit("the 日本 night train", marks: "日本", "train")]))
                == #"{"results":[{"chat":"\#(id)","message":"\#(id)-4","seq":4,"role":"user","created_at":"2026-01-31T13:00:00.000Z","#
                + #""snippet":"the 日本 night train","marks":[[4,6],[13,18]],"title":"Trip to Rome"}]}"# + "\n")
        let titleHit = hit("Trip to Rome", marks: "Rome", role: nil, score: 1.5)
        #expect(
            json(
                SearchPage(
                    hits: [titleHit],
                    next: SearchCursor(time: Timestamp(rawValue: 7), chat: ChatID(rawValue: "x"), seq: 0),
                    rankedOnly: 10_000))
                == #"{"results":[{"chat":"\#(id)","snippet":"Trip to Rome","#
                + #""marks":[[8,12]],"score":1.5,"title":"Trip to Rome"}],"next":"7.0.x","limited":10000}"# + "\n")
        #expect(json(SearchPage(hits: [])) == "{\"results\":[]}\n")
    }

    @Test func `marks count code points, with the ellipses`() throws {
        let found = hit("e\u{301} 👩‍👩‍👧 x", marks: "👩‍👩‍👧", "x", isCutBefore: true, isCutAfter: true)
        let result = try #require(try JSONValue(json(SearchPage(hits: [found])))["results"]?[0])
        #expect(result["snippet"] == "…e\u{301} 👩‍👩‍👧 x…")
        let scalars = Array((result["snippet"]?.text ?? "").unicodeScalars)
        let marked = result["marks"]?.elements.map { mark in
            String(String.UnicodeScalarView(scalars[(mark[0]?.integer ?? 0)..<(mark[1]?.integer ?? 0)]))
        }
        #expect(marked == ["👩‍👩‍👧", "x"])
    }

    @Test func `a hit alone is a line`() {
        let found = hit("a\nb", marks: "a")
        #expect(
            String(decoding: JSON.JSONWriter.line { $0.searchHit(found) }, as: UTF8.self).filter(\.isNewline) == "\n")
    }

    // MARK: - For people

    @Test func `a hit is who said it where, and the words; a title is one line`() {
        #expect(
            plain(
                hit("on the night train to Rome", marks: "train", isCutBefore: true),
                hit("I see.", marks: "see", role: .assistant, seq: 12),
                hit("Trip to Rome", marks: "Rome", role: nil), hit("Be kind.", role: .system, title: "Other"))
                == [
                    "k3m9x2ab  #4   2026-01-31 13:00  you     Trip to Rome",
                    "    …on the night train to Rome",
                    "k3m9x2ab  #12  2026-01-31 13:00  blog    Trip to Rome",
                    "    I see.",
                    "k3m9x2ab       2026-01-31 12:00  title   Trip to Rome",
                    "k3m9x2ab  #4   2026-01-31 13:00  system  Other",
                    "    Be kind.",
                ])
    }

    @Test func `words are marked in colour, and not without it`() {
        let found = [hit("on the night train", marks: "night", "train")]
        let mark = { (word: String) in "\u{1B}[1m\u{1B}[33m\(word)\u{1B}[39m\u{1B}[22m" }
        #expect(text(found, mode: .always, width: nil).hasSuffix("    on the \(mark("night")) \(mark("train"))\n"))
        #expect(!text(found, mode: .never, width: 80).contains("\u{1B}"))
        let title = text([hit("Trip to Rome", marks: "Rome", role: nil)], mode: .always, width: 80)
        #expect(title.hasSuffix("  Trip to \(mark("Rome"))\n"))
    }

    @Test func `what others wrote is harmless`() {
        let found = hit(
            "a \u{1B}[31mred\u{7} \u{202E}word\r\nb", marks: "word", title: "\u{1B}]0;x\u{7}\u{9B}2J")
        for width in [nil, 80] {
            #expect(
                plain(found, width: width) == [
                    "k3m9x2ab  #4  2026-01-31 13:00  you  ␛]0;x␇\\u{9B}2J",
                    "    a ␛[31mred␇ \\u{202E}word b",
                ])
        }
        #expect(text([found], mode: .always, width: nil).contains("\u{1B}[33mword\u{1B}[39m"))
    }

    @Test func `a long snippet is cut around the first mark`() {
        let long = String(repeating: "before ", count: 20) + "train" + String(repeating: " after", count: 20)
        let words = plain(hit(long, marks: "train"), width: 40)[1]
        #expect(words == "    …re before before train after after…")
        #expect(DisplayWidth.columns(of: words) <= 40)
        #expect(plain(hit(long, marks: "before"), width: 24)[1] == "    before before befo…")
        #expect(plain(hit("the last train", marks: "train"), width: 14)[1] == "    …st train")
    }

    static let nasty = [
        "日本語の長い文章がここにあります、とても長い train 日本語の長い文章がここにあります",
        "👩‍👩‍👧‍👦👍🏽❤️🇩🇪🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F} train e\u{301}a\u{308}o\u{308}",
        "\u{1B}[31m\u{7}\u{0}\u{202E}\u{2066} train \u{9B}31m \u{FEFF}\u{2028}x",
        "க்ஷத்ரியன் नमस्ते สวัสดีครับ train ก้ำ العربية עברית", "train", "", "\u{301}\u{302}",
    ]

    @Test(arguments: nasty)
    func `no line is wider than the terminal, no character is cut and no escape`(text: String) {
        let found = [
            hit(text, marks: "train", isCutBefore: true, isCutAfter: true),
            hit(text, marks: "train", role: nil, title: text), hit("x", title: text),
        ]
        for width in 1...100 {
            let plain = self.text(found, mode: .never, width: width)
            for line in plain.split(separator: "\n", omittingEmptySubsequences: false) {
                #expect(DisplayWidth.columns(of: String(line)) <= max(width, 4), "\(width): \(line)")
                #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
            }
            // Colours change nothing but the colour.
            let coloured = self.text(found, mode: .always, width: width)
            #expect(coloured.replacing(/\u{1B}\[\d+m/, with: "") == plain)
            var screen = Screen(columns: max(width, 4), rows: 10)
            screen.write(coloured.replacing("\n", with: "\r\n"))
            #expect(screen.unknown == [])
            #expect(screen.row == 5, "\(width): \(screen.lines)")
        }
    }
}
