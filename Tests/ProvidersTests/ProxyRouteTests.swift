import AsyncHTTPClient
import Conversations
import NIOHTTP1
import Testing

@testable import Providers
@testable import Support

@Outside
struct ProxyRouteTests {
    private typealias Credentials = LoopbackProxy.Credentials

    private nonisolated static let login = LoopbackProxy.Credentials(user: "jo", password: "open:sesame")
    private nonisolated static let wrong = LoopbackProxy.Credentials(user: "jo", password: "barley")

    private nonisolated static let refusal =
        "the proxy is not there or does not let us in: see to its address, user and password"

    private let origin: LoopbackServer

    init() throws {
        origin = try LoopbackServer(.write(Support.HTTPResponse(body: Array("Hello".utf8)).bytes))
    }

    /// Asks the origin by a name that only the proxy knows.
    private func outcome(
        through proxy: String, at host: String = "site.test", headers: [HTTPHeader] = []
    ) async throws -> Outcome {
        let caller = try Caller("http://\(host):\(origin.port)/base") {
            $0.proxy = try ProxyAddress(proxy)
            $0.headers = headers
        }
        return await caller.outcome(of: "/x?a=b")
    }

    // MARK: - HTTP, to a plain origin

    @Test(arguments: [nil, login])
    func `a plain request is forwarded`(login: LoopbackProxy.Credentials?) async throws {
        let proxy = try LoopbackProxy(.http, credentials: login)
        #expect(try await outcome(through: proxy.address(login)).body == "Hello")
        #expect(proxy.asked.all.map(\.way) == [.absoluteAddress])
        #expect(proxy.asked.all.map(\.host) == ["site.test"])
        #expect(proxy.asked.all.map(\.credentials) == [login])
        let request = try #require(origin.requests.all.first)
        #expect(request.target == "/base/x?a=b")
        #expect(request.head.values(of: "Host") == ["site.test:\(origin.port)"])
        #expect(request.header("Proxy-Authorization") == nil)
        #expect(proxy.failures.all.isEmpty)
    }

    @Test func `a host that is configured is another matter than where to connect`() async throws {
        let proxy = try LoopbackProxy(.http)
        let headers = [HTTPHeader(name: "host", value: "virtual.test")]
        #expect(try await outcome(through: proxy.address(), headers: headers).body == "Hello")
        #expect(proxy.asked.all.map(\.host) == ["site.test"])
        #expect(origin.requests.all.first?.head.values(of: "Host") == ["virtual.test"])
    }

    @Test func `a redirect is followed through the proxy`() async throws {
        let origin = try LoopbackServer { request, connection in
            let isSentOn = request.path == "/from"
            let response = Support.HTTPResponse(
                isSentOn ? 302 : 200, headers: [("Connection", "close")] + (isSentOn ? [("Location", "/to")] : []),
                body: Array(request.target.utf8))
            try connection.write(response.bytes)
        }
        let proxy = try LoopbackProxy(.http, credentials: Self.login)
        let caller = try Caller("http://site.test:\(origin.port)") {
            $0.proxy = try ProxyAddress(proxy.address(Self.login))
        }
        #expect(await caller.outcome(of: "/from").body == "/to")
        #expect(proxy.asked.all.map(\.wasGranted) == [true, true])
    }

    @Test(arguments: [nil, wrong])
    func `a forwarding proxy that wants another password answers for itself`(
        login: LoopbackProxy.Credentials?
    ) async throws {
        let proxy = try LoopbackProxy(.http, credentials: Self.login)
        let outcome = try await outcome(through: proxy.address(login))
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == "the proxy wants a user and a password, or others")
        #expect(origin.requests.all.isEmpty)
    }

    // MARK: - SOCKS

    @Test(arguments: [nil, login])
    func `names are looked up by the SOCKS proxy`(login: LoopbackProxy.Credentials?) async throws {
        let proxy = try LoopbackProxy(.socks5, credentials: login)
        #expect(try await outcome(through: proxy.address(login)).body == "Hello")
        #expect(proxy.asked.all.map(\.host) == ["site.test"])
        #expect(proxy.asked.all.map(\.credentials) == [login])
        #expect(origin.requests.all.first?.head.values(of: "Host") == ["site.test:\(origin.port)"])
    }

    @Test func `an address goes to the SOCKS proxy as it is`() async throws {
        let proxy = try LoopbackProxy(.socks5)
        #expect(try await outcome(through: proxy.address(), at: "127.0.0.1").body == "Hello")
        #expect(proxy.asked.all.map(\.host) == ["127.0.0.1"])
    }

    @Test func `a SOCKS proxy that wants a password`() async throws {
        let proxy = try LoopbackProxy(.socks5, credentials: Self.login)
        let outcome = try await outcome(through: proxy.address())
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == Self.refusal)
    }

    @Test func `a SOCKS proxy that wants another password`() async throws {
        let proxy = try LoopbackProxy(.socks5, credentials: Self.login)
        let outcome = try await outcome(through: proxy.address(Self.wrong))
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == Self.refusal)
        #expect(proxy.asked.all.first?.credentials == Self.wrong)
        #expect(origin.requests.all.isEmpty)
    }

    // MARK: - Proxies that do not help

    @Test(arguments: [LoopbackProxy.Kind.http, .socks5])
    func `a proxy that cannot reach the origin`(kind: LoopbackProxy.Kind) async throws {
        let proxy = try LoopbackProxy(kind)
        let outcome = try await outcome(through: proxy.address(), at: "unknown.test")
        switch kind {
        // What it answers in place of the origin is for whoever asked to understand.
        case .http: #expect(outcome.status == 502)
        case .socks5:
            #expect(outcome.cause == .unreachable)
            #expect(outcome.detail == "the proxy cannot reach it")
        }
        #expect(origin.requests.all.isEmpty)
    }

    @Test(arguments: ["http://", "socks5://", "http://jo:sesame@"])
    func `a proxy that is gone`(scheme: String) async throws {
        let nobody = try Wire(listening: false)
        let outcome = try await outcome(through: "\(scheme)127.0.0.1:\(nobody.port)")
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == "nothing listens at its proxy's address")
    }

    @Test func `a SOCKS proxy that is gone, and its password`() async throws {
        let nobody = try Wire(listening: false)
        let outcome = try await outcome(through: "socks5://jo:sesame@127.0.0.1:\(nobody.port)")
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == Self.refusal)
    }

    @Test func `what is no proxy`() async throws {
        let server = try Listener(stopping: try Gate()) { socket, _ in
            _ = try? socket.receive()
            try? socket.send(Support.HTTPResponse(400).bytes)
        }
        let outcome = try await outcome(through: "socks5://127.0.0.1:\(server.port)")
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == "the proxy does not speak SOCKS5")
    }

    // MARK: - Addresses

    @Test(arguments: ["http://[::1]:1080", "socks5://[::1]:1080"])
    func `a proxy with an IPv6 address is told to sockets without brackets`(address: String) throws {
        let origin = try WebAddress(base: "https://site.test")
        let route = try ProxyRoute(try ProxyAddress(address), to: origin)
        #expect(route.libraryProxy?.host == "::1")
        #expect(route.libraryProxy?.port == 1080)
    }

    @Test func `a proxy that forwards, with an IPv6 address`() throws {
        let origin = try WebAddress(base: "http://site.test/base")
        let route = try ProxyRoute(try ProxyAddress("http://jo:x@[::1]:3128"), to: origin)
        var headers = HTTPHeaders()
        #expect(route.address(of: origin, adding: &headers) == "http://[::1]:3128/base")
        #expect(headers["proxy-authorization"] == ["Basic am86eA=="])
        #expect(route.libraryProxy == nil)
    }

    @Test func `a password that cannot be said`() throws {
        let origin = try WebAddress(base: "http://site.test")
        let proxy = try ProxyAddress("socks5://jo:\(String(repeating: "x", count: 256))@127.0.0.1:1080")
        #expect(throws: ProviderError(.unreachable, "the proxy's user and password cannot be said to it")) {
            try ProxyRoute(proxy, to: origin)
        }
    }
}
