import Terminal

/// A terminal's screen as xterm has it: cells, a cursor, wrapping put off until the next letter, scrolling.
package struct Screen {
    package let columns: Int
    package let rows: Int
    package private(set) var row = 0
    package private(set) var column = 0
    package private(set) var unknown: [String] = []  // sequences that it could not obey
    private var cells: [[String]]  // "" behind a wide character
    private var isWrapPending = false

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Self.blankRow(columns), count: rows)
    }

    /// The rows without the spaces at their ends, down to the last that is not blank.
    package var lines: [String] {
        var lines = cells.map { row in
            var row = row[...]
            while row.last == " " { row.removeLast() }
            return row.joined()
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    package mutating func write(_ text: String) {
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            if first.value < 0x20 {
                control(&rest)
            } else {
                let run = rest.prefix { $0.value >= 0x20 }
                rest = rest[run.endIndex...]
                for character in String(run) { put(character) }
            }
        }
    }

    private mutating func put(_ character: Character) {
        let width = DisplayWidth.columns(of: character)
        if width == 0 {
            let cell = isWrapPending ? column : max(0, column - 1)
            cells[row][cell] += String(character)
            return
        }
        if isWrapPending || column + width > columns {
            column = 0
            lineFeed()
        }
        cells[row][column] = String(character)
        if width == 2 { cells[row][column + 1] = "" }
        isWrapPending = column + width == columns
        column = min(column + width, columns - 1)
    }

    private mutating func lineFeed() {
        isWrapPending = false
        row += 1
        guard row == rows else { return }
        cells.removeFirst()
        cells.append(Self.blankRow(columns))
        row -= 1
    }

    private mutating func control(_ rest: inout Substring.UnicodeScalarView) {
        switch rest.removeFirst() {
        case "\r":
            column = 0
            isWrapPending = false
        case "\n": lineFeed()
        case "\u{7}": break
        case "\u{1B}" where rest.first == "[": sequence(&rest)
        case let other: unknown.append("control \(other.value)")
        }
    }

    private mutating func sequence(_ rest: inout Substring.UnicodeScalarView) {
        rest.removeFirst()
        let parameters = String(rest.prefix { (0x20...0x3F).contains($0.value) })
        rest = rest.dropFirst(parameters.unicodeScalars.count)
        let final = rest.removeFirst()
        switch (final, parameters) {
        case ("A", _): move(rowsUp: Int(parameters) ?? 1)
        case ("C", _):
            isWrapPending = false
            column = min(columns - 1, column + (Int(parameters) ?? 1))
        case ("J", ""): clearBelow()
        case ("J", "2"): cells = Array(repeating: Self.blankRow(columns), count: rows)
        case ("H", ""): (row, column, isWrapPending) = (0, 0, false)
        case ("m", _), ("h", "?2004"), ("l", "?2004"): break
        default: unknown.append("ESC [ \(parameters) \(final)")
        }
    }

    private mutating func move(rowsUp: Int) {
        isWrapPending = false
        row = max(0, row - rowsUp)
    }

    private mutating func clearBelow() {
        for index in column..<columns { cells[row][index] = " " }
        for index in (row + 1)..<max(rows, row + 1) { cells[index] = Self.blankRow(columns) }
    }

    private static func blankRow(_ columns: Int) -> [String] { Array(repeating: " ", count: columns) }
}
