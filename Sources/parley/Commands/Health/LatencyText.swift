import Conversations
import Terminal
import Transcripts

/// How long replies took, as a person reads it: percentiles, and below them how many took how long.
struct LatencyText {
    let signs: HealthSigns
    let style: Style
    /// The terminal's; nil where there is none.
    let width: Int?

    private static let mostRanges = 12
    private static let longestBar = 40
    private static let gap = "  "

    func text(of report: LatencyReport) -> String {
        let measures = [("FIRST TEXT", report.firstText), ("WHOLE REPLY", report.duration)]
        return measures.compactMap { title, distribution in distribution.map { text(of: $0, title: title) } }
            .joined(separator: "\n")
    }

    private func text(of distribution: LatencyReport.Distribution, title: String) -> String {
        let percentiles = distribution.percentiles
        let precision = percentiles.isExact ? "exact" : "within 1/32"
        let head = "\(title), of \(percentiles.count) \(percentiles.count == 1 ? "reply" : "replies"), \(precision)"
        let named = [
            ("p50", percentiles.p50), ("p75", percentiles.p75), ("p90", percentiles.p90), ("p95", percentiles.p95),
            ("p99", percentiles.p99),
        ]
        let values = broken(named.map { "\($0) \(AttemptTable.length($1))" })
        let lines = [style.bold(cut(head))] + values.map { cut(Self.gap + $0) } + lines(of: distribution.histogram)
        return lines.map { $0 + "\n" }.joined()
    }

    private func lines(of histogram: LatencyHistogram) -> [String] {
        let ranges = LatencyRanges(histogram).merged(into: Self.mostRanges).all
        let starts = ranges.map { AttemptTable.length($0.milliseconds.lowerBound) }
        let ends = ranges.map { AttemptTable.length($0.milliseconds.upperBound) }
        let counts = ranges.map { String($0.count) }
        let most = ranges.map(\.count).max() ?? 0
        let columns = [starts, ends, counts].map { texts in texts.map(\.count).max() ?? 0 }
        let taken = columns.reduce(Self.gap.count * 3 + " to ".count, +)
        let room = min(Self.longestBar, max(1, (width ?? .max) - taken))
        return ranges.indices.map { index in
            let label =
                DisplayWidth.padded(starts[index], toColumns: columns[0], alignment: .right) + " to "
                + DisplayWidth.padded(ends[index], toColumns: columns[1], alignment: .right)
            let count = DisplayWidth.padded(counts[index], toColumns: columns[2], alignment: .right)
            let bar = signs.bar(ranges[index].count, of: most, columns: room)
            return cut(Self.gap + label + Self.gap + count + (bar.isEmpty ? "" : Self.gap + bar))
        }
    }

    /// As many of them on a line as there is room for.
    private func broken(_ values: [String]) -> [String] {
        let room = (width ?? .max) - Self.gap.count
        return values.reduce(into: []) { lines, value in
            let joined = lines.last.map { $0 + "   " + value }
            if let joined, joined.count <= room { lines[lines.count - 1] = joined } else { lines.append(value) }
        }
    }

    private func cut(_ line: String) -> String { DisplayWidth.truncated(line, toColumns: width ?? .max) }
}
