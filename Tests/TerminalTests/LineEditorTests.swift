import Support
import Testing

@testable import Terminal

struct LineEditorTests {
    /// What is typed, and the line that is then written, the cursor as a bar.
    @Test(arguments: [
        ("hello", "hello|"),
        ("ab\u{1B}[Dc", "ac|b"),
        ("ab\u{2}\u{2}x\u{6}y", "xay|b"),
        ("ab\u{1}x\u{5}y", "xaby|"),
        ("ab\u{1B}[Hx\u{1B}[Fy", "xaby|"),
        ("abc\u{7F}\u{8}", "a|"),
        ("abc\u{1}\u{4}\u{1B}[3~", "|c"),
        ("日本\u{7F}", "日|"),
        ("👩‍💻x\u{7F}\u{7F}", "|"),
        ("e\u{301}\u{1B}[Dx", "x|e\u{301}"),
        ("one two\u{17}", "one |"),
        ("one two\u{15}", "|"),
        ("one two\u{1}\u{B}", "|"),
        ("one two\u{1B}b\u{B}", "one |"),
        ("one two\u{1B}b\u{15}", "|two"),
        ("one two\u{17}\u{1}\u{19}", "two|one "),
        ("one two\u{17}\u{17}\u{19}", "one two|"),  // kills in a row come back together
        ("one two\u{1}\u{1B}d\u{1B}d\u{19}", "one two|"),
        ("one two\u{17}x\u{17}\u{19}", "one x|"),
        ("a.b c\u{1B}\u{7F}\u{1B}\u{7F}", "a.|"),
        ("one two\u{1B}[1;5D\u{1B}[1;5Dx", "x|one two"),
        ("one two\u{1}\u{1B}[1;5Cx", "onex| two"),
        ("one two\u{1}\u{1B}fx\u{1B}by", "y|onex two"),
        ("abc\u{14}", "acb|"),
        ("abc\u{1}\u{6}\u{14}", "ba|c"),
        ("one\u{1B}\rtwo", "one\ntwo|"),
        ("one\\\rtwo", "one\ntwo|"),
        ("one\\x\r", "|"),
        ("a\u{1B}[200~b\r\nc\td\u{7}\u{1B}[201~e", "ab\nc\tde|"),
        ("gone\u{3}x", "x|"),
        ("back\u{3}\u{19}", "back|"),
        ("\u{1B}[Ax", "newx|"),
        ("\u{10}\u{10}x", "oldx|"),
        ("draft\u{1B}[A\u{1B}[A\u{1B}[B\u{1B}[B!", "draft!|"),
        ("draft\u{10}\u{E}\u{E}", "draft|"),
    ])
    func `keys edit the line`(typed: String, line: String) {
        var editor = LineEditor(history: ["old", "new"])
        _ = editor.receive(typed.utf8)
        var shown = editor.text
        shown.insert("|", at: editor.cursorIndex)
        #expect(shown == line)
    }

    @Test(arguments: [
        ("a", [LineEditor.Action.redraw]),
        ("abc", [.redraw]),
        ("ab\r", [.redraw, .submit("ab")]),
        ("\n", [.submit("")]),
        ("one\rtwo\rthree", [.redraw, .submit("one"), .redraw, .submit("two"), .redraw]),
        ("\u{3}", [.interrupt]),
        ("a\u{3}\u{3}", [.redraw, .cleared, .interrupt]),
        ("\u{4}", [.endOfInput]),
        ("a\u{4}", [.redraw, .bell]),
        ("\u{C}", [.clearScreen]),
        ("a\u{1A}", [.redraw, .suspend]),
        ("\t", [.bell]),
        ("\u{7F}\u{1B}[D\u{1B}[C\u{19}\u{14}", [.bell, .bell, .bell, .bell, .bell]),
        ("\u{1B}[A\u{1B}[B", [.bell, .bell]),
        ("\u{1B}[15~\u{0}\u{1B}x\u{7}", []),
        ("\\\r", [.redraw]),
        ("a\\\rb\r", [.redraw, .submit("a\nb")]),
        ("\u{1B}[200~a\rb\r\u{1B}[201~\r", [.redraw, .submit("a\nb\n")]),
    ])
    func `keys give actions`(typed: String, actions: [LineEditor.Action]) {
        var editor = LineEditor()
        #expect(editor.receive(typed.utf8) == actions)
    }

    @Test func `submitted lines can be recalled`() {
        var editor = LineEditor(history: ["old"])
        #expect(editor.receive("one\r \rone\r\u{1B}[A\u{1B}[A".utf8).contains(.submit(" ")))
        #expect(editor.history == ["old", "one"])
        #expect(editor.text == "old")
        _ = editor.receive("er\r".utf8)
        #expect(editor.history == ["old", "one", "older"])
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>, [1, 2, 3, 7])
    func `input cut anywhere edits the same`(seed: UInt64, length: Int) {
        let bytes = Self.noise(seed: seed, count: 300)
        var whole = LineEditor(history: ["old", "日本"])
        var cut = whole
        let expected = whole.receive(bytes).filter { $0 != .redraw }
        let actions = bytes.pieces(of: length).flatMap { cut.receive($0) }.filter { $0 != .redraw }
        #expect(actions == expected)
        #expect(cut.text.utf8.elementsEqual(whole.text.utf8))
        #expect(cut.cursor == whole.cursor)
        #expect(cut.history == whole.history)
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `no bytes bring the editor into disorder`(seed: UInt64) {
        var editor = LineEditor(history: ["old"])
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            _ = editor.receive(Self.noise(seed: generator.next(), count: 50))
            #expect(String.Index(editor.cursorIndex, within: editor.text) != nil)
            #expect((0...editor.text.count).contains(editor.cursor))
            #expect(editor.text.unicodeScalars.allSatisfy(Self.isText))
        }
    }

    private static func isText(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
    }

    /// Keys, letters and any bytes.
    static func noise(seed: UInt64, count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let keys = [
            "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}OH", "\u{1B}[1;5D", "\u{1B}b", "\u{1B}\u{7F}",
            "\u{1B}\r",
            "\r", "\\\r", "\u{3}", "\u{15}", "\u{17}", "\u{19}", "\u{14}", "\u{7F}", "\u{1B}[200~a\r\nb\u{1B}[201~",
            "\u{1B}[200~",
            "\u{1B}[201~", "日本", "e\u{301}", "👩‍💻", "🇫🇷", "\u{200D}", "\u{301}", "word ", "\u{1100}", "\u{1161}",
        ]
        return (0..<count).flatMap { _ -> [UInt8] in
            Int.random(in: 0..<4, using: &generator) == 0
                ? [UInt8.random(in: 0...255, using: &generator)]
                : Array((keys.randomElement(using: &generator) ?? "").utf8)
        }
    }
}
