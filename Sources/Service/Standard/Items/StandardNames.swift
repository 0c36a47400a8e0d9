internal import Conversations

// How chats and messages are called by programs: what they are here, behind a word for what they are there.

extension ChatID {
    /// `conv_<chat>`
    var conversationName: String { "conv_" + rawValue }

    /// Nil where the text can name no conversation.
    init?(conversationName text: String) {
        guard text.hasPrefix("conv_") else { return nil }
        self.init(rawValue: String(text.dropFirst(5)))
        guard isURLSafe else { return nil }
    }
}

extension MessageID {
    /// `msg_<chat>-<number>`
    var itemName: String { "msg_\(self)" }
    /// `resp_<chat>-<number>`, of a reply.
    var responseName: String { "resp_\(self)" }

    /// Nil where the text can name no item.
    init?(itemName text: String) {
        self.init(text, behind: "msg_")
    }

    /// Nil where the text can name no response that is kept.
    init?(responseName text: String) {
        self.init(text, behind: "resp_")
    }

    /// A message has one name: a number is written in one way.
    private init?(_ text: String, behind prefix: String) {
        guard text.hasPrefix(prefix), let dash = text.lastIndex(of: "-") else { return nil }
        let number = text[text.index(after: dash)...]
        guard let seq = Int(number), seq > 0, String(seq) == number else { return nil }
        let start = text.index(text.startIndex, offsetBy: prefix.count)
        guard start <= dash else { return nil }
        self.init(chat: ChatID(rawValue: String(text[start..<dash])), seq: seq)
        guard chat.isURLSafe else { return nil }
    }
}
