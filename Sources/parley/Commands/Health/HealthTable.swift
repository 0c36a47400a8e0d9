import Conversations
import Terminal

/// How providers do, as a person reads it: a line each, and below it what a narrow screen has no room for.
struct HealthTable {
    /// What stands over the bar.
    let title: String
    let signs: HealthSigns
    let style: Style
    /// The terminal's; nil where there is none, and everything is on one line.
    let width: Int?

    private static let gap = 2

    func text(of report: HealthReport) -> String {
        let rows = report.providers.map { HealthRow($0, now: report.now, signs: signs, title: title) }
        guard !rows.isEmpty else { return networkLine(report) }
        let columns = columns(of: rows)
        let table = Table(columns: columns.map { rows[0].column($0) }, style: style, width: width)
        var lines = table.text(of: rows.map { row in columns.map { row.cell($0) } })
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.removeLast()
        var text = lines[0] + "\n"
        let left = HealthRow.Column.allCases.filter { !columns.contains($0) }
        for (row, line) in zip(rows, lines.dropFirst()) {
            text += line + "\n"
            if left.contains(.bar) { text += barBelow(row) }
            text += LinesBelow(parts: left.compactMap(row.words), style: style, width: width).text
        }
        return text + networkLine(report)
    }

    /// `last 24 h ······█`; on two lines where they do not fit on one, and nothing where the bar alone does not.
    private func barBelow(_ row: HealthRow) -> String {
        guard let width else { return "" }
        let indent = LinesBelow.indent(width)
        let room = width - indent.count
        let bar = row.cell(.bar)
        guard bar.columns <= room else { return "" }
        let words = title.lowercased()
        let isOneLine = DisplayWidth.columns(of: words) + 1 + bar.columns <= room
        let painted = bar.painted(bar.text, style)
        return isOneLine
            ? indent + style.dim(words) + " " + painted + "\n"
            : indent + style.dim(DisplayWidth.truncated(words, toColumns: room)) + "\n" + indent + painted + "\n"
    }

    private func networkLine(_ report: HealthReport) -> String {
        guard let since = report.networkDownSince else { return "" }
        let length = ShownLength.words(report.now.rawValue - since.rawValue)
        let line = "This machine's network seems to be down, for \(length): that counts against no provider."
        return style.colour(line, .yellow) + "\n"
    }

    // MARK: - What fits

    /// As many columns as there is room for: the one that matters least goes first.
    private func columns(of rows: [HealthRow]) -> [HealthRow.Column] {
        var columns = HealthRow.Column.allCases.filter { column in rows.contains { $0.has(column) } }
        guard let width else { return columns }
        for column in HealthRow.Column.leavingFirst where self.width(of: columns, in: rows) > width {
            columns.removeAll { $0 == column }
        }
        return columns
    }

    private func width(of columns: [HealthRow.Column], in rows: [HealthRow]) -> Int {
        let widths = columns.map { column in
            let widest = rows.map { min($0.cell(column).columns, column.enough) }.max() ?? 0
            return max(widest, DisplayWidth.columns(of: rows[0].column(column).title))
        }
        return widths.reduce(Self.gap * (columns.count - 1), +)
    }
}
