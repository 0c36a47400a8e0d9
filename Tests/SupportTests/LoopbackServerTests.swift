import Glibc
import Testing

@testable import Support

@Outside
struct LoopbackServerTests {
    @Test func `requests are kept as they were sent, in order`() throws {
        let server = try LoopbackServer(routes: [:])
        let client = try RawClient(server)
        try client.request("POST /a?b=c%20d", headers: ["X-Second: 2", "x-First: 1"], body: #"{"k":[1]}"#)
        _ = try client.response()
        let chunks = "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"
        try client.send("POST /chunks HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        _ = try client.response()
        try RawClient(server).request("GET /other")

        let requests = try server.waitForRequests(3)
        #expect(requests.map(\.route) == ["POST /a", "POST /chunks", "GET /other"])
        #expect(requests.map(\.connection) == [1, 1, 2])
        #expect(requests[0].target == "/a?b=c%20d")
        #expect(requests[0].query == ["b": "c d"])
        #expect(requests[0].head.headers.map(\.name) == ["Host", "X-Second", "x-First", "Content-Length"])
        #expect(requests[0].json?["k"]?[0]?.integer == 1)
        #expect(requests[1].body == Array(#"{"a":1}"#.utf8))
        #expect(requests[2].json == nil)
        #expect(server.calls(of: "POST /a") == 1)
    }

    @Test func `bytes are sent as they are, cut or not`() throws {
        let odd = Array("HTTP/1.1 299 Odd\r\nno header at all\r\n\r\n".utf8) + [0, 0xFF, 0x0D]
        let server = try LoopbackServer(routes: [
            "GET /whole": .bytes(odd), "GET /bytes": .bytes(odd, .every(1)), "GET /chunks": .bytes(odd, .chunks),
        ])
        for route in ["GET /whole", "GET /bytes", "GET /chunks"] {
            let client = try RawClient(server)
            try client.request(route)
            #expect(try client.socket.receiveToEnd() == odd)
        }
    }

    @Test func `a route answers its calls in turn, and unknown ones as WordPress does`() throws {
        let server = try LoopbackServer(routes: [
            "GET /": .inTurn([.response("1"), .response("2", status: 500), .response("3")])
        ])
        let client = try RawClient(server)
        var bodies: [String] = []
        for route in ["GET /", "GET /?x", "POST /", "GET /", "GET /"] {
            try client.request(route)
            bodies.append(try client.response().body)
        }
        #expect(bodies.enumerated().filter { $0.offset != 2 }.map(\.element) == ["1", "2", "3", "3"])
        #expect(try JSONValue(bodies[2])["code"]?.text == "rest_no_route")
    }

    @Test func `nothing goes past a gate before it is open`() throws {
        let (first, second) = (try Gate(), try Gate())
        let server = try LoopbackServer(routes: [
            "GET /": .steps([.wait(first), .write(Array("one".utf8)), .wait(second), .write(Array("two".utf8)), .close])
        ])
        let client = try RawClient(server)
        try client.request("GET /")
        try server.waitForRequests(1)
        #expect(!client.hasReadable)
        first.open()
        #expect(try client.receive(until: "one") == "one")
        #expect(!client.hasReadable)
        second.open()
        #expect(try client.socket.receiveToEnd() == Array("two".utf8))
        #expect(first.isOpen)
    }

    @Test func `a reset is a reset`() throws {
        let gate = try Gate()
        let server = try LoopbackServer(routes: [
            "GET /": .steps([.write(Array("HTTP/1.1 200 OK\r\n\r\n".utf8)), .wait(gate), .reset])
        ])
        let client = try RawClient(server)
        try client.request("GET /")
        _ = try client.receive(until: "\r\n\r\n")
        gate.open()
        #expect {
            try client.socket.receive()
        } throws: { _ in
            errno == ECONNRESET
        }
        try server.endings.wait(for: "the end") { $0.first?.cause == .closed }
    }

    @Test func `a connection is closed when the client asks for it, and else kept`() throws {
        let server = try LoopbackServer(routes: ["GET /": .response("here")])
        let client = try RawClient(server)
        try client.request("GET /")
        #expect(try client.response().body == "here")
        try client.request("GET /", headers: ["connection: Close"])
        #expect(try client.response().body == "here")
        #expect(try client.socket.receive().isEmpty)
    }

    @Test(arguments: ["GET /hold", "GET /gate", "GET /idle"])
    func `a server notices that its client has left`(route: String) throws {
        let server = try LoopbackServer(routes: [
            "GET /hold": .steps([.hold]), "GET /gate": .steps([.wait(Gate())]), "GET /idle": .response("done"),
        ])
        let staying = try RawClient(server)
        try staying.request(route)
        try server.waitForRequests(1)
        let leaving = try RawClient(server)
        try leaving.request(route)
        try server.waitForRequests(2)
        leaving.socket.close()
        #expect(try server.waitUntilClientLeft().connection == 2)
        #expect(server.endings.all.count == 1)
    }

    @Test func `a flood ends when it has sent its bytes, and its end can follow`() throws {
        let server = try LoopbackServer(routes: [
            "GET /": .steps([
                .write(HTTPResponse.head(200, [("Transfer-Encoding", "chunked")])), .flood(.words, bytes: 300_000),
                .write(HTTPResponse.lastChunk),
            ])
        ])
        let client = try RawClient(server)
        try client.request("GET /")
        let events = try client.response().events
        #expect(events.first == #"{"type":"live","data":"word0 "}"#)
        #expect(events.last == #"{"type":"live","data":"word\#(events.count - 1) "}"#)
        let bytes = events.reduce(0) { $0 + $1.utf8.count + 8 }
        #expect((300_000..<300_100).contains(bytes))
    }

    @Test(arguments: [true, false])
    func `a flood stops when its client leaves in the middle`(isReset: Bool) throws {
        let server = try LoopbackServer(routes: ["GET /": .steps([.flood(.words, bytes: 1 << 40)])])
        let client = try RawClient(server)
        try client.request("GET /")
        _ = try client.receive(until: "word1000 ")
        if isReset { try client.socket.reset() } else { client.socket.close() }
        let ending = try server.waitUntilClientLeft(connection: 1)
        #expect(ending.sentBytes > 30_000)
        #expect(ending.sentBytes < 1 << 30)
    }

    @Test func `fifty clients are served at the same time`() throws {
        let gate = try Gate()
        let server = try LoopbackServer { request, connection in
            try connection.wait(at: gate)
            try connection.write(HTTPResponse(body: request.body).bytes)
        }
        var clients: [RawClient] = []
        for number in 0..<50 {
            clients.append(try RawClient(server))
            try clients[number].request("POST /", body: "client \(number)")
        }
        // All are waiting at the gate, so none was served after another.
        let requests = try server.waitForRequests(50)
        #expect(Set(requests.map(\.connection)) == Set(1...50))
        gate.open()
        for number in 0..<50 { #expect(try clients[number].response().body == "client \(number)") }
    }

    @Test func `what is not HTTP is told, and ends the connection`() throws {
        let server = try LoopbackServer(routes: [:])
        let client = try RawClient(server)
        try client.send("nonsense\r\n\r\n")
        #expect(try client.socket.receiveToEnd().isEmpty)
        #expect(try server.failures.wait(for: "a failure") { $0.count == 1 }[0].contains("nonsense"))
    }

    @Test func `both kinds of loopback are served`() throws {
        let server = try LoopbackServer(on: .version6) { try Answer.response("six").give(to: $0, on: $1) }
        #expect(server.address == "http://[::1]:\(server.port)")
        let socket = try Socket(connectingTo: server.port, on: .version6)
        try socket.send(Array("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".utf8))
        #expect(String(decoding: try socket.receiveToEnd(), as: UTF8.self).hasSuffix("six"))
    }
}

extension RawClient {
    /// Something has come, or the end has.
    var hasReadable: Bool { Poll.wait(for: [(socket.descriptor, Poll.readable)], milliseconds: 0) != [0] }
}
