internal import Conversations

/// A message's key in this file: the chat's private key and the sequence number in one integer.
///
/// A chat's messages so lie side by side, in the order they were said, and need no index (Docs/Storage.md has what the
/// other shapes cost). No caller of the store sees it.
enum MessageKey {
    private static let seqBits: Int64 = 20
    /// The last sequence number that a chat can give.
    static let maximumSeq = (1 << 20) - 1

    static func isSeq(_ number: Int) -> Bool { (1...maximumSeq).contains(number) }

    /// All there can be.
    static let everyKey = Int64.min...Int64.max

    static func key(chat: Int64, seq: Int) -> Int64 {
        chat << seqBits | Int64(seq)
    }

    /// What stands for the chat's title in the index: no message has the number 0.
    static func title(ofChat chat: Int64) -> Int64 {
        key(chat: chat, seq: 0)
    }

    static func seq(ofKey key: Int64) -> Int {
        Int(key & Int64(maximumSeq))
    }

    static func chat(ofKey key: Int64) -> Int64 {
        key >> seqBits
    }
}
