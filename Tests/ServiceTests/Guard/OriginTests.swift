import HTTPTypes
import Support
import Testing

@testable import Service

@Suite struct OriginTests {
    @Sendable static func counting(_ parts: ServiceParts) -> [Route] {
        [
            Route(.get, "/thing") { _ in .json(Array("{}".utf8)) },
            Route(.post, "/thing") { _ in .json(Array("{}".utf8)) },
            Route(.delete, "/thing") { _ in .json(Array("{}".utf8)) },
        ]
    }

    @Test(arguments: ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1", "file://", "*"])
    func `a foreign page changes nothing, even with a key`(origin: String) async throws {
        let guarded = try await GuardedService(origins: ["https://app.example"], routes: Self.counting)
        for method in ["POST", "DELETE"] {
            let answer = try await guarded.ask(method, "/thing", headers: ["Origin": origin])
            #expect(answer.status == 403)
            #expect(answer.code == "origin_not_allowed")
            #expect(answer["Access-Control-Allow-Origin"] == nil)
        }
        // What it may read without being shown it is refused by the browser.
        let answer = try await guarded.ask("GET", "/thing", headers: ["Origin": origin])
        #expect(answer.status == 200)
        #expect(answer["Access-Control-Allow-Origin"] == nil)
        try await guarded.stop()
    }

    @Test func `the service's own pages and listed ones may ask`() async throws {
        let guarded = try await GuardedService(origins: ["https://App.example"], routes: Self.counting)
        let own = "http://127.0.0.1:\(guarded.service.port)"
        let answer = try await guarded.ask("POST", "/thing", headers: ["Origin": own])
        #expect(answer.status == 200)
        #expect(answer["Access-Control-Allow-Origin"] == nil)
        let listed = try await guarded.ask("POST", "/thing", headers: ["Origin": "https://app.example"])
        #expect(listed.status == 200)
        #expect(listed["Access-Control-Allow-Origin"] == "https://app.example")
        #expect(listed["Vary"] == "Origin")
        // Without it, a page would be told of a network failure instead of what is wrong.
        let refused = try await guarded.ask(
            "POST", "/thing", headers: ["Origin": "https://app.example", "Authorization": "Bearer x"])
        #expect(refused.status == 401)
        #expect(refused["Access-Control-Allow-Origin"] == "https://app.example")
        try await guarded.stop()
    }

    @Test func `a browser is told what a listed page may ask, before it does`() async throws {
        let guarded = try await GuardedService(origins: ["https://app.example"], routes: Self.counting)
        let question = [
            "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type",
            "Authorization": "",
        ]
        let answer = try await guarded.ask(
            "OPTIONS", "/thing", headers: question.merging(["Origin": "https://app.example"]) { $1 })
        #expect(answer.status == 204)
        #expect(answer["Access-Control-Allow-Origin"] == "https://app.example")
        #expect(answer["Access-Control-Allow-Methods"]?.contains("POST") == true)
        #expect(answer["Access-Control-Allow-Headers"] == "authorization,content-type")
        #expect(answer["Access-Control-Allow-Credentials"] == nil)
        let foreign = try await guarded.ask(
            "OPTIONS", "/thing", headers: question.merging(["Origin": "https://evil.example"]) { $1 })
        #expect(foreign.status == 403)
        #expect(foreign.headers.allSatisfy { !$0.0.lowercased().hasPrefix("access-control") })
        let rebound = try await guarded.ask(
            "OPTIONS", "/thing",
            headers: question.merging(["Origin": "https://app.example", "Host": "evil.example"]) { $1 })
        #expect(rebound.status == 403)
        try await guarded.stop()
    }

    @Test func `nobody is listed unless somebody says so`() async throws {
        let guarded = try await GuardedService(routes: Self.counting)
        let answer = try await guarded.ask(
            "OPTIONS", "/thing",
            headers: ["Origin": "https://app.example", "Access-Control-Request-Method": "POST"])
        #expect(answer.status == 403)
        try await guarded.stop()
    }

    @Test(arguments: [
        ("https://app.example", true), ("http://localhost:3000", true), ("chrome-extension://abcdef", true),
        ("*", false), ("app.example", false), ("https://app.example/", false), ("https://", false), ("://x", false),
        ("https://app.example/path", false), ("null", false),
    ])
    func `an origin is a scheme and a host`(text: String, isOrigin: Bool) {
        #expect(AllowedOrigins.isOrigin(text) == isOrigin)
    }
}
