package import Conversations
package import JSON

extension JSONWriter {
    /// How providers did: the members of the shape of Docs/CommandLine.md, for every command and route that writes one.
    package mutating func healthReport(_ report: HealthReport) {
        member("since", report.since)
        member("until", report.now)
        member("network_down_since", report.networkDownSince)
        array("providers") { json in
            for provider in report.providers { json.providerSummary(provider) }
        }
    }

    /// How one of them did.
    package mutating func providerSummary(_ summary: ProviderSummary) {
        object { json in
            json.member("provider", summary.provider)
            json.member("state", summary.state.rawValue)
            json.member("since", summary.stateSince)
            json.member("retry_at", summary.retryAt)
            json.member("availability", summary.availability)
            json.member("success", summary.counts.success)
            json.member("attempts", summary.counts.all)
            json.counts(summary.counts)
            if let firstText = summary.firstText { json.object("first_text_ms") { $0.percentiles(firstText) } }
            if let duration = summary.duration { json.object("duration_ms") { $0.percentiles(duration) } }
            json.member("last_ok_at", summary.lastOKAt)
            if let error = summary.lastError { json.object("last_error") { $0.lastError(error) } }
            json.array("slots") { json in
                for slot in summary.slots {
                    json.object { json in
                        json.member("start", slot.start)
                        json.counts(slot.counts)
                    }
                }
            }
        }
    }

    mutating func counts(_ counts: AttemptCounts) {
        member("ok", counts.ok)
        member("faults", counts.faults)
        member("limited", counts.limited)
        member("other", counts.other)
    }

    private mutating func lastError(_ error: ProviderSummary.LastError) {
        member("at", error.at)
        member("outcome", error.outcome.rawValue)
        member("http_status", error.httpStatus)
        member("text", error.text)
    }

    /// The members of some percentiles, in milliseconds; `n` is how many they are of.
    mutating func percentiles(_ percentiles: Percentiles) {
        member("p50", Int(percentiles.p50))
        member("p75", Int(percentiles.p75))
        member("p90", Int(percentiles.p90))
        member("p95", Int(percentiles.p95))
        member("p99", Int(percentiles.p99))
        member("n", percentiles.count)
        member("exact", percentiles.isExact)
    }
}
