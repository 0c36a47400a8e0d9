import Conversations
import HTTPTypes
import JSON
import Support
import Testing

@testable import Service

/// Of whom a request is, its header says.
private struct NamedAdmission: Admission {
    func preflight(_ head: HTTPRequest) throws -> ServiceAnswer? { nil }
    func admit(_ head: HTTPRequest, access: Route.Access) async throws -> Owner {
        Owner(rawValue: head.headerFields[.authorization] ?? "nobody")
    }
    func addHeaders(to answer: inout ServiceAnswer, for head: HTTPRequest) {}
}

@Suite struct OwnerTests {
    @Test func `nobody reaches what is another's`() async throws {
        let service = try await RunningService(
            [ScriptedProvider(saying: "Yes")], surroundings: ScriptedWorld().surroundings(), admission: NamedAdmission()
        )
        let mine = ["Authorization": "me", "Idempotency-Key": "k"]
        let theirs = ["Authorization": "them", "Idempotency-Key": "k"]
        let made = try await service.ask(
            "POST", "/v1/conversations", #"{"items":[{"role":"user","content":"Secret"}]}"#, headers: mine)
        let conversation = try #require(try made.json()["id"]?.string)
        let response = try await service.ask(
            "POST", "/v1/responses", #"{"model":"scripted","input":"a","conversation":"\#(conversation)"}"#,
            headers: ["Authorization": "me"])
        let name = try #require(try response.json()["id"]?.string)
        let item = "msg_" + conversation.dropFirst(5) + "-1"
        let them = ["Authorization": "them"]
        for (method, path, body): (String, String, String?) in [
            ("GET", "/v1/conversations/\(conversation)", nil),
            ("POST", "/v1/conversations/\(conversation)", #"{"metadata":{}}"#),
            ("DELETE", "/v1/conversations/\(conversation)", nil),
            ("GET", "/v1/conversations/\(conversation)/items", nil),
            ("POST", "/v1/conversations/\(conversation)/items", #"{"items":[{"role":"user","content":"a"}]}"#),
            ("GET", "/v1/conversations/\(conversation)/items/\(item)", nil),
            ("DELETE", "/v1/conversations/\(conversation)/items/\(item)", nil),
            ("GET", "/v1/responses/\(name)", nil), ("DELETE", "/v1/responses/\(name)", nil),
            ("POST", "/v1/responses/\(name)/cancel", nil), ("GET", "/v1/responses/\(name)/input_items", nil),
            ("POST", "/v1/responses", #"{"model":"scripted","input":"a","conversation":"\#(conversation)"}"#),
        ] {
            let answer = try await service.ask(method, path, body, headers: them)
            #expect(answer.status == 404, "\(method) \(path)")
            #expect(!answer.text.contains("Secret"))
        }
        let after = try await service.ask(
            "POST", "/v1/responses", #"{"model":"scripted","input":"a","previous_response_id":"\#(name)"}"#,
            headers: them)
        #expect(after.status == 400)
        #expect(
            try await service.ask("GET", "/v1/conversations?after=\(conversation)", headers: them).status == 400)
        let list = try await service.ask("GET", "/v1/conversations?q=Secret", headers: them)
        #expect(try list.json()["data"] == .array([]))
        // Whose key it is, is told by whose request it is.
        let their = try await service.ask(
            "POST", "/v1/conversations", #"{"items":[{"role":"user","content":"Secret"}]}"#, headers: theirs)
        #expect(their.status == 200)
        #expect(their.text != made.text)
        #expect(try await service.ask("GET", "/v1/responses/\(name)", headers: mine).text == response.text)
        try await service.stop()
    }
}
