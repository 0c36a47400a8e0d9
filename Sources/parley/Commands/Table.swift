import Terminal

/// Rows in columns under a heading, as a person reads them. What is in them must be safe for a terminal already.
struct Table {
    struct Column {
        var title: String
        var alignment = DisplayWidth.Alignment.left
        /// Where the columns are too wide together, its cells are cut to make room for the others.
        var canShrink = false
    }

    struct Cell {
        var text: String
        /// Stands behind the text, also where that is cut.
        var mark: String
        var colour: Style.Colour?
        /// Where its parts have colours of their own: those parts, which together are the text.
        private(set) var parts: [(text: String, colour: Style.Colour?)] = []

        init(parts: [(text: String, colour: Style.Colour?)]) {
            self.init(parts.map(\.text).joined())
            self.parts = parts
        }

        init(_ text: String, _ colour: Style.Colour? = nil, mark: String = "") {
            self.text = text
            self.mark = mark
            self.colour = colour
        }

        var columns: Int { DisplayWidth.columns(of: text) + DisplayWidth.columns(of: mark) }

        /// - Parameter padded: The cell's text, maybe cut, and spaces.
        func painted(_ padded: String, _ style: Style) -> String {
            guard !parts.isEmpty, padded.hasPrefix(text) else {
                return colour.map { style.colour(padded, $0) } ?? padded
            }
            let painted = parts.map { part in part.colour.map { style.colour(part.text, $0) } ?? part.text }
            return painted.joined() + padded.dropFirst(text.count)
        }

        func fitted(toColumns limit: Int) -> String {
            let room = limit - DisplayWidth.columns(of: mark)
            return room > 0
                ? DisplayWidth.truncated(text, toColumns: room) + mark
                : DisplayWidth.truncated(text + mark, toColumns: limit)
        }
    }

    let columns: [Column]
    let style: Style
    /// The terminal's width, at which lines are cut; nil where there is none, and they go whole.
    let width: Int?

    private static let gap = "  "
    /// No column shrinks further.
    private static let least = 8

    /// - Parameter rows: A cell for each column.
    func text(of rows: [[Cell]]) -> String {
        let head = columns.map { Cell($0.title) }
        let widths = widths(of: [head] + rows)
        let lines = [style.bold(line(head, widths: widths))] + rows.map { line($0, widths: widths) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func widths(of rows: [[Cell]]) -> [Int] {
        var widths = columns.indices.map { column in min(rows.map { $0[column].columns }.max() ?? 0, width ?? .max) }
        guard let width else { return widths }
        var excess = widths.reduce(Self.gap.count * (columns.count - 1), +) - width
        while excess > 0, let widest = widestToShrink(widths) {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func widestToShrink(_ widths: [Int]) -> Int? {
        columns.indices
            .filter { column in
                columns[column].canShrink
                    && widths[column] > max(Self.least, DisplayWidth.columns(of: columns[column].title))
            }
            .max { widths[$0] < widths[$1] }
    }

    private func line(_ cells: [Cell], widths: [Int]) -> String {
        let end = cells.lastIndex { $0.columns > 0 } ?? 0
        var room = width ?? .max
        var line = ""
        for (column, cell) in cells[...end].enumerated() {
            let gap = column == 0 ? "" : Self.gap
            guard room > gap.count else { break }
            room -= gap.count
            let isPadded = column < end || columns[column].alignment == .right
            let columnsLeft = min(widths[column], room)
            let text = DisplayWidth.padded(
                cell.fitted(toColumns: columnsLeft), toColumns: isPadded ? columnsLeft : 0,
                alignment: columns[column].alignment)
            room -= DisplayWidth.columns(of: text)
            line += gap + cell.painted(text, style)
        }
        return line
    }
}
