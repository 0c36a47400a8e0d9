import JSON

/// Reads the body of a response to a submitted message: hand bytes in, then ask for events until there are no more.
///
/// What a site answers with cannot be told from its headers: there are streams that call themselves JSON, JSON where a
/// stream was asked for, and warnings and pages of others before, between and behind them. So content decides: events
/// are read as they come; where none did, the body is searched for an object once it has ended.
///
/// The wire's facts were measured on versions 1.9.88 to 3.6.2 of the plugin.
package struct AIEngineReply: Sendable {
    private let limits: ReplyLimits
    private var stream: EventStreamDecoder
    private var body: [UInt8] = []  // all that came, until an event could be read
    private var isBodyTooLong = false
    private var hasEvents = false
    private var lines: ArraySlice<UInt8> = []  // of an event that has to be read line by line
    private var textBytes = 0
    private var isFinished = false
    private var isOver = false

    package init(limits: ReplyLimits = ReplyLimits()) {
        self.limits = limits
        stream = EventStreamDecoder(lineLimit: limits.line)
    }

    /// Takes the next bytes of the body, freed of transfer and content codings. What follows the end is ignored.
    package mutating func receive(_ bytes: Span<UInt8>) {
        guard !isOver, !isFinished else { return }
        if !hasEvents {
            let room = limits.line - body.count
            unsafe bytes.extracting(first: room).withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
            isBodyTooLong = isBodyTooLong || bytes.count > room
        }
        stream.receive(bytes)
    }

    /// The body has ended, whichever way.
    package mutating func finish() {
        isFinished = true
        stream.finish()
    }

    /// The next event; nil where more bytes are needed, and after the last.
    ///
    /// - Throws: where a limit is exceeded; all text before has been given then, and nothing comes after it.
    package mutating func next() throws(LimitExceeded) -> AIEngineEvent? {
        guard !isOver else { return nil }
        do {
            while let message = try nextMessage() {
                if let event = try read(message) { return event }
            }
            return isFinished ? try lastEvent() : nil
        } catch {
            isOver = true
            throw error
        }
    }

    // MARK: - Streams

    /// The next message that can be read; those that cannot are passed over.
    private mutating func nextMessage() throws(LimitExceeded) -> AIEngineMessage? {
        while true {
            while let line = takeLine() {
                if let message = AIEngineMessage(line, mayTrail: true) { return noted(message) }
            }
            guard let data = try stream.next()?.data else { return nil }
            if let message = AIEngineMessage(data, mayTrail: false) { return noted(message) }
            // Noise may have eaten the blank line between events: then each line is one.
            lines = data
        }
    }

    private mutating func takeLine() -> ArraySlice<UInt8>? {
        guard !lines.isEmpty else { return nil }
        let end = lines.firstIndex(of: UInt8(ascii: "\n")) ?? lines.endIndex
        defer { lines = lines[end...].dropFirst() }
        return lines[..<end]
    }

    private mutating func noted(_ message: AIEngineMessage) -> AIEngineMessage {
        if !hasEvents {
            hasEvents = true
            body = []
        }
        return message
    }

    /// Nil where the message says nothing to us.
    private mutating func read(_ message: AIEngineMessage) throws(LimitExceeded) -> AIEngineEvent? {
        switch message.kind {
        case .live:
            guard let text = message.text, !text.isEmpty else { return nil }
            if let subtype = message.noteSubtype { return .note(subtype: subtype, text: text) }
            textBytes += text.utf8.count
            try checkReply(textBytes)
            return .text(text)
        case .end:
            guard let value = message.contents.flatMap({ try? JSONValue($0) }),
                let outcome = AIEngineOutcome(value)
            else { return nil }
            return try end(with: outcome)
        case .error:
            return try end(with: .failure(AIEngineFailure(message: message.text ?? "")))
        case .other:
            return nil
        }
    }

    // MARK: - Ends

    private mutating func end(with outcome: AIEngineOutcome) throws(LimitExceeded) -> AIEngineEvent {
        isOver = true
        switch outcome {
        case .answer(let answer):
            try checkReply(answer.reply.utf8.count)
            return .answer(answer)
        case .failure(let failure):
            return .failure(failure)
        }
    }

    /// What a body was that ended without the end of a stream.
    private mutating func lastEvent() throws(LimitExceeded) -> AIEngineEvent {
        guard hasEvents || !isBodyTooLong else { throw LimitExceeded(part: .body, limit: limits.line) }
        if !hasEvents, let object = JSONValue.firstObject(in: body[...], having: ["success", "code"]),
            let outcome = AIEngineOutcome(object)
        {
            return try end(with: outcome)
        }
        isOver = true
        return stream.hasData ? .torn(Excerpt(of: stream.noise)) : .unreadable(Excerpt(of: body))
    }

    private func checkReply(_ count: Int) throws(LimitExceeded) {
        guard count <= limits.reply else { throw LimitExceeded(part: .reply, limit: limits.reply) }
    }
}
