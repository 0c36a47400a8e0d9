private import Glibc
internal import NIOCore

/// Passes what comes on one channel to another, of the same event loop, and no faster than that one takes it.
///
/// What holds for the one end is told the other: the end of its bytes as such, and a connection that broke as a broken
/// one, so that half an answer is never taken for a whole one.
final class PassingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let channel: any Channel
    private var partner: PassingHandler?
    /// The channel has been told that nothing more comes.
    private var isFinished = false
    private var isBroken = false

    private init(_ channel: any Channel) { self.channel = channel }

    /// Passes bytes both ways until both are done. Neither channel may read by itself.
    ///
    /// - Throws: where one of them is closed.
    static func join(_ one: any Channel, _ other: any Channel) throws {
        let ends = (PassingHandler(one), PassingHandler(other))
        ends.0.partner = ends.1
        ends.1.partner = ends.0
        for end in [ends.0, ends.1] {
            try end.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
            try end.channel.pipeline.syncOperations.addHandler(end)
        }
        one.read()
        other.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partner?.channel.write(unwrapInboundIn(data), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard let partner else { return }
        partner.channel.flush()
        if partner.channel.isWritable { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.channel.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { partner?.finish() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isBroken = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        // The end of its bytes closes a channel that is finished; only a break closes another.
        if isFinished && !isBroken {
            partner?.finish()
        } else {
            partner?.channel.abort()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        partner = nil
    }

    /// Tells the channel that nothing more comes, after all that has come. (To close a channel whose input has ended
    /// throws away what it has not written, so that is waited for.)
    private func finish() {
        channel.writeAndFlush(ByteBuffer()).assumeIsolated().whenSuccess { [self] in
            isFinished = true
            channel.close(mode: .output, promise: nil)
        }
    }
}

extension Channel {
    /// Closes the connection so that the other side sees it broken, not ended: what is not written yet is thrown away.
    /// <https://man7.org/linux/man-pages/man7/socket.7.html>, `SO_LINGER`
    func abort() {
        _ = (self as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        close(promise: nil)
    }
}
