internal import NIOCore

/// Carries out a talk on a channel that does not read by itself, and leaves the channel at its end, good or bad.
final class SOCKSTalkHandler<Talk: SOCKSTalk>: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var talk: Talk
    private var hasBegun = false
    private var received = ByteBuffer()
    private let ending: EventLoopPromise<ByteBuffer>

    /// - Parameter ending: Gets the bytes that came behind the talk, or a ``SOCKSFailure``.
    init(_ talk: Talk, ending: EventLoopPromise<ByteBuffer>) {
        self.talk = talk
        self.ending = ending
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        // A channel may become active in front of our eyes just after we were added to an active one.
        guard !hasBegun else { return }
        hasBegun = true
        if !talk.opening.isEmpty { say(talk.opening, context) }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        do {
            while true {
                switch try talk.receive(&received) {
                case .wait: return context.read()
                case .say(let bytes): say(bytes, context)
                case .end:
                    ending.succeed(received)
                    return leave(context)
                }
            }
        } catch {
            ending.fail(error)
            leave(context)
        }
    }

    private func say(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func leave(_ context: ChannelHandlerContext) {
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    /// Also where the channel was closed; then the talk has no good end.
    func handlerRemoved(context: ChannelHandlerContext) {
        ending.fail(SOCKSFailure.left)
    }
}
