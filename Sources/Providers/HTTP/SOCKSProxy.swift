internal import NIOCore
internal import NIOPosix

/// A SOCKS5 proxy, and the login there.
struct SOCKSProxy: Sendable {
    var host: String
    var port: Int
    var login: SOCKSPasswordLogin

    private static let connectTimeout = TimeAmount.seconds(10)

    /// Takes a client that knows no password to the proxy: hears its greeting, logs in for it, answers, and passes bytes
    /// from then on. Called on the client's event loop; the channel must not read by itself.
    func serve(_ client: any Channel) {
        let greeted = client.eventLoop.makePromise(of: ByteBuffer.self)
        greeted.futureResult
            .flatMap { behindGreeting in
                connect(for: client).flatMapThrowing { proxy, behindLogin in
                    // Both went on talking, perhaps, before they were asked.
                    client.write(ByteBuffer(bytes: [SOCKS.version, SOCKS.withoutLogin]), promise: nil)
                    client.writeAndFlush(behindLogin, promise: nil)
                    proxy.writeAndFlush(behindGreeting, promise: nil)
                    do {
                        try PassingHandler.join(client, proxy)
                    } catch {
                        proxy.abort()
                        throw error
                    }
                }
            }
            .whenFailure { _ in refuse(client) }
        hold(SOCKSGreeting(), with: client, ending: greeted)
    }

    /// - Returns: the proxy, once it has let us in, and what it said beyond that.
    private func connect(for client: any Channel) -> EventLoopFuture<(any Channel, ByteBuffer)> {
        ClientBootstrap(group: client.eventLoop)
            .connectTimeout(Self.connectTimeout)
            .channelOption(.autoRead, value: false)
            .connect(host: host, port: port)
            .flatMap { proxy in
                logIn(at: proxy, for: client)
                    .map { (proxy, $0) }
                    .flatMapErrorThrowing { error in
                        proxy.close(promise: nil)
                        throw error
                    }
            }
    }

    private func logIn(at proxy: any Channel, for client: any Channel) -> EventLoopFuture<ByteBuffer> {
        let loggedIn = proxy.eventLoop.makePromise(of: ByteBuffer.self)
        // Clients have their own idea of how long to wait, so a silent proxy is given up when they leave.
        client.closeFuture.whenComplete { _ in loggedIn.fail(SOCKSFailure.left) }
        hold(login, with: proxy, ending: loggedIn)
        return loggedIn.futureResult
    }

    private func hold(_ talk: some SOCKSTalk, with channel: any Channel, ending: EventLoopPromise<ByteBuffer>) {
        do {
            try channel.pipeline.syncOperations.addHandler(SOCKSTalkHandler(talk, ending: ending))
        } catch {
            ending.fail(error)
        }
    }

    private func refuse(_ client: any Channel) {
        client.writeAndFlush(ByteBuffer(bytes: [SOCKS.version, SOCKS.noMethod])).whenComplete { _ in
            client.close(promise: nil)
        }
    }
}
