import Testing

@testable import Terminal

struct EditBufferTests {
    @Test func `a mark joins the letter before the cursor`() {
        var buffer = EditBuffer("e")
        buffer.insert("\u{301}")
        #expect(buffer.text == "é")
        #expect(buffer.cursor == buffer.text.endIndex)
        let removed = buffer.remove(to: buffer.before)
        #expect(removed == "é")
        #expect(buffer.text == "")
    }

    @Test func `where an edit joins two graphemes the cursor goes behind them`() {
        var buffer = EditBuffer("\u{1100}x\u{1161}")  // two letters of one Hangul syllable, and something between
        _ = buffer.move(to: buffer.before)
        let removed = buffer.remove(to: buffer.before)
        #expect(removed == "x")
        #expect(buffer.text.count == 1)
        #expect(buffer.cursor == buffer.text.endIndex)
    }

    @Test func `a flag put between flags leaves the cursor on an edge`() {
        var buffer = EditBuffer("🇫🇷🇩🇪")
        _ = buffer.move(to: buffer.before)
        buffer.insert("\u{1F1EE}")
        #expect(String.Index(buffer.cursor, within: buffer.text) != nil)
    }

    @Test(arguments: [
        ("ab", 2, "ba", 2), ("ab", 1, "ba", 2), ("abc", 1, "bac", 2), ("日e\u{301}", 2, "e\u{301}日", 2),
    ])
    func `transposing swaps two graphemes`(text: String, cursor: Int, swapped: String, after: Int) {
        var buffer = EditBuffer(text)
        _ = buffer.move(to: text.index(text.startIndex, offsetBy: cursor))
        let isSwapped = buffer.transpose()
        #expect(isSwapped)
        #expect(buffer.text == swapped)
        #expect(buffer.text.distance(from: buffer.text.startIndex, to: buffer.cursor) == after)
    }

    @Test(arguments: [("", 0), ("a", 1), ("ab", 0)])
    func `there is nothing to transpose with less than two`(text: String, cursor: Int) {
        var buffer = EditBuffer(text)
        _ = buffer.move(to: text.index(text.startIndex, offsetBy: cursor))
        let isSwapped = buffer.transpose()
        #expect(!isSwapped)
        #expect(buffer.text == text)
    }

    @Test func `words are letters and digits, or what stands between spaces`() {
        let buffer = EditBuffer("one two-tree.. ")
        #expect(buffer.text[buffer.wordStart...] == "tree.. ")
        #expect(buffer.text[buffer.blankWordStart...] == "two-tree.. ")
        #expect(buffer.wordEnd == buffer.text.endIndex)
        var start = buffer
        _ = start.move(to: buffer.text.startIndex)
        #expect(start.text[..<start.wordEnd] == "one")
        #expect(start.wordStart == start.text.startIndex)
    }
}
