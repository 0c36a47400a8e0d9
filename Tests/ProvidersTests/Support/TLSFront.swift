import NIOCore
import NIOPosix
import NIOSSL
import Support

/// A port at which a server of this machine is reached by TLS, with the certificate of `Tests/Certificates`.
final class TLSFront: Sendable {
    let port: Int
    private let channel: any Channel

    /// - Parameters:
    ///   - host: Where it listens; clients may call it otherwise.
    ///   - certificate: A file, of the chain that is shown.
    init(
        of server: LoopbackServer, host: String = "127.0.0.1", certificate: String = Certificates.server,
        key: String = Certificates.serverKey
    ) async throws {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.applicationProtocols = ["h2", "http/1.1"]
        let context = try NIOSSLContext(configuration: configuration)
        let target = Int(server.port)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .connect(host: "127.0.0.1", port: target)
                    .flatMapThrowing { origin in
                        let pipeline = client.pipeline.syncOperations
                        try pipeline.addHandlers(NIOSSLServerHandler(context: context), PassingOn(to: origin))
                        try origin.pipeline.syncOperations.addHandler(PassingOn(to: client))
                    }
            }
            .bind(host: host, port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    deinit {
        channel.close(promise: nil)
    }
}

/// Passes on what comes, as fast as it comes, and the end of the connection.
private final class PassingOn: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let channel: any Channel

    init(to channel: any Channel) {
        self.channel = channel
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        channel.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        channel.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
