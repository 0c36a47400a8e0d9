internal import HTTPTypes
internal import NIOCore

/// Writes a reply as events, in the words of one of the standard's streams.
protocol ReplyEncoding: Sendable {
    /// What comes before all text.
    mutating func begin(_ events: inout EventStreamWriter)
    /// More of the reply, not empty. All of these together are the outcome's text, unless its provider took back at the end
    /// what it had said.
    mutating func text(_ piece: String, to events: inout EventStreamWriter)
    /// The last events, whatever the outcome: a reply that is not whole is told to be so.
    mutating func end(_ outcome: ReplyOutcome, to events: inout EventStreamWriter)
}

extension ServiceAnswer {
    /// How many bytes go out at once, where so many are there.
    private static let largestWrite = 16 << 10

    /// A reply as a stream of events, while it comes in.
    ///
    /// - Parameter opening: What has been taken from the pipe already.
    static func reply(
        _ pipe: ReplyPipe, after opening: ReplyOpening, as encoding: some ReplyEncoding, to request: ServiceRequest,
        headers: HTTPFields = [:]
    ) -> ServiceAnswer {
        let channel = request.channel
        // A client that stands still has no use for its end either: the connection is cut.
        pipe.whenStalled { channel.close(promise: nil) }
        return .events(headers: headers) { stream in
            // When the client has gone, its going ends the writing.
            defer { pipe.leave() }
            var encoding = encoding
            var events = EventStreamWriter()
            var streamed = ""
            encoding.begin(&events)
            var next = opening.first
            while true {
                var isOver = false
                while let event = next {
                    switch event {
                    case .began: break
                    case .text(let piece):
                        streamed += piece
                        encoding.text(piece, to: &events)
                    case .silence: events.keepAlive()
                    case .ended(let outcome):
                        let rest = outcome.text.rest(behind: streamed)
                        if !rest.isEmpty { encoding.text(rest, to: &events) }
                        encoding.end(outcome, to: &events)
                        isOver = true
                    }
                    // What is there goes out together.
                    next = isOver || events.count >= largestWrite ? nil : pipe.nextIfAny()
                }
                if events.count > 0 { try await stream.write(events.take()) }
                if isOver { return }
                next = try await pipe.next()
            }
        }
    }

    /// All events of a reply that is over, as one body.
    static func events(of outcome: ReplyOutcome, as encoding: some ReplyEncoding) -> ServiceAnswer {
        var encoding = encoding
        var events = EventStreamWriter()
        encoding.begin(&events)
        if !outcome.text.isEmpty { encoding.text(outcome.text, to: &events) }
        encoding.end(outcome, to: &events)
        return .whole(.ok, [.contentType: eventStreamType], Array(events.take().readableBytesView))
    }
}

extension String {
    /// What a provider gave only with the end of its reply. Empty where the text does not go on from what was streamed.
    fileprivate func rest(behind streamed: String) -> String {
        guard utf8.count > streamed.utf8.count, utf8.starts(with: streamed.utf8) else { return "" }
        return String(utf8.dropFirst(streamed.utf8.count)) ?? ""
    }
}
