import Conversations
import Support
import Testing

@testable import Storage

struct LatenciesTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `percentiles of histograms are at most one part in 32 from the exact ones`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let longest: Int64 = [20, 300, 20_000, 4_000_000][Int(seed % 4)]
        let lengths = (0..<Int.random(in: 1...2000, using: &random))
            .map { _ in Int64.random(in: 0...Int64.random(in: 0...longest, using: &random), using: &random) }
        var (each, together) = (Latencies(), Latencies())
        var histogram = LatencyHistogram()
        for length in lengths {
            each.add(length)
            histogram.add(length)
        }
        together.add(histogram)
        let (exact, near) = try (#require(each.percentiles), #require(together.percentiles))
        #expect(exact.isExact && !near.isExact && near.count == lengths.count)
        let sorted = lengths.sorted()
        for (percentile, path) in [
            (50, \.p50), (75, \.p75), (90, \.p90), (95, \.p95), (99, \.p99),
        ] as [(Double, KeyPath<Percentiles, Int64>)] {
            let truth = sorted[LatencyHistogram.rank(ofPercentile: percentile, among: sorted.count) - 1]
            #expect(exact[keyPath: path] == truth)
            let value = near[keyPath: path]
            #expect((value - truth).magnitude <= truth.magnitude / 32, "\(percentile): \(value) for \(truth)")
        }
    }
}
