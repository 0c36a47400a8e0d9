internal import AsyncHTTPClient
internal import Conversations
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOSSL

/// Sends requests to one provider and gives back what it answers: through its proxy, within its time-outs, and to no
/// other origin than the one that was named.
final class HTTPTransport: Sendable {
    struct Settings: Sendable {
        var timeouts = Timeouts()
        var proxy: ProxyAddress?
        /// A file of certificates in PEM that are trusted beside the system's.
        var certificateAuthorityFile: String?
        /// Sent with every request, in place of our own of the same name.
        var headers: [HTTPHeader] = []
        /// The most bytes of one answer, unpacked.
        var maximumBytes: Int
        var userAgent: String
    }

    private let settings: Settings
    private let client: HTTPClient
    /// On which all of it happens. A request and its connection on two would be two threads: of a server that answers and
    /// closes at once, the client library then hears the end before it knows that the request was sent whole, and drops
    /// the answer.
    private let eventLoop: any EventLoop
    private let route: ProxyRoute

    private var isProxied: Bool { settings.proxy != nil }

    private static let maximumRedirects = 5
    /// How much of an address elsewhere is repeated, in characters.
    private static let maximumLocation = 80

    /// - Throws: ``ProviderError`` where the certificates cannot be read.
    ///
    /// - Parameter origin: The one that will be asked.
    init(_ settings: Settings, to origin: WebAddress) throws {
        self.settings = settings
        route = try ProxyRoute(settings.proxy, to: origin)
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = TimeAmount(settings.timeouts.connect)
        // Whether to try again is for those to say who know what was asked.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        // Whoever takes the bytes counts them.
        configuration.decompression = .enabled(limit: .none)
        configuration.httpVersion = .http1Only
        if let file = settings.certificateAuthorityFile {
            var tls = TLSConfiguration.makeClientConfiguration()
            do {
                tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
            } catch {
                throw ProviderError(.refusedByTLS, "no certificates can be read from \(file)")
            }
            configuration.tlsConfiguration = tls
        }
        configuration.proxy = route.libraryProxy
        configuration.http1_1ConnectionDebugInitializer = { [route] channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try DosingHandler.install(in: pipeline, of: channel)
                try route.prepare(pipeline)
            }
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        eventLoop = client.eventLoopGroup.next()
    }

    deinit {
        client.shutdown { _ in }
    }

    /// Sends a request and waits for the head of its answer. Redirects are followed within the origin.
    ///
    /// - Parameter timeouts: Hold where they are shorter than the provider's own.
    /// - Throws: ``ProviderError``, or `CancellationError` where the task was cancelled.
    func send(
        _ request: HTTPRequest, measuring meter: AttemptMeter, timeouts: Timeouts? = nil
    ) async throws -> HTTPResponse {
        let timeouts = timeouts.map(settings.timeouts.limited) ?? settings.timeouts
        var request = request
        for _ in 0...Self.maximumRedirects {
            let response = try await sendOnce(request, measuring: meter, within: timeouts)
            guard let location = response.redirect else { return response }
            guard let target = request.address.resolving(location), target.origin == request.address.origin else {
                let place = Excerpt(of: location.utf8).text.prefix(Self.maximumLocation)
                throw ProviderError(
                    .httpStatus(response.status), "it sends us elsewhere, to \(place); name that address instead")
            }
            request.address = target
            // 303 means: the answer is over there, to be had for the asking.
            if response.status == 303 { request = .get(target, headers: request.headersBesideBody) }
        }
        throw ProviderError(.brokenStream, "it sends us round in circles")
    }

    private func sendOnce(
        _ request: HTTPRequest, measuring meter: AttemptMeter, within timeouts: Timeouts
    ) async throws -> HTTPResponse {
        // What is packed is unpacked, but not asked for: packing holds a stream back.
        var headers = HTTPHeaders([("user-agent", settings.userAgent), ("accept-encoding", "identity")])
        for header in request.headers + settings.headers {
            headers.replaceOrAdd(name: header.name, value: header.value)
        }
        let address = route.address(of: request.address, adding: &headers)
        let outgoing: HTTPClient.Request
        do {
            outgoing = try HTTPClient.Request(
                url: address, method: request.method, headers: headers, body: request.body.map { .bytes($0) })
        } catch {
            throw ProviderError(.unreachable, "\(request.address) is no address that can be asked")
        }
        // What is begun is on its way before it can be stopped.
        try Task.checkCancellation()
        let transfer = Transfer(timeouts: timeouts, maximumBytes: settings.maximumBytes, meter: meter)
        let hold = TransferHold(transfer, by: self)
        transfer.watch(client.execute(request: outgoing, delegate: transfer, eventLoop: .delegate(on: eventLoop)))
        switch await transfer.next() {
        case .head(let head):
            if head.status == .proxyAuthenticationRequired && isProxied { throw TransportFailure.proxyWantsLogin }
            return HTTPResponse(head: head, body: HTTPBody(hold))
        case .failed(let error): throw TransportFailure.error(error, hasAnswer: false, proxied: isProxied)
        case .part, .end: throw ProviderError(.brokenStream, "an answer without a beginning")
        }
    }
}
