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

    package init(target: Target, owner: Owner = .local, text: String, model: String? = nil) {
        self.target = target
        self.owner = owner
        self.text = text
        self.model = model
    }
}

/// What there is to show while an exchange goes on.
package enum ExchangeEvent: Sendable {
    /// The message is on disk; nothing has left for the provider yet.
    case began(OpenExchange, History)
    /// More of the reply.
    case text(String)
    /// Something about the work, not of the reply.
    case notice(String)
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
    package var history: History
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
