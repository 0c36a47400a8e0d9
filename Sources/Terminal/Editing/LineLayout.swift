/// Where each grapheme of a text falls on rows of so many columns.
struct LineLayout {
    struct Row: Equatable {
        var text = ""  // as it is to be written
        var isWrapped = false  // it goes on in the next row, and the terminal wraps by itself
    }

    private(set) var rows = [Row()]
    private(set) var cursorRow = 0
    private(set) var cursorColumn = 0
    private let columns: Int
    private var column: Int

    /// - Parameters:
    ///   - cursor: in `text`; nil where the line is finished and shows none.
    ///   - start: the column of the first row where the text begins, behind the prompt; less than `columns`.
    ///   - columns: at least 2, so that each grapheme has room.
    init(_ text: String, cursor: String.Index?, start: Int, columns: Int) {
        self.columns = columns
        column = start
        for index in text.indices {
            lay(text[index], isAtCursor: index == cursor)
        }
        guard cursor == text.endIndex else { return }
        if column >= columns { addRow(wrapped: false) }  // a row for the cursor alone
        placeCursor()
    }

    private mutating func lay(_ character: Character, isAtCursor: Bool) {
        if character == "\n" {
            if isAtCursor { placeCursor() }
            return addRow(wrapped: false)
        }
        var isAtCursor = isAtCursor
        for shown in Self.shown(character) {
            let width = DisplayWidth.columns(of: shown)
            if column + width > columns { addRow(wrapped: true) }
            if isAtCursor { placeCursor() }
            isAtCursor = false
            rows[rows.count - 1].text.append(shown)
            column += width
        }
    }

    /// What is drawn for a grapheme: a tab as four spaces, a control as text, and what has no width of its own, as a
    /// mark without a letter, on a dotted circle.
    private static func shown(_ character: Character) -> String {
        if character == "\t" { return "    " }
        let shown = ControlCharacterFilter.visibleLine(String(character))
        return DisplayWidth.columns(of: shown) == 0 ? "\u{25CC}" + shown : shown
    }

    private mutating func addRow(wrapped: Bool) {
        rows[rows.count - 1].isWrapped = wrapped
        rows.append(Row())
        column = 0
    }

    /// Before a newline at the end of a full row the cursor stands on the row's last column.
    private mutating func placeCursor() {
        cursorRow = rows.count - 1
        cursorColumn = min(column, columns - 1)
    }
}
