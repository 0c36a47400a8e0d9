import Conversations
import Support
import Testing

struct LatencyHistogramTests {
    /// Every length up to some seconds, and some of each octave up to the longest.
    private static var lengths: [Int64] {
        var random = SeededGenerator(seed: 1)
        let long = (12..<63).flatMap { octave in
            let start = Int64(1) << octave
            return [start - 1, start, start + 1]
                + (0..<50).map { _ in Int64.random(in: start...(start + (start - 1)), using: &random) }
        }
        return Array(0..<5000) + long + [.max - 1, .max]
    }

    // MARK: - Buckets

    @Test func `each length lies in its bucket, whose middle is at most one part in 32 away`() {
        for length in Self.lengths {
            let range = LatencyHistogram.range(ofBucket: LatencyHistogram.bucket(of: length))
            #expect(range.contains(length))
            let value = LatencyHistogram.middle(ofBucket: LatencyHistogram.bucket(of: length))
            #expect((value - length).magnitude <= length.magnitude / 32, "\(value) for \(length)")
            if length < 32 { #expect(value == length) }
        }
    }

    @Test func `the buckets follow each other without a gap`() {
        var next: Int64 = 0
        for bucket in 0..<LatencyHistogram.bucket(of: .max) {
            let range = LatencyHistogram.range(ofBucket: bucket)
            #expect(range.lowerBound == next)
            next = range.upperBound + 1
        }
        #expect(LatencyHistogram.range(ofBucket: LatencyHistogram.bucket(of: .max)) == next...Int64.max)
    }

    @Test func `less than nothing counts as nothing`() {
        #expect(LatencyHistogram.bucket(of: -1) == 0)
        #expect(LatencyHistogram.bucket(of: .min) == 0)
    }

    // MARK: - Counting

    @Test func `two together are as one of both`() {
        var random = SeededGenerator(seed: 2)
        var (one, other, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for _ in 0..<3000 {
            let length = Int64.random(in: 0...Int64.random(in: 0...100_000, using: &random), using: &random)
            if Bool.random(using: &random) { one.add(length) } else { other.add(length) }
            both.add(length)
        }
        one.add(other)
        #expect(one == both)
        #expect(one != other)
        #expect(one.total == 3000)
        #expect(zip(one.counts, one.counts.dropFirst()).allSatisfy { $0.bucket < $1.bucket })
    }

    @Test func `adding none leaves no trace`() {
        var histogram = LatencyHistogram()
        histogram.add(7, count: 0)
        #expect(histogram == LatencyHistogram())
    }

    // MARK: - Percentiles

    @Test func `the nearest rank is the smallest with that share at or below it`() {
        for count in 1...200 {
            for percentile in 0...100 {
                let rank = LatencyHistogram.rank(ofPercentile: Double(percentile), among: count)
                let expected = (1...count).first { $0 * 100 >= percentile * count }
                #expect(rank == expected)
            }
        }
    }

    // MARK: - Bytes

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `what is kept comes back`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var histogram = LatencyHistogram()
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            histogram.add(
                .random(in: 0...(Int64.max >> Int.random(in: 0...62, using: &random)), using: &random),
                count: .random(in: 1...(1 << Int.random(in: 0...25, using: &random)), using: &random))
        }
        #expect(LatencyHistogram(bytes: histogram.bytes) == histogram)
        // It ends in a byte of its last count: without that, it is torn.
        if histogram.total > 0 { #expect(LatencyHistogram(bytes: histogram.bytes.dropLast()) == nil) }
    }

    @Test func `it is kept in few bytes`() {
        var histogram = LatencyHistogram()
        for length in [0, 31, 31, 1000] as [Int64] { histogram.add(length) }
        #expect(histogram.bytes == [0, 1, 31, 2, 80, 1])
        histogram.add(1000, count: 299)
        #expect(histogram.bytes == [0, 1, 31, 2, 80, 0xac, 2])
    }

    @Test(
        arguments: [
            [5],  // no count
            [5, 0x80],  // a torn count
            [0x80],  // a torn distance
            [5, 0],  // none of a bucket
            [5, 1, 0, 1],  // a bucket again
            [0x85, 0, 1],  // more bytes than need be
            [5, 0x81, 0],
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1],  // overflows
            [0xc0, 7, 1],  // a bucket beyond the last
            [5, 0xff, 0xff, 0xff, 0xff, 0x10],  // more than there can be
            [5, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1],
        ] as [[UInt8]])
    func `other bytes are refused`(bytes: [UInt8]) {
        #expect(LatencyHistogram(bytes: bytes) == nil)
    }

    @Test func `the last bucket and the highest count are none of those`() {
        #expect(LatencyHistogram(bytes: [0xbf, 7, 1])?.counts.first?.bucket == LatencyHistogram.bucket(of: .max))
        #expect(LatencyHistogram(bytes: [5, 0xff, 0xff, 0xff, 0xff, 0x0f])?.total == Int(UInt32.max))
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `whatever bytes are read are the ones that would be written`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var read = 0
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                UInt8.random(in: 0...(Bool.random(using: &random) ? 255 : 7), using: &random)
            }
            guard let histogram = LatencyHistogram(bytes: bytes) else { continue }
            #expect(histogram.bytes == bytes)
            read += 1
        }
        #expect(read > 100)
    }
}
