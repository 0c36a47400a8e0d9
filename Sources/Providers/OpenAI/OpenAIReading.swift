internal import Conversations
private import JSON

/// The events of a completion, streamed or whole: content decides which, since there are servers that answer otherwise
/// than asked.
struct OpenAIReading: ReplyReading {
    typealias Judge = @Sendable (OpenAIFailure) -> ProviderError

    private let limits: ReplyLimits
    private let judge: Judge
    private var stream: EventStreamDecoder
    /// All that came, until an event did: a whole completion has none.
    private var body: [UInt8] = []
    private var hasEvents = false
    private var textBytes = 0
    private var finishReason: String?
    /// The first chunk that made no sense.
    private var unreadable: Excerpt?
    private var isFinished = false
    /// Events of one chunk, the next of them last.
    private var waiting: [ProviderEvent] = []
    /// What comes behind them.
    private var failure: (any Error)?

    init(limits: ReplyLimits, judge: @escaping Judge) {
        self.limits = limits
        self.judge = judge
        stream = EventStreamDecoder(lineLimit: limits.line)
    }

    mutating func receive(_ bytes: Span<UInt8>) {
        if !hasEvents {
            unsafe bytes.extracting(first: max(0, limits.line + 1 - body.count)).withUnsafeBufferPointer {
                unsafe body.append(contentsOf: $0)
            }
        }
        stream.receive(bytes)
    }

    mutating func finish() {
        isFinished = true
        stream.finish()
    }

    mutating func next() throws -> ProviderEvent? {
        while true {
            if let event = waiting.popLast() { return event }
            if let failure { throw failure }
            do {
                guard let event = try stream.next() else { return isFinished ? try last() : nil }
                hasEvents = true
                body = []
                try read(event.data, named: event.name)
            } catch let error as LimitExceeded {
                throw ProviderError(.tooLarge(limit: error.limit))
            }
        }
    }

    // MARK: - Streams

    private static let done = Array("[DONE]".utf8)

    /// An event is one chunk; where the blank lines between events are missing, each of its lines is.
    private mutating func read(_ data: ArraySlice<UInt8>, named name: String) throws {
        if try readChunk(data, named: name) { return }
        let lines = data.split(separator: UInt8(ascii: "\n"))
        guard lines.count > 1 else {
            unreadable = unreadable ?? Excerpt(of: data)
            return
        }
        var events: [ProviderEvent] = []
        for line in lines where failure == nil {
            waiting = []
            do {
                if try !readChunk(line, named: name) { unreadable = unreadable ?? Excerpt(of: line) }
            } catch {
                // What the lines before it said comes first.
                failure = error
            }
            events = waiting + events
        }
        waiting = events
    }

    /// - Returns: whether it could be read; its events wait then, the next of them last.
    private mutating func readChunk(_ data: ArraySlice<UInt8>, named name: String) throws -> Bool {
        if data.elementsEqual(Self.done) {
            waiting = [try finish()]
            return true
        }
        guard let chunk = try? JSONValue(data) else { return false }
        if chunk["error"].map({ $0 != .null }) ?? (name == "error") {
            throw judge(OpenAIFailure(chunk) ?? OpenAIFailure(message: Excerpt(of: data).text))
        }
        var events: [ProviderEvent] = []
        if let choice = chunk["choices"]?.elements?.first {
            if let text = choice["delta"]?["content"]?.textOfContent, !text.isEmpty {
                try count(text)
                events.append(.text(text))
            }
            finishReason = choice["finish_reason"]?.string ?? finishReason
        }
        if let usage = TokenUsage(openAI: chunk["usage"]) { events.append(.usage(usage)) }
        waiting = events.reversed()
        return true
    }

    private mutating func count(_ text: String) throws {
        textBytes += text.utf8.count
        guard textBytes <= limits.reply else { throw LimitExceeded(part: .reply, limit: limits.reply) }
    }

    // MARK: - Ends

    private func finish(_ text: String? = nil) throws -> ProviderEvent {
        // What was in a chunk that could not be read is missing from the reply: it is not whole.
        if let unreadable { throw ProviderError(textBytes > 0 ? .endedEarly : .brokenStream, unreadable.text) }
        // A filter that leaves nothing of a reply has refused the message.
        if finishReason == "content_filter" && textBytes == 0 { throw ProviderError(.rejected, "content_filter") }
        return .finish(reason: finishReason, text: text)
    }

    private mutating func last() throws -> ProviderEvent? {
        guard !hasEvents else {
            // Some servers leave out the mark at the end; the reason for finishing says as much.
            guard finishReason != nil else { throw ProviderError(.endedEarly) }
            return try finish()
        }
        guard body.count <= limits.line else { throw ProviderError(.tooLarge(limit: limits.line)) }
        guard let completion = try? JSONValue(body) else {
            let excerpt = Excerpt(of: body).text
            throw excerpt.isEmpty ? ProviderError(.empty) : ProviderError(.brokenStream, excerpt)
        }
        guard let choice = completion["choices"]?.elements?.first else {
            throw judge(OpenAIFailure(completion) ?? OpenAIFailure(message: Excerpt(of: body).text))
        }
        let text = choice["message"]?["content"]?.textOfContent ?? ""
        try count(text)
        hasEvents = true
        finishReason = choice["finish_reason"]?.string
        let end = try finish(text)
        guard let usage = TokenUsage(openAI: completion["usage"]) else { return end }
        waiting = [end]
        return .usage(usage)
    }
}

extension JSONValue {
    /// The text of a content: itself, or of its parts that are text. What a model thinks to itself is none of it.
    fileprivate var textOfContent: String? {
        if let string { return string }
        return elements?.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }.joined()
    }
}

extension TokenUsage {
    fileprivate init?(openAI usage: JSONValue?) {
        guard let input = usage?["prompt_tokens"]?.integer, let output = usage?["completion_tokens"]?.integer else {
            return nil
        }
        self.init(inputTokens: input, outputTokens: output)
    }
}
