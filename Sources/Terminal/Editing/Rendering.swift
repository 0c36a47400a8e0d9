/// How a line being written is drawn: what to write, and what is then on the screen.
///
/// It is drawn whole each time. Going up to its first row and clearing below is all that the next drawing needs to know
/// about this one. Wrapping is left to the terminal, so that a copied line is one line; a full row with the cursor
/// behind it is ended by hand, since terminals wrap only when the next letter comes.
package struct Rendering: Equatable, Sendable {
    /// What to write from the first column of the first row, with nothing below.
    package var output: String
    package var rows: Int
    package var cursorRow: Int
    package var cursorColumn: Int

    /// What to write where `previous` was drawn and the cursor still is where it left it.
    package func output(over previous: Rendering?) -> String { (previous?.erasing ?? "") + output }

    /// What takes this drawing off the screen, and puts the cursor where it began.
    package var erasing: String { Self.up(cursorRow) + "\r\u{1B}[J" }

    private static func up(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)A" : "" }
    private static func right(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)C" : "" }
}

extension LineEditor {
    /// How to draw the line as it is now.
    ///
    /// Text taller than the screen shows the rows around the cursor. A prompt that leaves no room in its row is not
    /// shown.
    ///
    /// - Parameters:
    ///   - prompt: one line; it may hold SGR sequences.
    ///   - promptColumns: the columns that the prompt takes, which the sequences do not count for.
    ///   - columns: of the terminal.
    ///   - rows: of the terminal.
    package func rendering(prompt: String, promptColumns: Int, columns: Int, rows: Int) -> Rendering {
        let prompt = Prompt(prompt, columns: promptColumns, on: columns)
        let layout = LineLayout(text, cursor: cursorIndex, start: prompt.columns, columns: max(2, columns))
        return Rendering(layout, prompt: prompt.text, height: max(1, rows))
    }

    /// What to write for a line that was submitted, in place of its last drawing: all of it, and a new line.
    package static func finished(_ line: String, prompt: String, promptColumns: Int, columns: Int) -> String {
        let prompt = Prompt(prompt, columns: promptColumns, on: columns)
        let layout = LineLayout(line, cursor: nil, start: prompt.columns, columns: max(2, columns))
        return prompt.text + layout.rows[...].written + "\r\n"
    }
}

/// The prompt, where there is room for it.
private struct Prompt {
    var text = ""
    var columns = 0

    init(_ text: String, columns: Int, on width: Int) {
        if columns < width { (self.text, self.columns) = (text, columns) }
    }
}

extension Rendering {
    fileprivate init(_ layout: LineLayout, prompt: String, height: Int) {
        let top = min(layout.cursorRow, max(0, layout.rows.count - height))
        let shown = layout.rows[top..<min(layout.rows.count, top + height)]
        rows = shown.count
        cursorRow = layout.cursorRow - top
        cursorColumn = layout.cursorColumn
        output = (top == 0 ? prompt : "") + shown.written
        output += "\r" + Self.up(rows - 1 - cursorRow) + Self.right(cursorColumn)
    }
}

extension ArraySlice<LineLayout.Row> {
    fileprivate var written: String {
        var written = ""
        for (index, row) in zip(indices, self) {
            written += row.text
            if !row.isWrapped, index != endIndex - 1 { written += "\r\n" }
        }
        return written
    }
}
