/// How many of some lengths of time fell into which range: sixteen equal steps to each doubling, and each millisecond by
/// itself below 32, so that what is read from it is at most 1/32 from the truth.
///
/// As HdrHistogram does it. <https://hdrhistogram.github.io/HdrHistogram/>
package struct LatencyHistogram: Equatable, Sendable {
    /// Bucket to count, no zeros, in ascending order of buckets.
    package private(set) var counts: [(bucket: Int, count: Int)] = []

    package init() {}

    package static func == (one: LatencyHistogram, other: LatencyHistogram) -> Bool {
        one.counts.elementsEqual(other.counts) { $0 == $1 }
    }

    package var total: Int { counts.reduce(0) { $0 + $1.count } }

    /// The bucket that a length in milliseconds falls into; what is below 0 counts as 0.
    package static func bucket(of milliseconds: Int64) -> Int {
        guard milliseconds >= 32 else { return Int(max(milliseconds, 0)) }
        let octave = Int64.bitWidth - 1 - milliseconds.leadingZeroBitCount
        return (octave - 3) * 16 + Int((milliseconds >> (octave - 4)) & 15)
    }

    /// The one that the longest length falls into.
    private static let lastBucket = bucket(of: .max)

    /// The lengths in milliseconds that fall into a bucket.
    package static func range(ofBucket bucket: Int) -> ClosedRange<Int64> {
        precondition((0...lastBucket).contains(bucket), "no such bucket")
        guard bucket >= 32 else { return Int64(bucket)...Int64(bucket) }
        let width: Int64 = 1 << (bucket / 16 - 1)
        let start = Int64(bucket % 16 + 16) * width
        return start...(start + (width - 1))
    }

    /// The length in milliseconds that stands for those of a bucket.
    package static func middle(ofBucket bucket: Int) -> Int64 {
        let range = range(ofBucket: bucket)
        return range.lowerBound + (range.upperBound - range.lowerBound) / 2
    }

    package mutating func add(_ milliseconds: Int64, count: Int = 1) {
        add(count, to: Self.bucket(of: milliseconds))
    }

    package mutating func add(_ other: LatencyHistogram) {
        for (bucket, count) in other.counts { add(count, to: bucket) }
    }

    private mutating func add(_ count: Int, to bucket: Int) {
        guard count > 0 else { return }
        var (low, high) = (0, counts.count)
        while low < high {
            let middle = (low + high) / 2
            if counts[middle].bucket < bucket { low = middle + 1 } else { high = middle }
        }
        if low < counts.count && counts[low].bucket == bucket {
            counts[low].count += count
        } else {
            counts.insert((bucket, count), at: low)
        }
    }

    // MARK: - What is read from it

    /// The nearest rank of a percentile among so many: the smallest with at least that share at or below it, from 1.
    package static func rank(ofPercentile percentile: Double, among count: Int) -> Int {
        precondition((0...100).contains(percentile), "no percentile")
        return max(1, min(count, Int((percentile * Double(count) / 100).rounded(.up))))
    }

    // MARK: - As it is kept

    /// Pairs of variable-length integers (7 bits a byte, the lowest first): the distance from the bucket before, and the
    /// count.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var last = 0
        for (bucket, count) in counts {
            bytes.appendVariableLength(bucket - last)
            bytes.appendVariableLength(count)
            last = bucket
        }
        return bytes
    }

    /// More than anybody could ask for within the time that one is kept for. It leaves room to add up many of them.
    private static let maximumTotal = Int(UInt32.max)

    /// Nil where the bytes are none that ``bytes`` writes, or hold more than 2³² - 1 lengths.
    package init?(bytes: some Sequence<UInt8>) {
        var iterator = bytes.makeIterator()
        var bucket = 0
        var total = 0
        while let first = iterator.next() {
            guard let distance = iterator.variableLength(from: first), distance > 0 || counts.isEmpty,
                bucket + distance <= Self.lastBucket, let second = iterator.next(),
                let count = iterator.variableLength(from: second), count > 0, total + count <= Self.maximumTotal
            else { return nil }
            bucket += distance
            total += count
            counts.append((bucket, count))
        }
    }
}

extension [UInt8] {
    fileprivate mutating func appendVariableLength(_ number: Int) {
        var rest = UInt(number)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

extension IteratorProtocol<UInt8> {
    /// An integer below 2³⁵ whose first byte has been read; nil where it is longer, torn, or not written in as few bytes as
    /// can be.
    fileprivate mutating func variableLength(from first: UInt8) -> Int? {
        var number = Int(first & 0x7f)
        var byte = first
        for shift in [7, 14, 21, 28] where byte & 0x80 != 0 {
            guard let next = next() else { return nil }
            byte = next
            number |= Int(byte & 0x7f) << shift
            if byte == 0 { return nil }
        }
        return byte & 0x80 == 0 ? number : nil
    }
}
