import Conversations
import Terminal
import Testing

@testable import parley

struct LatencyTextTests {
    private func report(_ lengths: [Int64], isExact: Bool = true) -> LatencyReport {
        var histogram = LatencyHistogram()
        for length in lengths { histogram.add(length) }
        var report = LatencyReport(
            provider: "blog", since: Timestamp(rawValue: 0), now: Timestamp(rawValue: 1_769_860_800_000))
        report.firstText = LatencyReport.Distribution(
            percentiles: Percentiles(
                p50: 640, p75: 900, p90: 1900, p95: 2000, p99: 2100, count: lengths.count, isExact: isExact),
            histogram: histogram)
        return report
    }

    private func lines(_ report: LatencyReport, signs: HealthSigns = .letters, width: Int?) -> [String] {
        let style = Style(mode: .never, environment: [:], isTerminal: false)
        return LatencyText(signs: signs, style: style, width: width).text(of: report).split(separator: "\n")
            .map(String.init)
    }

    @Test func `percentiles stand over a histogram of ranges that double`() {
        #expect(
            lines(report([300, 600, 610, 700, 3000]), width: nil) == [
                "FIRST TEXT, of 5 replies, exact",
                "  p50 640 ms   p75 900 ms   p90 1.9 s   p95 2.0 s   p99 2.1 s",
                "  256 ms to 511 ms  1  #############",
                "  512 ms to  1.0 s  3  ########################################",
                "   1.0 s to  2.0 s  0",
                "   2.0 s to  4.0 s  1  #############",
            ])
    }

    @Test func `from a moment to an hour it is a dozen lines at the most, and all are counted`() {
        let lengths: [Int64] = [0, 1, 30, 500, 8000, 100_000, 3_600_000]
        let shown = lines(report(lengths, isExact: false), signs: .blocks, width: nil)
        #expect(shown[0] == "FIRST TEXT, of 7 replies, within 1/32")
        #expect(shown.dropFirst(2).count == 12)
        let counts = shown.dropFirst(2).compactMap { $0.firstMatch(of: /\s(\d+)(  █+)?$/).flatMap { Int($0.output.1) } }
        #expect(counts.reduce(0, +) == 7)
    }

    @Test(arguments: [1, 20, 40, 80]) func `no line is wider than the terminal`(width: Int) {
        let shown = lines(report([300, 600, 610, 700, 3000]), width: width)
        #expect(shown.allSatisfy { DisplayWidth.columns(of: $0) <= width })
        #expect(width < 20 || ["p50 640 ms", "p95 2.0 s", "p99 2.1 s"].allSatisfy(shown.joined().contains))
    }
}
