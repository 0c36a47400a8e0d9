import Conversations
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct MetricsTests {
    private func service(_ name: String = "blog") async throws -> RunningService {
        let service = try await RunningService(saying: ScriptedProvider(name: name, saying: "Hello"))
        try await service.chat("secret-chat", saying: "Hi")
        var body = JSONWriter()
        body.object { $0.member("model", name + "/big") }
        #expect(
            try await service.ask(
                "POST", "/api/chats/secret-chat/retry", String(decoding: body.take(), as: UTF8.self)
            ).status == 200)
        return service
    }

    @Test(
        arguments: [
            (nil, "text/plain; version=0.0.4; charset=utf-8"),
            ("text/plain", "text/plain; version=0.0.4; charset=utf-8"),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3",
                "application/openmetrics-text; version=1.0.0; charset=utf-8"
            ), ("application/openmetrics-text; q=0", "text/plain; version=0.0.4; charset=utf-8"),
        ] as [(String?, String)])
    func `each form keeps to its rules`(accept: String?, type: String) async throws {
        let service = try await service()
        _ = try await service.ask("GET", "/nothing")
        let answer = try await service.ask("GET", "/metrics", headers: accept.map { ["Accept": $0] } ?? [:])
        #expect(answer["Content-Type"] == type)
        let text = try MetricsReading(answer.text, isOpenMetrics: type.hasPrefix("application"))
        #expect(text.faults == [])
        #expect(text.samples.count > 60)
        try await service.stop()
    }

    @Test func `it counts what there is`() async throws {
        let service = try await service()
        #expect(try await service.ask("GET", "/api/chats/secret-chat").status == 200)
        _ = try await service.ask("GET", "/nothing")
        _ = try await service.ask("BREW", "/coffee")
        let text = try await service.ask("GET", "/metrics").text
        for line in [
            #"parley_build_info{version="1.2.3"} 1"#,
            #"parley_provider_attempts_total{provider="blog",kind="chat",outcome="ok"} 1"#,
            #"parley_provider_time_to_first_text_seconds_count{provider="blog"} 1"#,
            #"parley_provider_attempt_duration_seconds_bucket{provider="blog",le="0.01"} 1"#,
            #"parley_provider_state{provider="blog",state="healthy"} 1"#,
            #"parley_provider_state{provider="blog",state="down"} 0"#,
            "parley_replies_active 0",
            #"parley_http_requests_total{route="/api/chats/{chat}",method="GET",code="200"} 1"#,
            #"parley_http_requests_total{route="none",method="GET",code="404"} 1"#,
            #"parley_http_requests_total{route="none",method="other",code="400"} 1"#,
            #"parley_http_request_duration_seconds_count{route="/api/chats/{chat}/retry",method="POST"} 1"#,
            "parley_chats 1", "parley_messages 2",
        ] {
            #expect(text.contains(line + "\n"))
        }
        for word in ["secret-chat", "big", "coffee", "BREW", "127.0.0.1"] { #expect(!text.contains(word)) }
        try await service.stop()
    }

    @Test func `a reply that is being written is told`() async throws {
        let latch = Latch()
        let service = try await RunningService(
            saying: ScriptedProvider([.event(.text("Hel")), latch.step, .event(.finish(reason: "stop", text: nil))]))
        try await service.chat("c", saying: "Hi")
        let events = try await service.follow("/api/chats/c/retry", #"{"stream":true}"#)
        #expect(try await events.nextText() == "Hel")
        #expect(try await service.ask("GET", "/metrics").text.contains("parley_replies_active 1\n"))
        latch.open()
        _ = try await events.rest()
        try await service.stop()
    }

    @Test func `a name that needs it is escaped`() async throws {
        let service = try await service("odd\"name\\")
        let text = try await service.ask("GET", "/metrics").text
        #expect(text.contains(#"parley_provider_state{provider="odd\"name\\",state="healthy"} 1"#))
        #expect(try MetricsReading(text, isOpenMetrics: false).faults == [])
        try await service.stop()
    }

    @Test func `what others have tried counts too, and no counter goes down`() async throws {
        let world = ScriptedWorld()
        let folder = try TemporaryFolder()
        let store = try await SQLiteConversationStore.open(
            path: folder.file("parley.db"), surroundings: world.surroundings())
        let key = AttemptTotals.Key(provider: "blog", kind: .probe, outcome: .ok)
        func probe() async throws {
            let surroundings = world.surroundings()
            var attempt = ProviderAttempt(
                id: surroundings.newAttemptID(), provider: "blog", model: nil, kind: .probe, startedAt: world.now)
            attempt = try await store.open(attempt, process: "other-1")
            attempt.result.outcome = .ok
            attempt.result.durationMilliseconds = 5
            try await store.close(attempt)
        }
        try await probe()
        let counters = AttemptCounters(store: store)
        #expect(try await counters.totals(now: world.now).counts[key] == 1)
        try await probe()
        #expect(try await counters.totals(now: world.now).counts[key] == 2)
        // What was counted in the last hours becomes what is behind, and counts once.
        for count in 3...6 {
            world.advance(by: .seconds(30 * 3600))
            try await probe()
            #expect(try await counters.totals(now: world.now).counts[key] == count)
        }
        #expect(try await AttemptCounters(store: store).totals(now: world.now).counts[key] == 6)
        await store.close()
    }

    @Test func `buckets hold what is no longer than their bounds`() {
        var histogram = LatencyHistogram()
        for milliseconds in [0, 5, 10, 30, 100, 1000, 90_000] as [Int64] { histogram.add(milliseconds) }
        #expect(histogram.atOrBelowBounds == [3, 3, 4, 4, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7])
        #expect(abs(histogram.sumOfSeconds - 91.145) < 91.145 / 32)
    }
}
