import Terminal

/// Rows in columns under a heading, as a person reads them. What is in them must be safe for a terminal already.
struct Table {
    struct Column {
        var title: String
        var alignment = DisplayWidth.Alignment.left
    }

    struct Cell {
        var text: String
        var colour: Style.Colour?

        init(_ text: String, _ colour: Style.Colour? = nil) {
            self.text = text
            self.colour = colour
        }
    }

    let columns: [Column]
    let style: Style
    /// The terminal's width, at which lines are cut; nil where there is none, and they go whole.
    let width: Int?

    private static let gap = "  "

    /// - Parameter rows: A cell for each column.
    func text(of rows: [[Cell]]) -> String {
        let head = columns.map { Cell($0.title) }
        let widths = columns.indices.map { column in
            ([head] + rows).map { DisplayWidth.columns(of: $0[column].text) }.max() ?? 0
        }
        let lines = [style.bold(line(head, widths: widths))] + rows.map { line($0, widths: widths) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func line(_ cells: [Cell], widths: [Int]) -> String {
        let end = cells.lastIndex { !$0.text.isEmpty } ?? 0
        var room = width ?? .max
        var line = ""
        for (column, cell) in cells[...end].enumerated() {
            let gap = column == 0 ? "" : Self.gap
            guard room > gap.count else { break }
            room -= gap.count
            let isPadded = column < end || columns[column].alignment == .right
            let padded = DisplayWidth.padded(
                cell.text, toColumns: isPadded ? widths[column] : 0, alignment: columns[column].alignment)
            let text = DisplayWidth.truncated(padded, toColumns: room)
            room -= DisplayWidth.columns(of: text)
            line += gap + (cell.colour.map { style.colour(text, $0) } ?? text)
        }
        return line
    }
}
