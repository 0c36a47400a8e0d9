import Conversations

/// How a branch ends that nobody has answered, or not to the end.
enum LooseEnd: String {
    case noReply = "the last message has no reply"
    case cut = "the last reply is not whole"
    case failed = "the last reply failed"

    /// What asking for the reply does about it.
    var remedy: String { self == .noReply ? "asks for one" : "asks for it again" }

    /// - Parameters:
    ///   - last: The branch's last message.
    ///   - chat: Its chat. That a message somewhere within it has no reply on this branch means nothing.
    init?(of last: Message?, in chat: Chat) {
        switch (last?.role, last?.status) {
        case (.user, _) where last?.id.seq == chat.head: self = .noReply
        case (.assistant, .interrupted): self = .cut
        case (.assistant, .failed): self = .failed
        default: return nil
        }
    }
}
