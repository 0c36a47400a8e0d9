internal import Conversations

/// The events of a reply, of what a site answers.
struct AIEngineReading: ReplyReading {
    /// How it ended, for those who learn from it.
    enum Outcome: Sendable {
        case answered(AIEngineAnswer)
        case refused(AIEngineFailure)
        case unreadable(Excerpt)
    }

    /// Is told the outcome, and whether there had been text; gives the error that it means, nil for an answer.
    typealias Judge = @Sendable (Outcome, Bool) async -> ProviderError?

    private var body: AIEngineReply
    private let judge: Judge
    private var hasText = false
    /// What comes behind the usage.
    private var ending: ProviderEvent?

    init(limits: ReplyLimits, judge: @escaping Judge) {
        body = AIEngineReply(limits: limits)
        self.judge = judge
    }

    mutating func receive(_ bytes: Span<UInt8>) {
        body.receive(bytes)
    }

    mutating func finish() {
        body.finish()
    }

    mutating func next() async throws -> ProviderEvent? {
        if let ending { return ending }
        switch try nextEvent() {
        case nil: return nil
        case .text(let text):
            hasText = true
            return .text(text)
        case .note(_, let text): return .status(text)
        case .answer(let answer):
            if let error = await judge(.answered(answer), hasText) { throw error }
            // An empty success is how a site passes on that the service behind it was busy or down.
            guard answer.isSuccess, let text = answer.text else { throw ProviderError(.empty) }
            ending = .finish(reason: nil, text: text)
            return answer.usage.map(ProviderEvent.usage) ?? ending
        case .failure(let failure): throw await judge(.refused(failure), hasText) ?? ProviderError(.failed)
        case .torn(let excerpt): throw ProviderError(.endedEarly, excerpt.text)
        case .unreadable(let excerpt): throw await judge(.unreadable(excerpt), hasText) ?? ProviderError(.brokenStream)
        }
    }

    private mutating func nextEvent() throws -> AIEngineEvent? {
        do {
            return try body.next()
        } catch {
            throw ProviderError(.tooLarge(limit: error.limit))
        }
    }
}

extension AIEngineAnswer {
    /// The reply, or where it is pictures alone, these; nil for neither.
    fileprivate var text: String? {
        if !reply.isEmpty { return reply }
        return images.isEmpty ? nil : images.map { "![](\($0))" }.joined(separator: "\n")
    }
}

/// A reply that came all at once.
struct WholeReply: ReplyReading {
    private var events: [ProviderEvent]

    init(_ text: String) {
        events = [.finish(reason: nil, text: text)]
    }

    mutating func receive(_ bytes: Span<UInt8>) {}
    mutating func finish() {}
    mutating func next() -> ProviderEvent? { events.popLast() }
}
