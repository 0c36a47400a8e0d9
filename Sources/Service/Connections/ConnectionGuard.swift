internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1

/// Stands in each connection between what the socket gives and who answers: tells what makes no sense in the envelope, waits
/// for no request for good, closes behind last words, and notices at once when the client leaves.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var state = ConnectionState()
    private var requestLimit: Scheduled<Void>?
    private var lastLimit: Scheduled<Void>?
    private var whenClientLeaves: [@Sendable () -> Void] = []
    private var isLeft = false
    private let requestTimeout: TimeAmount
    private let faults: FaultAnswers

    /// How long a client may take to read the last words, and to stop talking itself.
    private static let lastWords = TimeAmount.seconds(2)

    init(requestTimeout: Duration, faults: FaultAnswers) {
        self.requestTimeout = TimeAmount(requestTimeout)
        self.faults = faults
    }

    // MARK: - What comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !state.isDeaf else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            let action = state.receiveHead(head)
            guard action == .nothing, !state.isDeaf else { return carryOut(action, context) }
            limitRequest(context)
        case .body: break
        case .end:
            state.receiveEnd()
            requestLimit?.cancel()
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: carryOut(state.receive(.headersTooLarge), context)
        case is HTTPParserError, is HTTP1TypeConversionError: carryOut(state.receive(.malformed), context)
        default: context.fireErrorCaught(error)
        }
    }

    private func limitRequest(_ context: ChannelHandlerContext) {
        requestLimit?.cancel()
        requestLimit = context.eventLoop.assumeIsolated().scheduleTask(in: requestTimeout) { [self] in
            guard state.isReading else { return }
            carryOut(state.receive(.requestTimedOut), context)
        }
    }

    // MARK: - What goes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if state.sendHead(head) { head.headerFields[.connection] = "close" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            whenClientLeaves = []
            context.write(data, promise: promise)
            carryOut(state.sendEnd(), context)
        }
    }

    private func carryOut(_ action: ConnectionState.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .nothing: break
        case .passOn(let error): context.fireErrorCaught(error)
        case .answer(let error):
            let (head, body) = faults.answer(to: error)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(body)), promise: nil)
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
            close(context)
        case .close: close(context)
        }
    }

    /// Closes our side, and the whole when the client has closed its own: while it still sends, a closed socket would take
    /// from it what it has not read yet.
    private func close(_ context: ChannelHandlerContext) {
        context.flush()
        context.close(mode: .output, promise: nil)
        lastLimit = context.eventLoop.assumeIsolated().scheduleTask(in: Self.lastWords) {
            context.close(promise: nil)
        }
    }

    // MARK: - The client

    /// - Parameter action: Is forgotten when the answer has gone out whole.
    func whenClientLeaves(_ action: @escaping @Sendable () -> Void) {
        // It may have left before anybody asked.
        if isLeft { action() } else { whenClientLeaves.append(action) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            clientHasLeft()
            if lastLimit != nil { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        clientHasLeft()
        requestLimit?.cancel()
        lastLimit?.cancel()
        // The library's handler behind this one keeps to itself that a channel has closed, and passes on this event: without
        // it, whoever reads the connection would wait for good, and so would the end of the server.
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        context.fireChannelInactive()
    }

    private func clientHasLeft() {
        isLeft = true
        let actions = whenClientLeaves
        whenClientLeaves = []
        for action in actions { action() }
    }
}

extension ServiceRequest {
    /// Ends the reading of a reply as soon as its client leaves: one that stops with its reader does not wait for the next
    /// word to find out.
    func endReading(_ pipe: ReplyPipe) {
        whenClientLeaves { pipe.leave() }
    }

    /// Does this as soon as the client leaves, or closes its side of the connection, unless the answer has gone out whole.
    package func whenClientLeaves(_ action: @escaping @Sendable () -> Void) {
        channel.eventLoop.execute { [channel] in
            guard channel.isActive,
                let handler = try? channel.pipeline.syncOperations.handler(type: ConnectionGuard.self)
            else { return action() }
            handler.whenClientLeaves(action)
        }
    }
}
