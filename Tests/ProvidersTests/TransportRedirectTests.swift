import Conversations
import Support
import Testing

@testable import Providers

@Outside
struct TransportRedirectTests {
    /// A server that sends on from `/from`, and tells of every other path that it was asked for.
    private func server(_ status: Int, to location: String?) throws -> LoopbackServer {
        try LoopbackServer { request, connection in
            let isSentOn = request.path.hasSuffix("/from")
            let headers = isSentOn ? location.map { [("Location", $0)] } ?? [] : []
            let body = isSentOn ? "moved" : request.target
            try connection.write(
                Support.HTTPResponse(isSentOn ? status : 200, headers: headers, body: Array(body.utf8)).bytes)
        }
    }

    @Test(arguments: [301, 302, 307, 308])
    func `a request is repeated as it was`(status: Int) async throws {
        let server = try server(status, to: "/to")
        let caller = try Caller(server.address)
        let outcome = await Outcome {
            try await caller.post("/from", headers: [HTTPHeader(name: "x-own", value: "1")], json: "[1]")
        }
        #expect(outcome.body == "/to")
        let request = try #require(server.requests.all.last)
        #expect(request.method == "POST")
        #expect(request.body == Array("[1]".utf8))
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("X-Own") == "1")
    }

    @Test func `see other is to be had for the asking`() async throws {
        let server = try server(303, to: "/to")
        let caller = try Caller(server.address)
        #expect(await Outcome { try await caller.post("/from", json: "[1]") }.body == "/to")
        let request = try #require(server.requests.all.last)
        #expect(request.method == "GET")
        #expect(request.body.isEmpty)
        #expect(request.header("Content-Type") == nil)
    }

    @Test(arguments: [
        ("/to?a=b", "/to?a=b"), ("to", "/deep/to"), ("../to", "/to"), ("./to/", "/deep/to/"), ("/a/./b/../to", "/a/to"),
        ("/to#part", "/to"), ("../../../to", "/to"), ("/a/..", "/"),
    ])
    func `a relative address`(location: String, target: String) async throws {
        let server = try server(302, to: location)
        #expect(await (try Caller(server.address)).outcome(of: "/deep/from").body == target)
    }

    @Test func `a query alone is one of the same path`() throws {
        #expect(try WebAddress(base: "http://host/deep/from").resolving("?a=b")?.pathAndQuery == "/deep/from?a=b")
    }

    @Test func `a whole address, and one without a scheme`() async throws {
        for prefix in ["http:", "HTTP:", ""] {
            let target = try LoopbackServer { request, connection in
                let host = request.header("Host") ?? ""
                let isSentOn = request.path == "/from"
                let response = Support.HTTPResponse(
                    isSentOn ? 302 : 200, headers: isSentOn ? [("Location", "\(prefix)//\(host)/to/")] : [],
                    body: Array(request.target.utf8))
                try connection.write(response.bytes)
            }
            #expect(await (try Caller(target.address)).outcome(of: "/from").body == "/to/")
        }
    }

    @Test func `round in circles`() async throws {
        let server = try server(302, to: "/again/from")
        let outcome = await (try Caller(server.address)).outcome(of: "/from")
        #expect(outcome.cause == .brokenStream)
        #expect(outcome.detail == "it sends us round in circles")
        #expect(server.requests.all.count == 6)
    }

    @Test func `elsewhere nothing is sent`() async throws {
        let other = try LoopbackServer(.hold)
        for location in [
            other.address, "\(other.address)/wp-json", "//127.0.0.1:\(other.port)/", "https://127.0.0.1/",
            "ftp://127.0.0.1/", "http://user@127.0.0.1:\(other.port)/", "http://localhost:\(other.port)/",
        ] {
            let server = try server(307, to: location)
            let caller = try Caller(server.address) {
                $0.headers = [HTTPHeader(name: "authorization", value: "Bearer sesame")]
            }
            let outcome = await Outcome {
                try await caller.post("/from", headers: [HTTPHeader(name: "x-wp-nonce", value: "1234567890")])
            }
            #expect(outcome.cause == .httpStatus(307))
            #expect(outcome.detail == "it sends us elsewhere, to \(location); name that address instead")
            #expect(server.requests.all.count == 1)
        }
        #expect(other.requests.all.isEmpty)
        #expect(other.endings.all.isEmpty)
    }

    @Test func `what is said of elsewhere is harmless`() async throws {
        let server = try server(302, to: "https://elsewhere.test/" + String(repeating: "x", count: 500))
        let detail = try #require(await (try Caller(server.address)).outcome(of: "/from").detail)
        #expect(detail.count < 150)
        #expect(detail.hasPrefix("it sends us elsewhere, to https://elsewhere.test/xxx"))
    }

    @Test func `a redirect to nowhere is an answer like another`() async throws {
        let server = try server(302, to: nil)
        let outcome = await (try Caller(server.address)).outcome(of: "/from")
        #expect(outcome.status == 302)
        #expect(outcome.body == "moved")
    }
}
