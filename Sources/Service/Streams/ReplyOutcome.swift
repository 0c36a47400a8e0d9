internal import Conversations

/// How a reply that a client asked for ended.
enum ReplyOutcome: Sendable {
    /// It is on disk, complete or as far as it came.
    case kept(Exchange)
    /// Nothing of it was to be kept.
    case unkept(UnkeptAnswer)
    /// Nothing was written down and nobody was asked.
    case refused(any Error)
    /// It came, and could not be written down.
    case lost(ReplyNotKept)

    /// It is not whole, or was never asked for.
    var isFailure: Bool {
        switch self {
        case .kept(let exchange): !exchange.isComplete
        case .unkept(let answer): !answer.isComplete
        case .refused, .lost: true
        }
    }

    /// All of the reply, or as much as had come.
    var text: String {
        switch self {
        case .kept(let exchange): exchange.reply.content
        case .unkept(let answer): answer.text
        case .refused: ""
        case .lost(let loss): loss.exchange.reply.content
        }
    }

    /// The provider's word for why it ended.
    var finishReason: String? {
        switch self {
        case .kept(let exchange): exchange.reply.finishReason
        case .unkept(let answer): answer.finishReason
        case .refused, .lost: nil
        }
    }

    /// The reply as it is kept, or should have been; nil where nothing was written down of it.
    var reply: Message? {
        switch self {
        case .kept(let exchange): exchange.reply
        case .lost(let loss): loss.exchange.reply
        case .unkept, .refused: nil
        }
    }
}
