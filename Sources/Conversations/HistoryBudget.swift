/// A message of the past, with what it takes of limits. It is weighed once, where it is read: to go through all texts again
/// later, on another processor, takes as long as to read them.
struct WeighedMessage: Equatable, Sendable {
    var message: HistoryMessage
    /// Both are nil where the limits do not ask for it.
    fileprivate var tokens: Int?
    fileprivate var characters: Int?
}

/// What may still be added to the past of a history.
struct HistoryBudget: Sendable {
    private var tokens: Int?
    private var characters: Int?
    private var messages: Int?
    private let estimate: TokenEstimate
    /// Code points left in a prompt that has a limit.
    var promptRoom: Int?

    init(limits: HistoryLimits, estimate: TokenEstimate) {
        tokens = limits.maximumTokens
        characters = limits.maximumCharacters
        messages = limits.maximumMessages
        self.estimate = estimate
    }

    mutating func lowerMessages(to maximum: Int?) {
        guard let maximum else { return }
        messages = min(messages ?? maximum, maximum)
    }

    /// An exchange is paid for whole, or not taken.
    mutating func take(_ exchange: ArraySlice<WeighedMessage>) -> Bool {
        var after = self
        for message in exchange { after.subtract(message) }
        guard after.holds else { return false }
        self = after
        return true
    }

    /// Takes a message for which there may be no room any more.
    mutating func takeInAnyCase(_ message: WeighedMessage) { subtract(message) }

    /// What was taken is within all limits. Once it is not, it never will be again.
    var holds: Bool {
        tokens ?? 0 >= 0 && characters ?? 0 >= 0 && messages ?? 0 >= 0 && promptRoom ?? 0 >= 0
    }

    func weighed(_ message: HistoryMessage) -> WeighedMessage {
        WeighedMessage(
            message: message, tokens: tokens.map { _ in estimate.tokens(message.content) },
            characters: characters.map { _ in CodePoints(in: message.content).count })
    }

    private mutating func subtract(_ weighed: WeighedMessage) {
        let content = weighed.message.content
        messages? -= 1
        if tokens != nil { tokens? -= weighed.tokens ?? estimate.tokens(content) }
        if characters != nil { characters? -= weighed.characters ?? CodePoints(in: content).count }
        if promptRoom != nil { promptRoom? -= Prompt.length(of: weighed.message) }
    }
}
