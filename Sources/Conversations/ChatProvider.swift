/// Something that answers: a site, an endpoint, or the bot on board.
package protocol ChatProvider: Sendable {
    associatedtype Reply: AsyncSequence<ProviderEvent, any Error>

    /// What the configuration calls it.
    var name: String { get }
    /// What is known of it by now, without asking it.
    var capabilities: ProviderCapabilities { get }
    var reach: ProviderReach { get }

    /// Finds out what has to be known before this text can be put to it. `capabilities` may be others afterwards.
    ///
    /// - Throws: ``ProviderError`` where it cannot be asked at all.
    func prepare(for newest: String) async throws

    /// The events of one reply, in order: any number of texts, usages and notices, then one finish.
    ///
    /// Nothing is sent before the first event is asked for. A sequence that ends without a finish was torn. It throws
    /// ``ProviderError``; cancelling the task that iterates stops the work at once.
    ///
    /// - Parameter meter: Is told when it connects, when it is answered, and of every byte.
    func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> Reply
}

extension ChatProvider {
    package var reach: ProviderReach { ProviderReach() }

    package func prepare(for newest: String) async throws {}
}

/// What a provider can do and takes.
package struct ProviderCapabilities: Equatable, Sendable {
    package var historyTarget: HistoryTarget
    /// The model that answers when none is asked for; nil where the other side decides.
    package var defaultModel: String?
    /// The models that can be asked for; empty where they are not known.
    package var models: [String]
    /// The most code points of the newest message, or, for a prompt, of the whole text; nil for no limit.
    package var maximumCharacters: Int?
    /// The most messages that it takes beside the newest, a system prompt among them; nil for no limit.
    package var maximumOtherMessages: Int?
    /// Text comes in pieces as it is made.
    package var streams: Bool

    package init(
        historyTarget: HistoryTarget, defaultModel: String? = nil, models: [String] = [],
        maximumCharacters: Int? = nil, maximumOtherMessages: Int? = nil, streams: Bool = true
    ) {
        self.historyTarget = historyTarget
        self.defaultModel = defaultModel
        self.models = models
        self.maximumCharacters = maximumCharacters
        self.maximumOtherMessages = maximumOtherMessages
        self.streams = streams
    }
}

/// The form in which a provider takes the past of a conversation.
package enum HistoryTarget: String, Sendable, CaseIterable {
    /// A list of roles and contents.
    case messages
    /// One text that holds all of it.
    case prompt
    /// None: the other side keeps the discussion, and gets the newest message with the conversation's name.
    case server
}

/// One request, ready for the wire.
package struct ProviderRequest: Equatable, Sendable {
    /// What the other side may call this conversation: the same for every message of a branch, another for another
    /// branch, and nothing that can be guessed. 1 to 64 URL-safe characters.
    package var conversation: String
    package var model: String?
    package var content: HistoryContent
    /// The reply is wanted as it is made, not when it is whole.
    package var streams: Bool
    /// 0 for the first reply to the newest message, another number for each that is asked for after it: to whom the same
    /// question is the same answer, this one is not.
    package var alternative: Int
    package var sampling: Sampling

    package init(
        conversation: String, model: String?, content: HistoryContent, streams: Bool = true, alternative: Int = 0,
        sampling: Sampling = Sampling()
    ) {
        self.conversation = conversation
        self.model = model
        self.content = content
        self.streams = streams
        self.alternative = alternative
        self.sampling = sampling
    }
}

/// What comes of a request, piece by piece.
package enum ProviderEvent: Equatable, Sendable {
    /// More of the reply, in whole characters.
    case text(String)
    case usage(TokenUsage)
    /// Something for the user to know that is no part of the reply.
    case notice(String)
    /// What the other side says it is doing meanwhile, for the curious.
    case status(String)
    /// The reply is whole. `text`, where given, is the authoritative whole text and replaces what had streamed.
    case finish(reason: String?, text: String?)
}
