import Support
import Terminal
import Testing

struct FittedTextTests {
    @Test(arguments: [
        ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"), ("hello", 0, ""), ("", 0, ""), ("", 3, ""),
        ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 2, "…"),
        ("👩‍💻👩‍💻", 3, "👩‍💻…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ])
    func `a long text is cut between graphemes`(text: String, columns: Int, fitted: String) {
        #expect(DisplayWidth.truncated(text, toColumns: columns) == fitted)
    }

    @Test(arguments: [
        ("ab", 4, "ab  ", "  ab"), ("日", 4, "日  ", "  日"), ("abcd", 4, "abcd", "abcd"), ("abcde", 4, "abcde", "abcde"),
        ("", 2, "  ", "  "),
    ])
    func `a short text is filled up on either side`(text: String, columns: Int, left: String, right: String) {
        #expect(DisplayWidth.padded(text, toColumns: columns) == left)
        #expect(DisplayWidth.padded(text, toColumns: columns, alignment: .right) == right)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a cell of a table has its columns, whatever is in it`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "a", "é", "\u{301}", "日", "👩‍💻", "\u{200D}", "🇫", "👍", "🏽", "ﾊ", "\u{600}", "क्", "ষ", " ",
        ]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                parts.randomElement(using: &generator) ?? ""
            }.joined()
            let columns = Int.random(in: 0...10, using: &generator)
            let cut = DisplayWidth.truncated(text, toColumns: columns)
            #expect(DisplayWidth.columns(of: cut) <= columns)
            #expect(DisplayWidth.columns(of: DisplayWidth.padded(cut, toColumns: columns)) == columns)
        }
    }
}
