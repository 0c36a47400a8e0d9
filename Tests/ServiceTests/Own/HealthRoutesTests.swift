import Conversations
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct HealthRoutesTests {
    /// One good reply of `blog`, and one failure, in a chat of each of two owners.
    private func service() async throws -> RunningService {
        let service = try await RunningService(
            [
                ScriptedProvider(name: "blog", saying: "Hello"),
                ScriptedProvider(
                    name: "bad", [.failure(ProviderError(.misconfigured, "out of order, as 'Hi' was said"))]),
            ], surroundings: ScriptedWorld().surroundings(), admission: NamedOwners())
        try await service.chat("c", saying: "Hi")
        try await service.chat("d", saying: "Hi", of: Owner(rawValue: "other"))
        #expect(try await service.ask("POST", "/api/chats/c/retry").status == 200)
        #expect(
            try await service.ask(
                "POST", "/api/chats/d/retry", #"{"model":"bad"}"#, headers: ["x-owner": "other"]
            ).status >= 500)
        return service
    }

    @Test func `the summary has everybody, or one`() async throws {
        let service = try await service()
        let all = try await service.ask("GET", "/api/health").json()
        #expect(all["providers"]?.elements?.compactMap { $0["provider"]?.string } == ["blog", "bad"])
        let one = try await service.ask("GET", "/api/health/blog?since=7d").json()
        #expect(one["providers"]?.elements?.count == 1)
        #expect(one["providers"]?.elements?.first?["ok"]?.integer == 1)
        #expect(one["since"]?.string == "2026-01-24T12:00:00.000Z")
        try await service.stop()
    }

    @Test(arguments: ["", "/attempts", "/latency", "/series"])
    func `a provider that nobody knows is none`(path: String) async throws {
        let service = try await service()
        let answer = try await service.ask("GET", "/api/health/nobody\(path)")
        #expect(answer.status == 404)
        #expect(try answer.error("code") == "provider_not_found")
        try await service.stop()
    }

    @Test func `attempts are told to all, and whose chat they were for to nobody else`() async throws {
        let service = try await service()
        for (owner, chat, text) in [("other", "d", true), ("local", nil, false)] {
            let answer = try await service.ask("GET", "/api/health/bad/attempts", headers: ["x-owner": owner]).json()
            let attempt = try #require(answer["attempts"]?.elements?.first)
            #expect(attempt["outcome"]?.string == "http_5xx" || attempt["fault"]?.string == "provider")
            #expect(attempt["chat"]?.string == chat)
            #expect(attempt["error_text"]?.string?.contains("out of order") == text)
            let summary = try await service.ask("GET", "/api/health/bad", headers: ["x-owner": owner]).json()
            let error = summary["providers"]?.elements?.first?["last_error"]
            #expect(error?["outcome"] != nil)
            #expect((error?["text"]?.string ?? "").contains("out of order") == text)
        }
        try await service.stop()
    }

    @Test func `attempts are listed a page at a time, and each once`() async throws {
        let service = try await service()
        #expect(try await service.ask("POST", "/api/chats/c/retry").status == 200)
        let first = try await service.ask("GET", "/api/health/blog/attempts?limit=1&kind=chat&outcome=ok").json()
        let next = try #require(first["next"]?.string)
        let second = try await service.ask("GET", "/api/health/blog/attempts?limit=1&after=\(next)").json()
        #expect(second["next"] == nil)
        let ids = [first, second].map { $0["attempts"]?.elements?.first?["message"]?.string }
        #expect(ids == ["c-3", "c-2"])
        #expect(try await service.ask("GET", "/api/health/blog/attempts?outcome=odd").error("param") == "outcome")
        try await service.stop()
    }

    @Test func `a series has each step, and what was asked in it`() async throws {
        let service = try await service()
        for step in ["1h", "30m"] {
            let series = try await service.ask("GET", "/api/health/blog/series?since=3h&step=\(step)").json()
            let slots = try #require(series["slots"]?.elements)
            #expect(slots.first?["start"]?.string == "2026-01-31T09:00:00.000Z")
            #expect(slots.count == (step == "1h" ? 3 : 6))
        }
        try await service.stop()
    }

    @Test(arguments: [
        ("since=90d&step=1h", "step"), ("step=soon", "step"), ("since=2027-01-01", "since"), ("until=1h", "until"),
    ])
    func `a series that makes no sense is refused`(query: String, parameter: String) async throws {
        let service = try await service()
        let answer = try await service.ask("GET", "/api/health/blog/series?\(query)")
        #expect(answer.status == 400)
        #expect(try answer.error("param") == parameter)
        try await service.stop()
    }

    @Test func `latency, incidents and a look now`() async throws {
        let service = try await service()
        let latency = try await service.ask("GET", "/api/health/blog/latency").json()
        #expect(latency["duration_ms"]?["n"]?.integer == 1)
        let incidents = try await service.ask("GET", "/api/health/incidents?since=7d&provider=bad").json()
        #expect(incidents["incidents"]?.elements?.isEmpty == true)
        #expect(try await service.ask("POST", "/api/health/blog/check").json()["ok"]?.boolean == true)
        #expect(try await service.ask("POST", "/api/health/nobody/check").status == 404)
        #expect(try await service.ask("GET", "/api/health/blog/check").status == 405)
        try await service.stop()
    }
}
