package import Conversations

/// How many lengths of time fell into each range of a few, each twice as long as the one before: a histogram that one
/// can look at.
package struct LatencyRanges: Equatable, Sendable {
    package struct Range: Equatable, Sendable {
        /// Both ends belong to it.
        package var milliseconds: ClosedRange<Int64>
        package var count: Int

        package init(_ milliseconds: ClosedRange<Int64>, count: Int) {
            self.milliseconds = milliseconds
            self.count = count
        }
    }

    /// From the first that has any to the last, without gaps: one in between may have none.
    package private(set) var all: [Range]

    package init(_ histogram: LatencyHistogram) {
        self.init(
            histogram.counts.map { bucket, count in
                (LatencyHistogram.range(ofBucket: bucket).lowerBound, count)
            })
    }

    /// - Parameter counts: Lengths in milliseconds, and how many are as long.
    init(_ counts: [(milliseconds: Int64, count: Int)]) {
        var byDoubling: [Int: Int] = [:]
        for (milliseconds, count) in counts { byDoubling[Self.doublings(of: milliseconds), default: 0] += count }
        guard let first = byDoubling.keys.min(), let last = byDoubling.keys.max() else {
            all = []
            return
        }
        all = (first...last).map { Range(Self.range(ofDoublings: $0), count: byDoubling[$0, default: 0]) }
    }

    /// The same in no more ranges than so many, each of them several together.
    package func merged(into most: Int) -> LatencyRanges {
        let step = (all.count + most - 1) / max(most, 1)
        guard step > 1 else { return self }
        var merged = self
        merged.all = stride(from: 0, to: all.count, by: step).map { start in
            let part = all[start..<min(start + step, all.count)]
            let ends = part[part.startIndex].milliseconds.lowerBound...part[part.endIndex - 1].milliseconds.upperBound
            return Range(ends, count: part.reduce(0) { $0 + $1.count })
        }
        return merged
    }

    /// How often 1 ms has doubled by then; less than a millisecond, or none, is -1.
    private static func doublings(of milliseconds: Int64) -> Int {
        milliseconds <= 0 ? -1 : Int64.bitWidth - 1 - milliseconds.leadingZeroBitCount
    }

    private static func range(ofDoublings doublings: Int) -> ClosedRange<Int64> {
        guard doublings >= 0 else { return 0...0 }
        let start = Int64(1) << doublings
        return start...(start - 1 + start)
    }
}
