import Conversations
import JSON
import Testing

@testable import Transcripts

/// The shapes that programs rely on: keys, order and what is left out.
struct HealthJSONTests {
    private let noon = Timestamp(rawValue: 1_769_860_800_000)

    private func text(_ members: (inout JSONWriter) -> Void) -> String {
        String(decoding: JSONWriter.line(members), as: UTF8.self)
    }

    @Test func `a provider has all that is known of it, in order`() {
        var summary = ProviderSummary(
            provider: "blog \"1\"", state: .down, counts: AttemptCounts(ok: 3, faults: 1, limited: 2, other: 5),
            slots: [HealthSlot(start: noon, counts: AttemptCounts(ok: 3, faults: 1, limited: 2, other: 5))])
        summary.stateSince = noon
        summary.retryAt = noon.advanced(byMilliseconds: 1)
        summary.availability = 0.5
        summary.firstText = Percentiles(p50: 1, p75: 2, p90: 3, p95: 4, p99: 5, count: 3, isExact: true)
        summary.duration = Percentiles(p50: 6, p75: 7, p90: 8, p95: 9, p99: 10, count: 3, isExact: false)
        summary.lastOKAt = noon
        summary.lastError = ProviderSummary.LastError(at: noon, outcome: .http5xx, httpStatus: 503, text: "no\u{1B}")
        let report = HealthReport(since: noon, now: noon, providers: [summary], networkDownSince: noon)
        #expect(
            text { $0.healthReport(report) } == """
                {"since":"2026-01-31T12:00:00.000Z","until":"2026-01-31T12:00:00.000Z",\
                "network_down_since":"2026-01-31T12:00:00.000Z","providers":[{"provider":"blog \\"1\\"",\
                "state":"down","since":"2026-01-31T12:00:00.000Z","retry_at":"2026-01-31T12:00:00.001Z",\
                "availability":0.5,"success":0.75,"attempts":11,"ok":3,"faults":1,"limited":2,"other":5,\
                "first_text_ms":{"p50":1,"p75":2,"p90":3,"p95":4,"p99":5,"n":3,"exact":true},\
                "duration_ms":{"p50":6,"p75":7,"p90":8,"p95":9,"p99":10,"n":3,"exact":false},\
                "last_ok_at":"2026-01-31T12:00:00.000Z",\
                "last_error":{"at":"2026-01-31T12:00:00.000Z","outcome":"http_5xx","http_status":503,\
                "text":"no\\u001b"},\
                "slots":[{"start":"2026-01-31T12:00:00.000Z","ok":3,"faults":1,"limited":2,"other":5}]}]}

                """)
    }

    @Test func `what is not known has no key`() {
        let summary = ProviderSummary(provider: "new", state: .unknown, counts: AttemptCounts(), slots: [])
        #expect(
            text { $0.healthReport(HealthReport(since: noon, now: noon, providers: [summary])) } == """
                {"since":"2026-01-31T12:00:00.000Z","until":"2026-01-31T12:00:00.000Z","providers":[{"provider":"new",\
                "state":"unknown","attempts":0,"ok":0,"faults":0,"limited":0,"other":0,"slots":[]}]}

                """)
    }

    @Test func `an incident, and one of this machine's network`() {
        let blog = ProviderIncident(
            provider: "blog", startedAt: noon, endedAt: noon, cause: .http5xx, httpStatus: 503, attempts: 12, chats: 3)
        let network = ProviderIncident(
            provider: nil, startedAt: noon, endedAt: nil, cause: .unreachable, httpStatus: nil, attempts: 2, chats: 0)
        #expect(
            text { json in
                json.array("incidents") { json in
                    json.incident(blog)
                    json.incident(network)
                }
            } == """
                {"incidents":[{"provider":"blog","started_at":"2026-01-31T12:00:00.000Z",\
                "ended_at":"2026-01-31T12:00:00.000Z","cause":"http_5xx","http_status":503,"attempts":12,"chats":3},\
                {"network":true,"started_at":"2026-01-31T12:00:00.000Z","cause":"unreachable","attempts":2,"chats":0}]}

                """)
    }

    @Test func `latencies have percentiles and a histogram, or nothing`() {
        var report = LatencyReport(provider: "blog", since: noon, now: noon)
        let empty = """
            {"provider":"blog","since":"2026-01-31T12:00:00.000Z","until":"2026-01-31T12:00:00.000Z"
            """
        #expect(text { $0.latencyReport(report) } == empty + "}\n")
        var histogram = LatencyHistogram()
        histogram.add(0)
        histogram.add(3, count: 2)
        report.duration = LatencyReport.Distribution(
            percentiles: Percentiles(p50: 3, p75: 3, p90: 3, p95: 3, p99: 3, count: 3, isExact: true),
            histogram: histogram)
        #expect(
            text { $0.latencyReport(report) } == empty + """
                ,"duration_ms":{"p50":3,"p75":3,"p90":3,"p95":3,"p99":3,"n":3,"exact":true,\
                "histogram":[{"from":0,"to":0,"n":1},{"from":1,"to":1,"n":0},{"from":2,"to":3,"n":2}]}}

                """)
    }
}

struct LatencyRangesTests {
    @Test func `each range is twice as long as the one before, and none is left out between`() {
        let ranges = LatencyRanges([(5, 1), (7, 2), (8, 1), (40, 4)])
        #expect(
            ranges.all == [
                .init(4...7, count: 3), .init(8...15, count: 1), .init(16...31, count: 0), .init(32...63, count: 4),
            ])
        #expect(LatencyRanges([]).all == [])
        #expect(LatencyRanges([(.max, 1)]).all == [.init((1 << 62)...(.max), count: 1)])
    }

    @Test(arguments: 1...70) func `merged, they are as few as asked for and have the same in them`(most: Int) {
        let ranges = LatencyRanges([(0, 1), (1, 1), (900, 5), (.max, 2)])
        let merged = ranges.merged(into: most)
        #expect(merged.all.count <= most)
        #expect(merged.all.reduce(0) { $0 + $1.count } == 9)
        #expect(merged.all.first?.milliseconds.lowerBound == 0)
        #expect(merged.all.last?.milliseconds.upperBound == .max)
        for (one, next) in zip(merged.all, merged.all.dropFirst()) {
            #expect(one.milliseconds.upperBound + 1 == next.milliseconds.lowerBound)
        }
    }
}
