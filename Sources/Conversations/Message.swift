/// Who said it.
package enum Role: String, Sendable, CaseIterable {
    case system, user, assistant
}

/// How far a message has come.
package enum MessageStatus: String, Sendable, CaseIterable {
    /// All of it is here.
    case complete
    /// A reply that is still coming, while its writer holds the chat's lease.
    case streaming
    /// It was stopped, or torn, or its writer died: what had come is kept.
    case interrupted
    /// Nothing useful came; the message's error says why.
    case failed
}

/// One thing said in a chat. Nothing that was said is ever overwritten: another try is another message.
package struct Message: Equatable, Sendable {
    package var id: MessageID
    /// The message that this one answers or goes on from: its sequence number, always lower; nil for a first one.
    package var parent: Int?
    package var role: Role
    /// A system message that a developer said, as programs call it. To providers, and in transcripts, it is a system message.
    package var isDeveloper: Bool
    /// UTF-8 text, as it came.
    package var content: String
    package var status: MessageStatus
    package var provider: String?
    package var model: String?
    package var createdAt: Timestamp
    package var finishedAt: Timestamp?
    /// The provider's word for why it ended, such as `stop` or `length`.
    package var finishReason: String?
    package var usage: TokenUsage?
    package var error: MessageError?

    package init(
        id: MessageID, parent: Int? = nil, role: Role, content: String, status: MessageStatus = .complete,
        provider: String? = nil, model: String? = nil, createdAt: Timestamp, finishedAt: Timestamp? = nil,
        finishReason: String? = nil, usage: TokenUsage? = nil, error: MessageError? = nil, isDeveloper: Bool = false
    ) {
        self.id = id
        self.parent = parent
        self.role = role
        self.isDeveloper = isDeveloper
        self.content = content
        self.status = status
        self.provider = provider
        self.model = model
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.finishReason = finishReason
        self.usage = usage
        self.error = error
    }
}

/// What a provider says it has counted.
package struct TokenUsage: Equatable, Sendable {
    package var inputTokens: Int
    package var outputTokens: Int

    package init(inputTokens: Int, outputTokens: Int) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}

/// Why a reply is not whole.
package struct MessageError: Equatable, Sendable {
    /// A short word that programs can compare, such as `unreachable`.
    package var code: String
    /// A sentence for people. It holds no secret.
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
