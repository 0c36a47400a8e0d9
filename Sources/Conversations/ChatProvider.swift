/// Something that answers: a site, an endpoint, or the bot on board.
package protocol ChatProvider: Sendable {
    associatedtype Reply: AsyncSequence<ProviderEvent, any Error>

    /// What the configuration calls it.
    var name: String { get }
    var capabilities: ProviderCapabilities { get }

    /// The events of one reply, in order: any number of texts, usages and notices, then one finish.
    ///
    /// Nothing is sent before the first event is asked for. A sequence that ends without a finish was torn. It throws
    /// ``ProviderError``; cancelling the task that iterates stops the work at once.
    func reply(to request: ProviderRequest) -> Reply
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
    /// The most messages of the past that it takes; nil for no limit.
    package var maximumPastMessages: Int?
    /// Text comes in pieces as it is made.
    package var streams: Bool

    package init(
        historyTarget: HistoryTarget, defaultModel: String? = nil, models: [String] = [],
        maximumCharacters: Int? = nil, maximumPastMessages: Int? = nil, streams: Bool = true
    ) {
        self.historyTarget = historyTarget
        self.defaultModel = defaultModel
        self.models = models
        self.maximumCharacters = maximumCharacters
        self.maximumPastMessages = maximumPastMessages
        self.streams = streams
    }
}

/// The form in which a provider takes the past of a conversation.
package enum HistoryTarget: String, Sendable, CaseIterable {
    /// A list of roles and contents.
    case messages
    /// One text that holds all of it.
    case prompt
    /// None: the other side keeps the discussion, and gets the newest message with its chat's id.
    case server
}

/// One request, ready for the wire.
package struct ProviderRequest: Equatable, Sendable {
    package var chat: ChatID
    package var model: String?
    package var content: HistoryContent

    package init(chat: ChatID, model: String?, content: HistoryContent) {
        self.chat = chat
        self.model = model
        self.content = content
    }
}

/// What comes of a request, piece by piece.
package enum ProviderEvent: Equatable, Sendable {
    /// More of the reply, in whole characters.
    case text(String)
    case usage(TokenUsage)
    /// Something for the user to know that is no part of the reply.
    case notice(String)
    /// The reply is whole. `text`, where given, is the authoritative whole text and replaces what had streamed.
    case finish(reason: String?, text: String?)
}

/// Why a provider gave no full answer.
package enum ProviderError: Error, Equatable, Sendable {
    case unreachable(String)
    case timedOut(TimeoutPhase)
    case refusedByTLS(String)
    case httpStatus(Int, String)
    case nonceRejected
    case rateLimited(retryAfter: Duration?)
    /// The site refused this message, in these words.
    case rejected(String)
    /// What came cannot be read; a few of the offending bytes, made visible.
    case brokenStream(String)
    /// The stream stopped before its last event.
    case endedEarly
    /// A well-formed end without any text.
    case empty
    case tooLarge(limit: Int)

    package enum TimeoutPhase: String, Sendable {
        case connect, firstByte, idle, total
    }
}

extension ProviderError {
    /// The error as it is kept with a message: a word for programs and a sentence for people.
    package var messageError: MessageError {
        switch self {
        case .unreachable(let detail):
            MessageError(code: "unreachable", message: "the provider could not be reached (\(detail))")
        case .timedOut(let phase):
            MessageError(code: "timeout", message: "the provider took too long (\(phase.rawValue) time-out)")
        case .refusedByTLS(let detail):
            MessageError(code: "tls", message: "the secure connection was refused (\(detail))")
        case .httpStatus(let status, let detail):
            MessageError(code: "http_\(status)", message: "the provider answered \(status) (\(detail))")
        case .nonceRejected:
            MessageError(code: "nonce_rejected", message: "the site refused its own nonce twice")
        case .rateLimited(let retryAfter):
            MessageError(
                code: "rate_limited",
                message: "the provider wants fewer requests"
                    + (retryAfter.map { ", and to be asked again in \($0.milliseconds / 1000) s" } ?? ""))
        case .rejected(let words):
            MessageError(code: "rejected", message: "the site refused the message: \(words)")
        case .brokenStream(let bytes):
            MessageError(code: "bad_payload", message: "the reply could not be read (\(bytes))")
        case .endedEarly:
            MessageError(code: "torn", message: "the reply stopped before its end")
        case .empty:
            MessageError(code: "empty", message: "the provider answered without any text")
        case .tooLarge(let limit):
            MessageError(code: "too_large", message: "the reply is larger than \(limit) bytes")
        }
    }
}
