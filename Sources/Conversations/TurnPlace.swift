/// Where in a chat's tree a turn of the user's belongs.
struct TurnPlace {
    var target: NewExchange.Target
    /// The branch before the words that are answered, oldest first.
    var past: [Message]
    var turn: NewExchange.Turn
    /// The words that are answered.
    var text: String
}

extension TurnPlace {
    /// - Parameter branch: The branch that the turn is about, oldest first.
    init(of turn: ExchangeRequest.Turn, in chat: Chat, after branch: [Message]) throws(TurnError) {
        target = .existing(chat)
        past = branch
        switch turn {
        case .say(let text):
            self.turn = .say(text, after: branch.last?.id.seq)
            self.text = text
        case .retry:
            if past.last?.role == .assistant { past.removeLast() }
            guard let message = past.popLast(), message.role == .user else { throw .nothingToRetry(chat.id) }
            self.turn = .answer(message)
            text = message.content
        case .edit(let text):
            guard let message = past.popLast() else { throw .nothingToRetry(chat.id) }
            guard message.role == .user else { throw .notTheUsers(message.id, message.role) }
            self.turn = .say(text, after: message.parent)
            self.text = text
        }
    }
}
