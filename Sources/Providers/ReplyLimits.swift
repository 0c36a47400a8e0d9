/// How much of a reply is taken, in bytes. What is longer is an error, and nothing shorter is.
package struct ReplyLimits: Equatable, Sendable {
    /// Of the reply's text.
    package var reply: Int
    /// Of a line of the stream, of an event's data, and of a body that is no stream.
    package var line: Int

    /// - Parameter line: Four times the reply unless said: AI Engine's last line repeats the whole reply escaped twice,
    ///   which is 7 bytes for 2 of Cyrillic and 14 for the 4 of an emoji.
    package init(reply: Int = 16 << 20, line: Int? = nil) {
        self.reply = reply
        self.line = line ?? 4 * min(reply, .max / 4)
    }
}
