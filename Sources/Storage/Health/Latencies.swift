internal import Conversations

/// Some lengths of time in milliseconds, of which percentiles are wanted: each by itself where all of them were read, and
/// otherwise by the buckets of histograms.
///
/// They are never sorted as a whole: the counts of the buckets tell in which of them a percentile lies, and only what is in
/// that one is looked at.
struct Latencies {
    /// How many are in each bucket.
    private var counts: [Int] = []
    /// Each of them; without those that are known by a histogram.
    private var lengths: [Int64] = []
    private(set) var count = 0

    /// What is less than 0 counts as 0.
    mutating func add(_ length: Int64) {
        lengths.append(max(length, 0))
        add(1, to: LatencyHistogram.bucket(of: length))
    }

    mutating func add(_ histogram: LatencyHistogram) {
        for (bucket, count) in histogram.counts { add(count, to: bucket) }
    }

    private mutating func add(_ number: Int, to bucket: Int) {
        if bucket >= counts.count { counts.append(contentsOf: repeatElement(0, count: bucket + 1 - counts.count)) }
        counts[bucket] += number
        count += number
    }

    var histogram: LatencyHistogram {
        var histogram = LatencyHistogram()
        for (bucket, count) in counts.enumerated() where count > 0 {
            histogram.add(LatencyHistogram.range(ofBucket: bucket).lowerBound, count: count)
        }
        return histogram
    }

    /// Nil where there are none.
    var percentiles: Percentiles? {
        guard count > 0 else { return nil }
        let value = count == lengths.count ? exactValue : nearValue
        return Percentiles(
            p50: value(50), p75: value(75), p90: value(90), p95: value(95), p99: value(99), count: count,
            isExact: count == lengths.count)
    }

    private func exactValue(atPercentile percentile: Double) -> Int64 {
        let place = place(ofPercentile: percentile)
        let range = LatencyHistogram.range(ofBucket: place.bucket)
        return lengths.filter(range.contains).sorted()[place.rank - 1]
    }

    private func nearValue(atPercentile percentile: Double) -> Int64 {
        LatencyHistogram.middle(ofBucket: place(ofPercentile: percentile).bucket)
    }

    /// A bucket, and the rank within it, from 1.
    private func place(ofPercentile percentile: Double) -> (bucket: Int, rank: Int) {
        var rank = LatencyHistogram.rank(ofPercentile: percentile, among: count)
        var bucket = 0
        while rank > counts[bucket] {
            rank -= counts[bucket]
            bucket += 1
        }
        return (bucket, rank)
    }
}
