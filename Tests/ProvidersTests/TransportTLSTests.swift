import Conversations
import Testing

@testable import Providers
@testable import Support

@Outside
struct TransportTLSTests {
    private let server: LoopbackServer

    init() throws {
        server = try LoopbackServer(.write(Support.HTTPResponse(body: Array("Hello".utf8)).bytes))
    }

    private func caller(_ address: String, trusting file: String? = Certificates.authority) throws -> Caller {
        try Caller(address) { $0.certificateAuthorityFile = file }
    }

    // MARK: - Certificates

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a certificate of an authority that is trusted here`(host: String) async throws {
        let front = try await TLSFront(of: server)
        let caller = try caller("https://\(host):\(front.port)")
        for _ in 0..<2 { #expect(await caller.outcome().body == "Hello") }
        #expect(server.requests.all.map(\.connection) == [1, 1])
        #expect(server.requests.all.first?.header("Host") == "\(host):\(front.port)")
    }

    @Test func `a certificate of an authority that nobody knows`() async throws {
        let front = try await TLSFront(of: server)
        let outcome = await (try caller("https://127.0.0.1:\(front.port)", trusting: nil)).outcome()
        #expect(outcome.cause == .refusedByTLS)
        #expect(outcome.detail == "its certificate is not one that is trusted here")
        #expect(server.requests.all.isEmpty)
    }

    @Test(arguments: ["127.0.0.2"])
    func `a certificate for another host`(host: String) async throws {
        let front = try await TLSFront(of: server, host: host)
        let outcome = await (try caller("https://\(host):\(front.port)")).outcome()
        #expect(outcome.cause == .refusedByTLS)
        #expect(outcome.detail == "its certificate is for another host")
        #expect(server.requests.all.isEmpty)
    }

    @Test func `certificates that cannot be read`() throws {
        let folder = try TemporaryFolder()
        for path in [folder.file("missing.pem"), #filePath, Certificates.serverKey, "/dev/null", folder.path] {
            #expect(
                throws: ProviderError(.refusedByTLS, "no certificates can be read from \(path)"), "\(path)"
            ) {
                try caller("https://127.0.0.1:1", trusting: path)
            }
        }
    }

    // MARK: - One side speaks TLS

    @Test func `a plain server that is taken for a secure one`() async throws {
        let server = try Listener(stopping: try Gate()) { socket, _ in
            _ = try? socket.receive()
            try? socket.send(Support.HTTPResponse(400).bytes)
        }
        let outcome = await (try caller("https://127.0.0.1:\(server.port)")).outcome()
        #expect(outcome.cause == .refusedByTLS)
        #expect(outcome.detail == "it does not speak TLS; perhaps the address begins with http://")
    }

    @Test func `a server that never answers the greeting`() async throws {
        let server = try DeafServer.neverReading()
        let caller = try Caller("https://127.0.0.1:\(server.port)") { $0.timeouts.connect = .milliseconds(100) }
        #expect(await caller.outcome().cause == .timedOut(.connect))
    }

    @Test func `a secure server that is taken for a plain one`() async throws {
        let front = try await TLSFront(of: server)
        let outcome = await (try caller("http://127.0.0.1:\(front.port)")).outcome()
        #expect(outcome.cause == .unreachable || outcome.cause == .brokenStream)
        #expect(server.requests.all.isEmpty)
    }

    // MARK: - Bytes

    @Test func `a long answer comes whole, and half an answer as half of one`() async throws {
        let text = String(repeating: "0123456789abcdef", count: 65_536)
        let server = try LoopbackServer { request, connection in
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try connection.write(Support.HTTPResponse.chunk(Array(text.utf8)))
            if request.path == "/half" { try connection.close() }
            try connection.write(Support.HTTPResponse.lastChunk)
        }
        let front = try await TLSFront(of: server)
        let caller = try caller("https://127.0.0.1:\(front.port)")
        let whole = await caller.outcome(of: "/whole")
        #expect(whole.body.utf8.count == text.utf8.count)
        #expect(whole.body.hasSuffix(text.suffix(100_000)))
        #expect(whole.error == nil)
        let half = await caller.outcome(of: "/half")
        #expect(half.body.utf8.count == text.utf8.count)
        #expect(half.cause == .endedEarly)
    }

    @Test func `who stops reading is gone at once`() async throws {
        let server = try LoopbackServer(.chunkedHead, .chunk("Hello"), .hold)
        let front = try await TLSFront(of: server)
        _ = try await (try caller("https://127.0.0.1:\(front.port)")).get()
        try server.waitUntilClientLeft()
    }

    // MARK: - Through proxies

    @Test(arguments: [nil, LoopbackProxy.Credentials(user: "jo", password: "open:sesame")])
    func `a tunnel through an HTTP proxy`(login: LoopbackProxy.Credentials?) async throws {
        let front = try await TLSFront(of: server)
        let proxy = try LoopbackProxy(.http, credentials: login)
        let caller = try Caller("https://localhost:\(front.port)") {
            $0.certificateAuthorityFile = Certificates.authority
            $0.proxy = try ProxyAddress(proxy.address(login))
        }
        #expect(await caller.outcome().body == "Hello")
        #expect(proxy.asked.all.map(\.way) == [.tunnel])
        #expect(proxy.asked.all.map(\.host) == ["localhost"])
        #expect(proxy.asked.all.map(\.credentials) == [login])
        #expect(server.requests.all.first?.header("Proxy-Authorization") == nil)
    }

    @Test func `a tunnel through a SOCKS proxy with a password`() async throws {
        let front = try await TLSFront(of: server)
        let login = LoopbackProxy.Credentials(user: "jo", password: "open:sesame")
        let proxy = try LoopbackProxy(.socks5, credentials: login)
        let caller = try Caller("https://localhost:\(front.port)") {
            $0.certificateAuthorityFile = Certificates.authority
            $0.proxy = try ProxyAddress(proxy.address(login))
        }
        #expect(await caller.outcome().body == "Hello")
        #expect(proxy.asked.all.map(\.host) == ["localhost"])
        #expect(proxy.asked.all.map(\.credentials) == [login])
    }

    @Test func `a proxy that wants a password for the tunnel`() async throws {
        let front = try await TLSFront(of: server)
        let proxy = try LoopbackProxy(.http, credentials: .init(user: "jo", password: "sesame"))
        let caller = try Caller("https://localhost:\(front.port)") {
            $0.proxy = try ProxyAddress(proxy.address(.init(user: "jo", password: "barley")))
        }
        let outcome = await caller.outcome()
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == "the proxy wants a user and a password, or others")
    }

    @Test func `a proxy that cannot make the tunnel`() async throws {
        let proxy = try LoopbackProxy(.http)
        let caller = try Caller("https://unknown.test") { $0.proxy = try ProxyAddress(proxy.address()) }
        let outcome = await caller.outcome()
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == "the proxy cannot reach it")
    }
}
