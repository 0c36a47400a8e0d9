import Conversations
import HTTPTypes
import JSON
import Support
import Testing

@testable import Service

@Suite struct RoutingTests {
    @Test func `an address that is none is told in the envelope`() async throws {
        let service = try await RunningService(
            [ScriptedProvider(saying: "Hello")], surroundings: ScriptedWorld().surroundings())
        let answer = try await service.ask("GET", "/v1/nothing")
        #expect(answer.status == 404)
        #expect(answer["x-request-id"]?.hasPrefix("req_") == true)
        let error = try answer.json()["error"]
        #expect(error?["code"]?.string == "unknown_url")
        #expect(error?["type"]?.string == "invalid_request_error")
        #expect(error?["param"] == .null)
        try await service.stop()
    }

    @Test func `another method than an address takes is told, with those that it does take`() async throws {
        let service = try await RunningService(
            [ScriptedProvider(saying: "Hello")], surroundings: ScriptedWorld().surroundings())
        let answer = try await service.ask("DELETE", "/v1/models")
        #expect(answer.status == 405)
        #expect(answer["Allow"] == "GET, HEAD")
        try await service.stop()
    }

    @Test(arguments: [
        ("/v1/models/site%2Fgpt-4", ["site/gpt-4"]), ("/v1/models/a/", ["a"]), ("/v1/models/%", ["%"]),
        ("/v1/models/a%20b", ["a b"]),
    ])
    func `a path is split before it is decoded`(path: String, variables: [String]) throws {
        let table = RouteTable([Route(.get, "/v1/models/{model}") { _ in .json([]) }])
        guard case .found(_, let values) = table.match(.get, path[...]) else {
            Issue.record("no route for \(path)")
            return
        }
        #expect(values == variables)
    }
}
