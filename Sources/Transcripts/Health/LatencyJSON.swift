package import Conversations
package import JSON

extension JSONWriter {
    /// How long a provider's replies took: the members of the shape of Docs/CommandLine.md.
    package mutating func latencyReport(_ report: LatencyReport) {
        member("provider", report.provider)
        member("since", report.since)
        member("until", report.now)
        if let firstText = report.firstText { object("first_text_ms") { $0.distribution(firstText) } }
        if let duration = report.duration { object("duration_ms") { $0.distribution(duration) } }
    }

    private mutating func distribution(_ distribution: LatencyReport.Distribution) {
        percentiles(distribution.percentiles)
        array("histogram") { json in
            for range in LatencyRanges(distribution.histogram).all {
                json.object { json in
                    json.member("from", Int(range.milliseconds.lowerBound))
                    json.member("to", Int(range.milliseconds.upperBound))
                    json.member("n", range.count)
                }
            }
        }
    }
}
