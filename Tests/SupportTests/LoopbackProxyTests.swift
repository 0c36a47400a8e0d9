import Testing

@testable import Support

@Outside
struct LoopbackProxyTests {
    private typealias Credentials = LoopbackProxy.Credentials

    private let origin: LoopbackServer
    private let login = LoopbackProxy.Credentials(user: "user", password: "p:w")
    /// `user:p:w` in Base64.
    private let authorization = "Proxy-Authorization: Basic dXNlcjpwOnc="

    init() throws {
        origin = try LoopbackServer { request, connection in
            try connection.write(HTTPResponse(body: Array("served ".utf8) + request.body).bytes)
        }
    }

    // MARK: - HTTP

    @Test func `an absolute address is fetched, and the password stays with the proxy`() throws {
        let proxy = try LoopbackProxy(.http, credentials: login)
        let client = try RawClient(proxy.port)
        let target = "http://site.test:\(origin.port)/a?b=c"
        try client.request("POST \(target)", body: "x")
        let refusal = try client.response()
        #expect(refusal.status == 407)
        #expect(refusal.head.value(of: "Proxy-Authenticate")?.hasPrefix("Basic") == true)

        try client.request("POST \(target)", headers: [authorization, "X-Own: 1"], body: "hello")
        #expect(try client.response().body == "served hello")
        #expect(try client.socket.receive().isEmpty)
        let request = try #require(origin.requests.all.first)
        #expect(origin.requests.all.count == 1)
        #expect(request.target == "/a?b=c")
        #expect(request.header("X-Own") == "1")
        #expect(request.header("Proxy-Authorization") == nil)
        #expect(
            proxy.asked.all == [
                asked(.absoluteAddress, granted: false), asked(.absoluteAddress, login, granted: true),
            ])
    }

    @Test func `CONNECT makes a tunnel, also for what was sent too early`() throws {
        let proxy = try LoopbackProxy(.http, credentials: login)
        let client = try RawClient(proxy.port)
        try client.send(
            "CONNECT site.test:\(origin.port) HTTP/1.1\r\nHost: x\r\n\(authorization)\r\n\r\nGET /early HTTP/1.1\r\n\r\n"
        )
        #expect(try client.receive(until: "served ").hasPrefix("HTTP/1.1 200 Connection established\r\n\r\n"))
        try client.request("GET /late", headers: ["Connection: close"])
        #expect(try client.response().body == "served ")
        #expect(try client.socket.receive().isEmpty)
        #expect(origin.requests.all.map(\.target) == ["/early", "/late"])
        #expect(proxy.asked.all == [asked(.tunnel, login, granted: true)])
    }

    @Test func `a name that the proxy does not know is a bad gateway`() throws {
        let proxy = try LoopbackProxy(.http)
        let client = try RawClient(proxy.port)
        try client.request("CONNECT other.test:\(origin.port)")
        #expect(try client.response().status == 502)
        try client.request("GET http://other.test/")
        #expect(try client.response().status == 502)
        #expect(proxy.asked.all.map(\.port) == [origin.port, 80])
    }

    // MARK: - SOCKS

    @Test func `SOCKS reaches a name, and addresses of both versions`() throws {
        let proxy = try LoopbackProxy(.socks5)
        let six = try LoopbackServer(on: .version6) { try Answer.response("six").give(to: $0, on: $1) }
        let name = Array("site.test".utf8)
        let addresses: [([UInt8], UInt16)] = [
            ([3, UInt8(name.count)] + name, origin.port), ([1, 127, 0, 0, 1], origin.port),
            ([4] + Array(repeating: 0, count: 15) + [1], six.port),
        ]
        for (address, port) in addresses {
            let client = try RawClient(proxy.port)
            try client.socket.send([5, 2, 0, 1])
            #expect(try client.octets(2) == [5, 0])
            try client.socket.send([5, 1, 0] + address + [UInt8(port >> 8), UInt8(port & 0xFF)])
            #expect(try client.octets(10)[..<2] == [5, 0])
            try client.request("GET /", headers: ["Connection: close"])
            #expect(try client.response().status == 200)
        }
        #expect(proxy.asked.all.map(\.host) == ["site.test", "127.0.0.1", "[::1]"])
        #expect(proxy.asked.all.allSatisfy { $0.wasGranted && $0.way == .socks5 && $0.credentials == nil })
    }

    @Test func `SOCKS takes a password, and no other`() throws {
        let proxy = try LoopbackProxy(.socks5, credentials: login)
        let none = try RawClient(proxy.port)
        try none.socket.send([5, 1, 0])
        #expect(try none.socket.receiveToEnd() == [5, 0xFF])

        let wrong = try RawClient(proxy.port)
        try wrong.socket.send([5, 1, 2])
        #expect(try wrong.octets(2) == [5, 2])
        try wrong.socket.send([1, 1] + Array("u".utf8) + [1] + Array("p".utf8))
        #expect(try wrong.socket.receiveToEnd() == [1, 1])

        let right = try RawClient(proxy.port)
        try right.socket.send([5, 1, 2])
        #expect(try right.octets(2) == [5, 2])
        try right.socket.send([1, 4] + Array("user".utf8) + [3] + Array("p:w".utf8))
        #expect(try right.octets(2) == [1, 0])
        try right.socket.send([5, 1, 0, 3, 4] + Array("else".utf8) + [0, 80])
        #expect(try right.octets(10)[1] == 4)
        #expect(proxy.asked.all.map(\.credentials) == [nil, Credentials(user: "u", password: "p"), login])
        #expect(proxy.asked.all.allSatisfy { !$0.wasGranted })
        #expect(proxy.failures.all == [])
    }

    @Test func `a proxy stops while it carries, and while it waits`() throws {
        let proxy = try LoopbackProxy(.http)
        let carried = try RawClient(proxy.port)
        try carried.request("CONNECT site.test:\(origin.port)")
        #expect(try carried.receive(until: "\r\n\r\n").contains("200"))
        let silent = try RawClient(proxy.port)
        proxy.stop()
        #expect(try carried.socket.receive().isEmpty)
        withExtendedLifetime(silent) {}
        try origin.waitUntilClientLeft()
    }

    private func asked(
        _ way: LoopbackProxy.Asked.Way, _ credentials: Credentials? = nil, granted: Bool
    ) -> LoopbackProxy.Asked {
        LoopbackProxy.Asked(
            way: way, host: "site.test", port: origin.port, credentials: credentials, wasGranted: granted)
    }
}

extension RawClient {
    /// Exactly so many of the next bytes.
    fileprivate func octets(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try socket.receive(atMost: count - bytes.count)
            try #require(!more.isEmpty)
            bytes += more
        }
        return bytes
    }
}
