internal import Conversations
internal import HTTPTypes
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// The HTTP server, as a service among those that live and end together.
package struct ServiceServer: ServiceLifecycle.Service {
    private let server: Server<HTTP1Channel>
    /// For messages: `127.0.0.1:8765`.
    private let place: String

    /// - Parameter onRunning: Is told the port once it listens.
    package init(
        host: String, port: Int, parts: ServiceParts, admission: any Admission, routes: [Route],
        observer: any RequestObserver,
        logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void
    ) {
        let limits = parts.limits
        place = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        // The library tells of its own start and end, which is told here already.
        var libraryLogger = logger
        libraryLogger.logLevel = max(logger.logLevel, .warning)
        let observer = RequestObservers([parts.requestMetrics, observer])
        let responder = ServiceResponder(
            routes: RouteTable(routes), admission: admission, surroundings: parts.surroundings, limits: limits,
            logger: logger,
            observer: observer)
        let faults = FaultAnswers(surroundings: parts.surroundings, observer: observer, logger: logger)
        let channel = HTTP1Channel(
            responder: { request, writer, channel in
                try await responder.respond(to: request, writer, on: channel)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [
                    ConnectionGuard(requestTimeout: limits.requestTimeout, faults: faults)
                ],
                idleTimeout: TimeAmount(limits.idleTimeout),
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: limits.maximumHeaderBytes, maxHeaderListSize: limits.maximumHeaderBytes,
                    maxHeaderFieldCount: 200)))
        server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    limits.maximumConnections, logger: libraryLogger)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: libraryLogger)
    }

    /// - Throws: ``ListeningError`` where it cannot listen.
    package func run() async throws {
        do {
            try await server.run()
        } catch {
            throw ListeningError(error, place: place)
        }
    }

    /// What is told where it stopped listening and nobody asked it to.
    var unexpectedEnd: ListeningError {
        ListeningError(.failed("the system gives no more connections"), place: place)
    }
}
