/// Where in a chat's tree a turn of the user's belongs.
struct TurnPlace {
    var target: NewExchange.Target
    /// The last message before the words that are answered, by its sequence number; nil where they are a branch's first.
    var pastEnd: Int?
    var turn: NewExchange.Turn
    /// The words that are answered.
    var text: String
}

extension TurnPlace {
    /// How many messages of a branch's end tell where a turn belongs.
    static let wantedMessages = 2

    /// - Parameter end: The end of the branch that the turn is about, oldest message first.
    init(of turn: ExchangeRequest.Turn, in chat: Chat, after end: [Message]) throws(TurnError) {
        target = .existing(chat)
        var end = end
        switch turn {
        case .say(let text):
            pastEnd = end.last?.id.seq
            self.turn = .say(text, after: pastEnd)
            self.text = text
        case .retry:
            if end.last?.role == .assistant { end.removeLast() }
            guard let message = end.last, message.role == .user else { throw .nothingToRetry(chat.id) }
            pastEnd = message.parent
            self.turn = .answer(message)
            text = message.content
        case .edit(let text):
            guard let message = end.last else { throw .nothingToRetry(chat.id) }
            guard message.role == .user else { throw .notTheUsers(message.id, message.role) }
            pastEnd = message.parent
            self.turn = .say(text, after: message.parent)
            self.text = text
        }
    }
}
