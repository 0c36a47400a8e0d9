/// Rebuilds what a provider has to be told so that it can answer the newest message of a branch. A pure function.
///
/// The rules, in order: the system prompt always; the newest messages, which are said together, always; the first
/// exchange of the branch if it fits; then as many of the newest exchanges as fit, without a gap. An exchange (user messages in a row, and all up
/// to the next user message) goes whole or not at all. Failed and empty replies are not sent; interrupted ones with
/// text are.
package struct HistoryBuilder: Sendable {
    /// No message is larger than this: 8 MiB of UTF-8.
    package static let maximumMessageBytes = 8 << 20

    package var limits: HistoryLimits
    package var estimate: TokenEstimate

    package init(limits: HistoryLimits = .standard, estimate: TokenEstimate = .standard) {
        self.limits = limits
        self.estimate = estimate
    }

    /// How the past is to be read for histories that this one builds.
    package var reading: PastReading { PastReading(limits: limits, estimate: estimate) }

    /// The history for one newest message of the user's.
    package func history(
        system: String?, past: Past, newest: String, for capabilities: ProviderCapabilities
    ) throws(HistoryError) -> History {
        try history(
            system: system, past: past, newest: [HistoryMessage(role: .user, content: newest)], for: capabilities)
    }

    /// The history for the newest messages.
    ///
    /// - Parameters:
    ///   - system: The system prompt; nil or empty for none.
    ///   - past: The branch before the newest messages, read within the limits (``reading``).
    ///   - newest: What is said now: at least one, and the last is what is answered. They go whole, however many they are.
    /// - Throws: where they are together over 8 MiB, or the last of them, with the others and the system prompt if those have
    ///   to go into the same text, is over the provider's limit.
    package func history(
        system: String?, past: Past, newest: [HistoryMessage], for capabilities: ProviderCapabilities
    ) throws(HistoryError) -> History {
        let start = [system].compactMap(\.self).filter { !$0.isEmpty }.map {
            HistoryMessage(role: .system, content: $0)
        }
        return try history(start: start, past: past, newest: newest, isKnown: true, for: capabilities)
    }

    /// The history for the newest messages, with what is told before all others in any case.
    ///
    /// - Parameter isKnown: To the other side, where it keeps discussions: otherwise it is told all of it in one text.
    func history(
        start: [HistoryMessage], past: Past, newest: [HistoryMessage], isKnown: Bool,
        for capabilities: ProviderCapabilities
    ) throws(HistoryError) -> History {
        let bytes = newest.reduce(0) { $0 + $1.content.utf8.count }
        guard bytes <= Self.maximumMessageBytes else {
            throw .messageTooLarge(bytes: bytes, limit: Self.maximumMessageBytes)
        }
        let last = newest.last?.content ?? ""
        let chosen: [HistoryMessage]
        let content: HistoryContent

        switch capabilities.historyTarget {
        case .server where isKnown:
            let text = Prompt.text(of: newest)
            try require(CodePoints(in: text).count, within: capabilities.maximumCharacters)
            // The other side has the past: one message goes out, and nothing is kept from the model.
            return History(content: .newest(text), sent: 1, leftOut: 0, leftOutByLimits: 0)
        case .messages:
            try require(CodePoints(in: last).count, within: capabilities.maximumCharacters)
            chosen = choose(from: past, beside: start + newest.dropLast(), for: capabilities, promptRoom: nil)
            content = .messages(start + chosen + newest)
        case .prompt, .server:
            try require(CodePoints(in: Prompt.text(of: start + newest)).count, within: capabilities.maximumCharacters)
            let room = capabilities.maximumCharacters.map { $0 - Prompt.length(of: start + newest) }
            chosen = choose(from: past, beside: start + newest.dropLast(), for: capabilities, promptRoom: room)
            let text = Prompt.text(of: start + chosen + newest)
            content = capabilities.historyTarget == .server ? .newest(text) : .prompt(text)
        }
        return History(
            content: content, sent: chosen.count + newest.count, leftOut: past.messageCount - chosen.count,
            leftOutByLimits: past.usefulCount - chosen.count)
    }

    private func require(_ characters: Int, within limit: Int?) throws(HistoryError) {
        guard let limit, characters > limit else { return }
        throw .messageTooLong(characters: characters, limit: limit)
    }

    /// The messages of the past that go along, oldest first.
    ///
    /// - Parameter others: What goes out in any case, but for the last message.
    private func choose(
        from past: Past, beside others: [HistoryMessage], for capabilities: ProviderCapabilities, promptRoom: Int?
    ) -> [HistoryMessage] {
        var budget = HistoryBudget(limits: limits, estimate: estimate)
        budget.lowerMessages(to: capabilities.maximumOtherMessages.map { $0 - others.count })
        budget.promptRoom = promptRoom
        var middle = exchanges(of: past.recent, userHasSpoken: past.userSpokeBefore)[...]
        var first: ArraySlice<WeighedMessage> = []
        if limits.keepFirst, let opening = past.isWhole ? middle.first : past.opening[...], budget.take(opening) {
            first = opening
            if past.isWhole { middle.removeFirst() }
        }
        var start = past.recent.endIndex
        while let exchange = middle.popLast(), budget.take(exchange) {
            start = exchange.startIndex
        }
        return (first + past.recent[start...]).map(\.message)
    }

    /// The past cut into exchanges.
    private func exchanges(of messages: [WeighedMessage], userHasSpoken: Bool) -> [ArraySlice<WeighedMessage>] {
        var exchanges: [ArraySlice<WeighedMessage>] = []
        var start = messages.startIndex
        var boundaries = ExchangeBoundaries(userHasSpoken: userHasSpoken)
        for index in messages.indices where boundaries.isCrossed(by: messages[index].message.role) {
            exchanges.append(messages[start..<index])
            start = index
        }
        if start < messages.endIndex { exchanges.append(messages[start...]) }
        return exchanges
    }
}

/// A conversation as one text: a line `Role: content` for each message and a last line `Assistant:`; a message that is
/// alone stays as it is. (`format_prompt` of the clients that sites with one prompt field are known from.)
enum Prompt {
    static func text(of messages: [HistoryMessage]) -> String {
        if messages.count == 1 { return messages[0].content }
        return messages.map { name(of: $0.role) + ": " + $0.content + "\n" }.joined() + "Assistant:"
    }

    /// Code points that a message takes up beside others.
    static func length(of message: HistoryMessage) -> Int {
        name(of: message.role).count + 3 + CodePoints(in: message.content).count
    }

    /// Code points of a text that holds more than one message.
    static func length(of messages: [HistoryMessage]) -> Int {
        messages.map { length(of: $0) }.reduce("Assistant:".count, +)
    }

    private static func name(of role: Role) -> String {
        switch role {
        case .system: "System"
        case .user: "User"
        case .assistant: "Assistant"
        }
    }
}
