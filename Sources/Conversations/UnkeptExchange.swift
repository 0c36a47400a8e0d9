/// A question of which nothing is kept but that it was asked.
package struct UnkeptRequest: Sendable {
    /// A branch of a chat.
    package struct Past: Sendable {
        package var chat: ChatID
        /// Its last message, by its sequence number; nil for the branch in view.
        package var tip: Int?

        package init(chat: ChatID, tip: Int?) {
            self.chat = chat
            self.tip = tip
        }
    }

    /// What was said, whole and in order, by anybody. At least one.
    package var messages: [HistoryMessage]
    /// What is told before those messages; nil for nothing.
    package var past: Past?
    package var owner: Owner
    /// The model to ask for; nil for the one that the chat or the provider prefers.
    package var model: String?
    /// The reply is wanted as it is made, where the provider can do that.
    package var streams: Bool
    /// Told to the model first, behind the chat's own system prompt where there is a past.
    package var instructions: String?
    package var sampling: Sampling

    package init(
        messages: [HistoryMessage], after past: Past? = nil, owner: Owner = .local,
        model: String? = nil, streams: Bool = true, instructions: String? = nil, sampling: Sampling = Sampling()
    ) {
        self.messages = messages
        self.past = past
        self.owner = owner
        self.model = model
        self.streams = streams
        self.instructions = instructions
        self.sampling = sampling
    }
}

/// What came of such a question.
package struct UnkeptAnswer: Sendable {
    /// All of the reply, or as much as had come.
    package var text: String
    package var provider: String
    /// The model that was asked; nil where the other side decides.
    package var model: String?
    /// What was sent.
    package var history: History
    /// The provider's word for why it ended, such as `stop` or `length`.
    package var finishReason: String?
    package var usage: TokenUsage?
    /// Every try, in order.
    package var attempts: [ProviderAttempt]
    package var ending: Exchange.Ending

    package var isComplete: Bool {
        if case .complete = ending { true } else { false }
    }
}
