/// What the user wants to say, and where.
package struct ExchangeRequest: Sendable {
    package enum Target: Sendable {
        /// A new chat; without a title, one is made from the text.
        case newChat(title: String?, system: String?)
        /// The branch in view of this chat.
        case chat(ChatID)
    }

    package var target: Target
    package var owner: Owner
    package var text: String
    /// The model to ask for; nil for the one that the chat or the provider prefers.
    package var model: String?
    /// The reply is wanted as it is made, where the provider can do that.
    package var streams: Bool

    package init(
        target: Target, owner: Owner = .local, text: String, model: String? = nil, streams: Bool = true
    ) {
        self.target = target
        self.owner = owner
        self.text = text
        self.model = model
        self.streams = streams
    }
}

/// What there is to show while an exchange goes on.
package enum ExchangeEvent: Sendable {
    /// The message is on disk; nothing has left for the provider yet.
    case began(OpenExchange, History)
    /// More of the reply.
    case text(String)
    /// A try failed before it had brought any text, and this is the next one, with what it is sent.
    case again(ProviderAttempt, History, after: ProviderError)
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
