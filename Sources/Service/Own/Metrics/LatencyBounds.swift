internal import Conversations

/// Up to where the buckets of our histograms go: those of OpenTelemetry for generative AI, each twice the one before.
/// <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/>
enum LatencyBounds {
    static let seconds = [
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]

    /// The first bound that so much is not above; their number for what is above all.
    static func place(of length: Double) -> Int { seconds.firstIndex { length <= $0 } ?? seconds.count }
}

extension LatencyHistogram {
    /// How many lie at or below each of ``LatencyBounds/seconds``, and in the last place how many there are. A length that is
    /// within 1/32 of a bound may count on its other side.
    var atOrBelowBounds: [Int] {
        var found = Array(repeating: 0, count: LatencyBounds.seconds.count + 1)
        for (bucket, count) in counts {
            let longest = Double(LatencyHistogram.range(ofBucket: bucket).upperBound) / 1000
            found[LatencyBounds.place(of: longest)] += count
        }
        for place in found.indices.dropFirst() { found[place] += found[place - 1] }
        return found
    }

    /// Of all lengths, in seconds, within 1/32.
    var sumOfSeconds: Double {
        counts.reduce(0) { $0 + Double(LatencyHistogram.middle(ofBucket: $1.bucket)) * Double($1.count) } / 1000
    }
}
