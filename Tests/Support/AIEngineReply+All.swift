package import Providers

/// All that comes of a body: its events, and what exceeded a limit.
package struct ReadReply: Equatable, Sendable {
    package var events: [AIEngineEvent] = []
    package var failure: LimitExceeded?

    package init() {}

    /// Reads a whole body that comes in these pieces.
    package init(_ pieces: some Sequence<ArraySlice<UInt8>>, limits: ReplyLimits = ReplyLimits()) {
        var reply = AIEngineReply(limits: limits)
        for piece in pieces {
            reply.receive(piece.span)
            take(from: &reply)
        }
        reply.finish()
        take(from: &reply)
    }

    package init(_ body: [UInt8], limits: ReplyLimits = ReplyLimits()) {
        self.init([body[...]], limits: limits)
    }

    /// Takes all events that there are.
    package mutating func take(from reply: inout AIEngineReply) {
        guard failure == nil else { return }
        do {
            while let event = try reply.next() { events.append(event) }
        } catch {
            failure = error
        }
    }

    package var texts: [String] {
        events.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }
}
