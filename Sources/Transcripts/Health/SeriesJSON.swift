package import Conversations
package import JSON

extension JSONWriter {
    /// How a provider did from step to step: the members of the shape of Docs/API.md.
    package mutating func healthSeries(_ series: HealthSeries) {
        member("provider", series.query.provider)
        member("since", series.query.since)
        member("until", series.query.until)
        member("step_ms", Int(series.query.step.milliseconds))
        array("slots") { json in
            for point in series.points {
                json.object { json in
                    json.member("start", point.slot.start)
                    json.counts(point.slot.counts)
                    if let firstText = point.firstText { json.object("first_text_ms") { $0.percentiles(firstText) } }
                    if let duration = point.duration { json.object("duration_ms") { $0.percentiles(duration) } }
                }
            }
        }
    }
}
