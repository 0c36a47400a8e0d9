import Support
import Testing

@testable import Terminal

struct RenderingTests {
    static let prompt = "\u{1B}[1m> \u{1B}[0m"

    @Test(arguments: [
        ("", ["> "], 0, 2),
        ("hello", ["> hello"], 0, 7),
        ("12345678", ["> 12345678", ""], 1, 0),  // full: the cursor has a row of its own
        ("123456789", ["> 12345678", "9"], 1, 1),
        ("1234567日", ["> 1234567", "日"], 1, 2),  // no room for a wide one at the end
        ("123456日", ["> 123456日", ""], 1, 0),
        ("one\ntwo", ["> one", "two"], 1, 3),
        ("one\n", ["> one", ""], 1, 0),
        ("12345678\nx", ["> 12345678", "x"], 1, 1),
        ("a\tb", ["> a    b"], 0, 8),
        ("\u{1B}[2J", ["> ␛[2J"], 0, 6),
        ("x\u{202E}", ["> x\\u{202E", "}"], 1, 1),
        ("e\u{301}👩‍💻", ["> e\u{301}👩‍💻"], 0, 5),
        ("\u{301}x", ["> ◌\u{301}x"], 0, 4),  // a mark without a letter
        ("1234567e\u{301}", ["> 1234567e\u{301}", ""], 1, 0),
    ])
    func `a line is drawn on rows of ten columns`(text: String, lines: [String], row: Int, column: Int) {
        let screen = drawn(editor(text))
        #expect(screen.lines == trimmed(lines))
        #expect([screen.row, screen.column] == [row, column])
        #expect(rendering(editor(text)).rows == lines.count)
    }

    @Test(arguments: [
        ("12345678", 8, 0, 2), ("12345678", 1, 0, 9), ("123456789", 1, 1, 0), ("1234567日", 1, 1, 0),
        ("12345678\nx", 2, 0, 9),  // before the newline of a full row
        ("one\ntwo", 4, 0, 5), ("one\ntwo", 3, 1, 0),
    ])
    func `the cursor stands where the next letter goes`(text: String, left: Int, row: Int, column: Int) {
        let screen = drawn(editor(text, left: left))
        #expect([screen.row, screen.column] == [row, column])
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `drawing over a drawing leaves just the new one`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let columns = Int.random(in: 4...12, using: &generator)
        var editor = LineEditor(history: ["日本語日本語日本語", "one\ntwo\n\nthree"])
        var screen = Screen(columns: columns, rows: 400)
        var previous: Rendering?
        for _ in 0..<60 {
            _ = editor.receive(LineEditorTests.noise(seed: generator.next(), count: 2))
            let next = rendering(editor, columns: columns, rows: 400)
            screen.write(next.output(over: previous))
            previous = next
            let expected = ExpectedScreen(editor.text, cursor: editor.cursorIndex, start: 2, columns: columns)
            #expect(screen.lines == trimmed(["> " + expected.rows[0]] + expected.rows.dropFirst()))
            #expect([screen.row, screen.column] == [expected.row, expected.column])
            #expect([next.cursorRow, next.cursorColumn] == [expected.row, expected.column])
            #expect(screen.unknown == [])
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a low screen shows the rows around the cursor, and nothing is drawn twice`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var editor = LineEditor(history: [])
        var screen = Screen(columns: 10, rows: 4)
        var previous: Rendering?
        for _ in 0..<60 {
            _ = editor.receive(LineEditorTests.noise(seed: generator.next(), count: 3))
            let next = rendering(editor, rows: 4)
            screen.write(next.output(over: previous))
            previous = next
            #expect(next.rows <= 4)
            #expect(screen.column == next.cursorColumn)
            let expected = ExpectedScreen(editor.text, cursor: editor.cursorIndex, start: 2, columns: 10)
            let all = ["> " + expected.rows[0]] + expected.rows.dropFirst()
            let top = expected.row - next.cursorRow
            let first = screen.row - next.cursorRow
            let shown = Array(screen.lines.dropFirst(first))
            #expect(shown == trimmed(Array(all[top..<top + next.rows])))
        }
    }

    @Test func `a finished line is shown whole, and the cursor is below it`() {
        var screen = Screen(columns: 10, rows: 8)
        let editor = editor("12345678", left: 3)
        screen.write(rendering(editor).output)
        screen.write(rendering(editor).erasing)
        screen.write(LineEditor.finished("12345678", prompt: Self.prompt, promptColumns: 2, columns: 10))
        #expect(screen.lines == ["> 12345678"])
        #expect([screen.row, screen.column] == [1, 0])
        screen.write(LineEditor.finished("one\ntwo", prompt: Self.prompt, promptColumns: 2, columns: 10))
        #expect(screen.lines == ["> 12345678", "> one", "two"])
        #expect([screen.row, screen.column] == [3, 0])
    }

    @Test(arguments: [0, 1, 2, 3])
    func `a terminal too narrow for the prompt shows the text at least`(columns: Int) {
        var screen = Screen(columns: max(2, columns), rows: 9)
        screen.write(editor("日ab").rendering(prompt: Self.prompt, promptColumns: 2, columns: columns, rows: 9).output)
        #expect(screen.lines.joined().hasSuffix("日ab"))
    }

    private func editor(_ text: String, left: Int = 0) -> LineEditor {
        var editor = LineEditor(history: [text])
        _ = editor.receive(("\u{1B}[A" + String(repeating: "\u{2}", count: left)).utf8)
        return editor
    }

    private func rendering(_ editor: LineEditor, columns: Int = 10, rows: Int = 24) -> Rendering {
        editor.rendering(prompt: Self.prompt, promptColumns: 2, columns: columns, rows: rows)
    }

    private func drawn(_ editor: LineEditor) -> Screen {
        var screen = Screen(columns: 10, rows: 24)
        screen.write(rendering(editor).output)
        return screen
    }

    private func trimmed(_ lines: [String]) -> [String] {
        var lines = lines.map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// The rows of a text, reckoned once more in the plainest way: letter by letter, and the cursor last.
private struct ExpectedScreen {
    var rows = [""]
    var row = 0
    var column = 0

    init(_ text: String, cursor: String.Index, start: Int, columns: Int) {
        var width = start
        var index = text.startIndex
        while index < text.endIndex {
            var isHere = index == cursor
            let letter = String(text[index])
            var letters = letter == "\t" ? "    " : ControlCharacterFilter.visible(letter)
            if letter != "\n", DisplayWidth.columns(of: letters) == 0 { letters = "◌" + letters }
            for letter in letters {
                let wide = letter == "\n" ? 0 : DisplayWidth.columns(of: letter)
                if width + wide > columns {
                    rows.append("")
                    width = 0
                }
                if isHere { (row, column, isHere) = (rows.count - 1, min(width, columns - 1), false) }
                if letter == "\n" {
                    rows.append("")
                    width = 0
                } else {
                    rows[rows.count - 1].append(letter)
                    width += wide
                }
            }
            index = text.index(after: index)
        }
        guard cursor == text.endIndex else { return }
        if width == columns {
            rows.append("")
            width = 0
        }
        (row, column) = (rows.count - 1, width)
    }
}
