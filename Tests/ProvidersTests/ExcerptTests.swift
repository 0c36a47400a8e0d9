import Testing

@testable import Providers

struct ExcerptTests {
    @Test(arguments: [
        ("", ""), ("  a \r\n\t b\u{A0}c\u{2028}d ", "a b c d"), ("<p>One</p><p>Two</p>", "One Two"),
        ("a\u{1B}[31mb\u{0}c\u{9B}d\u{7F}e", "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d\u{FFFD}e"),
        ("a\u{202E}b\u{2066}c\u{FEFF}d\u{E0041}e", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e"), ("👩‍💻 é", "👩‍💻 é"),
        ("1 < 2 &amp; 3 &#x202E;", "1 < 2 & 3 \u{FFFD}"), ("<style>p { color: red }</style>x<script>y</script>", "x"),
        ("<!-- a -->b<", "b<"), ("a<b", "a"),
    ])
    func `an excerpt is one line of harmless words`(bytes: String, words: String) {
        #expect(Excerpt(of: Array(bytes.utf8)).text == words)
    }

    @Test func `an excerpt is short, however long its characters`() {
        for long in ["x", "日", "e\u{301}\u{302}", "👩‍👩‍👧‍👦", "a ", "<b>x</b>", "\u{1B}"] {
            #expect(
                Excerpt(of: Array(String(repeating: long, count: 10_000).utf8)).text.unicodeScalars.count
                    == Excerpt.limit)
        }
        #expect(Excerpt(of: [0xFF, 0x61, 0xE6, 0x97]).text == "\u{FFFD}a\u{FFFD}")
    }
}
