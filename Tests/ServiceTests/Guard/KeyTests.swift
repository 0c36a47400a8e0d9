import Conversations
import HTTPTypes
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct KeyTests {
    /// Tells whose request it is.
    static let whoami: @Sendable (ServiceParts) -> [Route] = { _ in
        [Route(.get, "/whoami") { request in .json(Array(#"{"owner":"\#(request.owner.rawValue)"}"#.utf8)) }]
    }

    @Test func `a key opens the conversations of its owner`() async throws {
        let guarded = try await GuardedService(routes: Self.whoami)
        #expect(try await guarded.ask("GET", "/whoami").json()["owner"]?.string == "local")
        let asBot = try await guarded.ask("GET", "/whoami", headers: ["Authorization": "Bearer \(guarded.bot)"])
        #expect(try asBot.json()["owner"]?.string == "bot")
        try await guarded.stop()
    }

    @Test func `a key from outside is the terminal user's`() async throws {
        let guarded = try await GuardedService(given: "0123456789abcdef", routes: Self.whoami)
        for scheme in ["Bearer", "bearer", "BEARER  "] {
            let answer = try await guarded.ask(
                "GET", "/whoami", headers: ["Authorization": "\(scheme) 0123456789abcdef"])
            #expect(try answer.json()["owner"]?.string == "local")
        }
        #expect(
            try await guarded.ask("GET", "/whoami", headers: ["Authorization": "Bearer 0123456789abcdee"]).status == 401
        )
        try await guarded.stop()
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Basic bG9jYWw6", "Bearer x", "Token x", "Bearer ' OR 1=1 --",
        "Bearer x'); DROP TABLE service_keys; --", "Bearer \u{e9}", "Bearer a b", "Bearer a, Bearer b",
    ])
    func `what is no good key opens nothing`(header: String) async throws {
        let guarded = try await GuardedService(routes: Self.whoami)
        let answer = try await guarded.ask("GET", "/whoami", headers: ["Authorization": header])
        #expect(answer.status == 401)
        #expect(answer.code == "invalid_api_key")
        #expect(answer["WWW-Authenticate"] == "Bearer")
        #expect(try await guarded.keys.keys().count == 2)
        try await guarded.stop()
    }

    @Test func `a key of many thousand characters is none`() async throws {
        let guarded = try await GuardedService(routes: Self.whoami)
        let long = String(repeating: "a", count: 20_000)
        #expect(try await guarded.ask("GET", "/whoami", headers: ["Authorization": "Bearer \(long)"]).status == 401)
        try await guarded.stop()
    }

    @Test func `there is no way in but the one header, whatever the address`() async throws {
        let guarded = try await GuardedService()
        let parts = ServiceParts(
            store: guarded.keys, providers: FixedProviders([]), history: HistoryBuilder(),
            surroundings: guarded.world.surroundings(), limits: ServiceLimits(), version: "1.2.3")
        let routes = ServiceRoutes.all(of: parts)
        #expect(Set(routes.filter { $0.access == .open }.map(\.pattern)) == ["/healthz", "/readyz"])
        for route in routes where route.access == .withKey {
            let path = route.pattern.replacing(/\{[a-z_]+\}/, with: "x")
            let method = route.method.rawValue
            for headers in [
                [:], ["x-api-key": guarded.local], ["api-key": guarded.local], ["Cookie": "key=\(guarded.local)"],
                ["Authorization": guarded.local],
            ] {
                let answer = try await guarded.service.ask(
                    method, "\(path)?key=\(guarded.local)&api_key=\(guarded.local)", headers: headers)
                #expect(answer.status == 401, "\(method) \(path) \(headers)")
            }
        }
        for path in ["/", "/nothing", "/v1", "/v1/models/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//v1/models"]
        {
            #expect(try await guarded.service.ask("GET", path).status == 401)
        }
        try await guarded.stop()
    }

    @Test func `a revoked key is good for a second at most`() async throws {
        let guarded = try await GuardedService(routes: Self.whoami)
        let asBot = ["Authorization": "Bearer \(guarded.bot)"]
        #expect(try await guarded.ask("GET", "/whoami", headers: asBot).status == 200)
        _ = try await guarded.keys.revoke(name: "bot")
        guarded.world.advance(by: KeyRing.memory)
        #expect(try await guarded.ask("GET", "/whoami", headers: asBot).status == 401)
        #expect(try await guarded.ask("GET", "/whoami").status == 200)
        try await guarded.stop()
    }

    @Test func `two keys are never alike, and none is kept`() throws {
        let keys = (0..<100).map { _ in ServiceKeyText.make() }
        #expect(Set(keys).count == 100)
        #expect(keys.allSatisfy { $0.wholeMatch(of: /parley_[A-Za-z0-9_-]{43}/) != nil })
        // The example of FIPS 180-2: https://csrc.nist.gov/files/pubs/fips/180-2/final/docs/fips180-2.pdf
        #expect(ServiceKeyText.hash("abc").prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
    }
}
