internal import NIOCore
internal import NIOHTTP1

/// Hands on what comes on a connection in small doses, each when it is asked for, and only then that it has ended.
///
/// Without it a slow reader loses what had come when a connection breaks off: NIO reads all that is left as soon as it sees
/// the end, asked or not, and the client library drops what its reader has not taken when the answer is not whole. (What a
/// reset throws away on the way is lost all the same.) Small doses also bound what a packed answer unpacks to at a time.
final class DosingHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// In bytes; unpacked, this is 16 MiB at most.
    private static let dose = 16_384

    private var waiting = CircularBuffer<ByteBuffer>()
    /// The other side has finished. Our side stays open until all of it has been taken.
    private var hasEnded = false
    private var error: (any Error)?
    /// Whoever is behind us wants to read.
    private var isAsked = true
    private var isHandingOn = false

    private init() {}

    /// Puts one between the connection and whoever reads HTTP from it.
    static func install(in pipeline: ChannelPipeline.SynchronousOperations, of channel: any Channel) throws {
        try channel.syncOptions?.setOption(.autoRead, value: false)
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
        let first = try pipeline.context(handlerType: HTTPRequestEncoder.self).handler
        try pipeline.addHandler(DosingHandler(), position: .before(first))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        waiting.append(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        handOn(context)
    }

    func read(context: ChannelHandlerContext) {
        isAsked = true
        handOn(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        hasEnded = true
        handOn(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.error = error
        handOn(context)
    }

    private func handOn(_ context: ChannelHandlerContext) {
        guard !isHandingOn else { return }
        isHandingOn = true
        defer { isHandingOn = false }
        while isAsked {
            if let dose = nextDose() {
                isAsked = false
                context.fireChannelRead(wrapInboundOut(dose))
                context.fireChannelReadComplete()
                // As a channel does that reads by itself: those behind us hold the wish back as long as they like.
                context.channel.read()
            } else if let error {
                self.error = nil
                context.fireErrorCaught(error)
            } else if hasEnded {
                return context.close(promise: nil)
            } else {
                return context.read()
            }
        }
    }

    private func nextDose() -> ByteBuffer? {
        guard let first = waiting.first else { return nil }
        guard first.readableBytes > Self.dose else { return waiting.removeFirst() }
        return waiting[waiting.startIndex].readSlice(length: Self.dose)
    }
}
