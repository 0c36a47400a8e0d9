/// Where in a chat's tree a turn of the user's belongs.
struct TurnPlace {
    var target: NewExchange.Target
    /// The last message before the words that are answered, by its sequence number; nil where they are a branch's first.
    var pastEnd: Int?
    var turn: NewExchange.Turn
    /// What the provider is told behind the past: the words that are answered, and what is said with them before.
    var newest: [HistoryMessage]
}

extension TurnPlace {
    /// How many messages of a branch's end tell where a turn belongs.
    static let wantedMessages = 2

    /// A new chat's first.
    init(of turn: ExchangeRequest.Turn, in chat: Chat) throws(TurnError) {
        guard case .say(let messages) = turn else { throw .nothingToAnswer }
        try self.init(of: .say(messages), in: chat, after: [])
        target = .new(chat)
    }

    /// - Parameter end: The end of the branch that the turn is about, oldest message first.
    init(of turn: ExchangeRequest.Turn, in chat: Chat, after end: [Message]) throws(TurnError) {
        target = .existing(chat)
        var end = end
        switch turn {
        case .say(let messages):
            guard messages.wordsToAnswer != nil else { throw .nothingToAnswer }
            pastEnd = end.last?.id.seq
            self.turn = .say(messages, after: pastEnd)
            newest = messages.map { HistoryMessage($0) }
        case .retry:
            if end.last?.role == .assistant { end.removeLast() }
            guard let message = end.last, message.role == .user else { throw .nothingToRetry(chat.id) }
            pastEnd = message.parent
            self.turn = .answer(message)
            newest = [HistoryMessage(message)]
        case .edit(let text):
            guard let message = end.last else { throw .nothingToRetry(chat.id) }
            guard message.role == .user else { throw .notTheUsers(message.id, message.role) }
            pastEnd = message.parent
            self.turn = .say(text, after: message.parent)
            newest = [HistoryMessage(role: .user, content: text)]
        }
    }
}
