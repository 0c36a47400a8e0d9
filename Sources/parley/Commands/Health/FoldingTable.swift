import Terminal

/// A line for each of some things, in columns, and below it what a narrow screen has no room for.
struct FoldingTable<Thing> {
    struct Column {
        var title: String
        var alignment = DisplayWidth.Alignment.left
        /// With so many columns it is readable, if need be; nil where it must not be cut.
        var enough: Int?
        /// The first to leave where there is no room has 1; nil stays.
        var leaves: Int?
        var cell: (Thing) -> Table.Cell
        /// The same below the line; nil where there is nothing to be said.
        var words: (Thing) -> String? = { _ in nil }
    }

    let columns: [Column]
    let style: Style
    /// The terminal's; nil where there is none, and everything is on one line.
    let width: Int?

    private static var gap: Int { 2 }

    func text(of things: [Thing]) -> String {
        let shown = shownColumns(things)
        let table = Table(
            columns: shown.map { index in
                let column = columns[index]
                return Table.Column(
                    title: column.title, alignment: column.alignment, canShrink: column.enough != nil)
            }, style: style, width: width)
        let lines = table.text(of: things.map { thing in shown.map { columns[$0].cell(thing) } })
            .split(separator: "\n", omittingEmptySubsequences: false)
        let left = columns.indices.filter { !shown.contains($0) }.map { columns[$0] }
        var text = lines[0] + "\n"
        for (thing, line) in zip(things, lines.dropFirst()) {
            text += line + "\n"
            let below = LinesBelow(parts: left.compactMap { $0.words(thing) }, style: style, width: width)
            text += below.text
        }
        return String(text)
    }

    private func shownColumns(_ things: [Thing]) -> [Int] {
        var shown = Array(columns.indices)
        guard let width else { return shown }
        let leaving = columns.indices.filter { columns[$0].leaves != nil }
            .sorted { columns[$0].leaves ?? 0 < columns[$1].leaves ?? 0 }
        for column in leaving where self.width(of: shown, things) > width { shown.removeAll { $0 == column } }
        return shown
    }

    private func width(of shown: [Int], _ things: [Thing]) -> Int {
        let widths = shown.map { index in
            let column = columns[index]
            let widest = things.map { min(column.cell($0).columns, column.enough ?? .max) }.max() ?? 0
            return max(widest, DisplayWidth.columns(of: column.title))
        }
        return widths.reduce(Self.gap * (shown.count - 1), +)
    }
}
