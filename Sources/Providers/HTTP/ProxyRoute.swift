internal import AsyncHTTPClient
internal import Conversations
internal import NIOCore
internal import NIOHTTP1

/// The way to an origin: straight, or through a proxy.
enum ProxyRoute: Sendable {
    case straight
    /// The client library knows how.
    case library(HTTPClient.Configuration.Proxy)
    /// Through a SOCKS5 proxy that wants a password.
    case login(SOCKSLogin)
    /// A plain origin through an HTTP proxy: it is sent the whole address in the request line, as every proxy
    /// understands it (RFC 9112, 3.2.2). The library would ask for a tunnel, which many allow to port 443 alone.
    case forward(ProxyAddress, to: WebAddress)

    /// - Throws: ``ProviderError`` where a proxy's password cannot be said.
    init(_ proxy: ProxyAddress?, to origin: WebAddress) throws {
        guard let proxy else {
            self = .straight
            return
        }
        switch proxy.kind {
        case .http where origin.isSecure:
            let authorization = proxy.user.map {
                HTTPClient.Authorization.basic(username: $0, password: proxy.password ?? "")
            }
            self = .library(.server(host: proxy.bareHost, port: proxy.port, authorization: authorization))
        case .http: self = .forward(proxy, to: origin)
        case .socks5:
            guard let user = proxy.user else {
                self = .library(.socksServer(host: proxy.bareHost, port: proxy.port))
                return
            }
            guard
                let login = SOCKSLogin(
                    host: proxy.bareHost, port: proxy.port, user: user, password: proxy.password ?? "")
            else { throw ProviderError(.unreachable, "the proxy's user and password cannot be said to it") }
            self = .login(login)
        }
    }

    /// The proxy that the client library is told of.
    var libraryProxy: HTTPClient.Configuration.Proxy? {
        switch self {
        case .straight, .forward: nil
        case .library(let proxy): proxy
        case .login(let login): .socksServer(host: "127.0.0.1", port: login.port)
        }
    }

    /// Makes a new connection fit for the way.
    func prepare(_ pipeline: ChannelPipeline.SynchronousOperations) throws {
        guard case .forward(_, let origin) = self else { return }
        let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
        try pipeline.addHandler(WholeAddressHandler(origin: origin.origin), position: .after(encoder))
    }

    /// The address that the client library is given, and the headers that the way needs.
    func address(of target: WebAddress, adding headers: inout HTTPHeaders) -> String {
        guard case .forward(let proxy, _) = self else { return target.description }
        if !headers.contains(name: "host") { headers.add(name: "host", value: target.authority) }
        if let user = proxy.user {
            let authorization = HTTPClient.Authorization.basic(username: user, password: proxy.password ?? "")
            headers.replaceOrAdd(name: "proxy-authorization", value: authorization.headerValue)
        }
        return "http://\(proxy.authority)\(target.pathAndQuery)"
    }
}

extension ProxyAddress {
    /// As sockets want it: an IPv6 address without its brackets.
    fileprivate var bareHost: String { host.first == "[" ? String(host.dropFirst().dropLast()) : host }
}

/// Puts the whole address into the request line, for a proxy that forwards.
private final class WholeAddressHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let origin: String

    init(origin: String) {
        self.origin = origin
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var part = unwrapOutboundIn(data)
        if case .head(var head) = part {
            head.uri = origin + head.uri
            part = .head(head)
        }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
