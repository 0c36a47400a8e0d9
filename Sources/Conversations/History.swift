/// What is sent of a conversation, and how much of it is not.
package struct History: Equatable, Sendable {
    package var content: HistoryContent
    /// Messages that go out, the newest included; the system prompt is not counted.
    package var sent: Int
    /// Messages of the branch that the model does not get to see. With `sent` they make up the branch, but where the
    /// other side keeps the discussion: there one goes out and none is left out.
    package var leftOut: Int
    /// How many of those are left out because a limit was reached, not because there was nothing in them.
    package var leftOutByLimits: Int
}

/// A rebuilt conversation in the form that a provider takes.
package enum HistoryContent: Equatable, Sendable {
    /// The system prompt first, if there is one; the newest message last.
    case messages([HistoryMessage])
    case prompt(String)
    /// The newest message alone; the other side knows the rest by the chat's id.
    case newest(String)
}

/// One entry of a message list.
package struct HistoryMessage: Equatable, Sendable {
    package var role: Role
    package var content: String

    package init(role: Role, content: String) {
        self.role = role
        self.content = content
    }
}

/// How much of the past Parley adds to a message. They bound that past alone, never the message itself; nil for no
/// limit.
package struct HistoryLimits: Equatable, Sendable {
    /// As the estimate counts them.
    package var maximumTokens: Int?
    /// In code points.
    package var maximumCharacters: Int?
    package var maximumMessages: Int?
    /// Keep the first exchange, which usually says what the talk is about.
    package var keepFirst: Bool

    package init(
        maximumTokens: Int? = nil, maximumCharacters: Int? = nil, maximumMessages: Int? = nil, keepFirst: Bool = true
    ) {
        self.maximumTokens = maximumTokens
        self.maximumCharacters = maximumCharacters
        self.maximumMessages = maximumMessages
        self.keepFirst = keepFirst
    }

    /// What holds where nothing is configured.
    package static let standard = HistoryLimits(maximumTokens: 8000, maximumMessages: 200)
}

/// Guesses how many tokens a text is. Replaceable, since only the provider knows.
package struct TokenEstimate: Sendable {
    package var tokens: @Sendable (String) -> Int

    package init(_ tokens: @escaping @Sendable (String) -> Int) {
        self.tokens = tokens
    }

    /// A token for every four ASCII characters and one for every other code point, rounded up, and four for the message
    /// around the text: near enough for English, and on the safe side for other scripts.
    package static let standard = TokenEstimate { text in
        let codePoints = CodePoints(in: text)
        return (codePoints.ascii + 3) / 4 + codePoints.others + 4
    }
}

/// Why a message cannot be sent to a provider at all.
package enum HistoryError: Error, Equatable, Sendable {
    /// The message is larger than any provider gets; both in bytes of UTF-8.
    case messageTooLarge(bytes: Int, limit: Int)
    /// The message is larger than this provider takes, alone or with what must go with it; both in code points.
    case messageTooLong(characters: Int, limit: Int)
}
