/// What the user wants to say, and where.
package struct ExchangeRequest: Sendable {
    package enum Target: Sendable {
        /// A new chat, in which something can only be said; without a title, one is made from the user's first words.
        case newChat(title: String?, system: String?, metadata: [String: String] = [:])
        /// A chat's branch that ends at this message, by its sequence number; nil for the branch in view.
        case chat(ChatID, endingAt: Int?)

        /// The branch in view of this chat.
        package static func chat(_ id: ChatID) -> Target { .chat(id, endingAt: nil) }
    }

    package enum Turn: Sendable {
        /// Goes on, at the branch's tip, with one message after the other. The last is the user's, which is answered.
        case say([NewMessage])
        /// Another reply to what the user said last. The one that is there stays, as its sibling.
        case retry
        /// Other words in the place of those with which the branch ends, which are the user's and stay, as a sibling.
        case edit(String)

        /// Goes on with words of the user's.
        package static func say(_ text: String) -> Turn { .say([NewMessage(text)]) }
    }

    package var target: Target
    package var owner: Owner
    package var turn: Turn
    /// The model to ask for; nil for the one that the chat or the provider prefers.
    package var model: String?
    /// The reply is wanted as it is made, where the provider can do that.
    package var streams: Bool
    /// How long to wait where another's reply is being written in the chat; zero for not at all.
    package var patience: Duration
    /// Told to the model behind the chat's own system prompt, for this reply alone, and not kept.
    package var instructions: String?
    package var sampling: Sampling
    /// Kept with the reply; nil where nobody is to get a response back.
    package var response: ResponseFields?
    /// Gives the fields that are kept of the response once it has ended, in place of those before; nil to leave them.
    package var fieldsAtEnd: (@Sendable (Exchange) -> String)?

    package init(
        target: Target, owner: Owner = .local, turn: Turn, model: String? = nil, streams: Bool = true,
        patience: Duration = .zero, instructions: String? = nil, sampling: Sampling = Sampling(),
        response: ResponseFields? = nil, fieldsAtEnd: (@Sendable (Exchange) -> String)? = nil
    ) {
        self.target = target
        self.owner = owner
        self.turn = turn
        self.model = model
        self.streams = streams
        self.patience = patience
        self.instructions = instructions
        self.sampling = sampling
        self.response = response
        self.fieldsAtEnd = fieldsAtEnd
    }
}

/// Why there is nothing to answer.
package enum TurnError: Error, Equatable, Sendable {
    /// The branch does not end in a reply to the user, or in words of theirs.
    case nothingToRetry(ChatID)
    /// Only what the user said can be said in other words.
    case notTheUsers(MessageID, Role)
    /// What is said does not end with words of the user's, or there is nothing yet in a new chat to be answered once more.
    case nothingToAnswer
}

/// What there is to show while an exchange goes on.
package enum ExchangeEvent: Sendable {
    /// Another's reply is being written in the chat; its end is waited for. Told once.
    case waiting(ChatID)
    /// The message is on disk; nothing has left for the provider yet.
    case began(OpenExchange, History)
    /// More of the reply.
    case text(String)
    /// A try failed before it had brought any text, and this is the next one, with what it is sent.
    case again(ProviderAttempt, History, after: ProviderError)
    /// This provider is down, or wants to be left alone: another is asked before it, or it is asked all the same.
    case passedOver(String, ProviderCondition, asking: String)
    /// Something about the work, not of the reply.
    case notice(String)
    /// What the other side says it is doing meanwhile.
    case status(String)
}

/// One exchange, ended: what was said, what came, and how.
package struct Exchange: Sendable {
    package enum Ending: Sendable {
        case complete
        /// The provider failed; what had come, if anything, is kept.
        case failed(ProviderError)
        /// The task was cancelled: the user stopped it, or we are shutting down.
        case stopped
        /// Whoever was shown the reply cannot take more of it.
        case readerLeft(any Error)
    }

    package var chat: Chat
    /// As in ``OpenExchange``.
    package var said: [Message]
    package var message: Message
    package var reply: Message
    /// What the last provider asked was sent.
    package var history: History
    /// Every try, in order; the last is the one that brought the reply, if any did.
    package var attempts: [ProviderAttempt]
    package var ending: Ending

    package var isComplete: Bool {
        if case .complete = ending { true } else { false }
    }
}

/// The reply was had, and could not be written down.
package struct ReplyNotKept: Error, Sendable {
    package var cause: StoreError
    package var exchange: Exchange
}
