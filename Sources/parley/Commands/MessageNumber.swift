import Conversations

/// A message as a person names it on the command line: its number in the chat, as it is or with a `#`, or its whole id.
struct MessageNumber {
    let seq: Int

    /// - Throws: ``Failure`` where the text is neither, or an id from another chat.
    init(of text: String, in chat: Chat) throws {
        let prefix = chat.id.rawValue + "-"
        let mark = [prefix, "#"].first { text.hasPrefix($0) } ?? ""
        let number = text.dropFirst(mark.count)
        guard number.allSatisfy(\.isWholeNumber), let seq = Int(number), seq > 0 else {
            throw Failure(
                ExitStatus.usage, "usage",
                "'\(text)' is no message of \(chat.id.short): give its number, as 'parley show \(chat.id.short)' prints it,"
                    + " or its id \(prefix)NUMBER")
        }
        self.seq = seq
    }
}
