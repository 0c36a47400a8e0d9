/// A whole conversation: the chat, and every message of all its branches by sequence number, parents before children.
package struct Transcript: Equatable, Sendable {
    package var chat: Chat
    package var messages: [Message]

    package init(chat: Chat, messages: [Message]) {
        self.chat = chat
        self.messages = messages
    }
}

/// Takes in whole chats as a store reads them, one after the other: a chat, its messages by sequence number, its end.
package protocol TranscriptReceiver {
    mutating func begin(_ chat: Chat) throws
    /// Takes the chat's next message.
    ///
    /// - Parameters:
    ///   - message: All but its text: ``Message/content`` is empty.
    ///   - content: Its text, UTF-8 without faults, where it lies: to be used at once or copied.
    mutating func receive(_ message: Message, content: Span<UInt8>) throws
    mutating func endChat() throws
}

extension TranscriptReceiver {
    /// Takes the chat's next message, text and all.
    package mutating func receive(whole message: Message) throws {
        var head = message
        head.content = ""
        var content = message.content
        content.makeContiguousUTF8()
        try receive(head, content: content.utf8.span)
    }

    /// Takes a whole chat.
    package mutating func receive(_ transcript: Transcript) throws {
        try begin(transcript.chat)
        for message in transcript.messages { try receive(whole: message) }
        try endChat()
    }
}

/// Reads whole chats out of a file, whatever wrote it, one after the other.
package protocol TranscriptSource {
    /// The next chat; nil after the last. A chat without an id of its own has a derived one (``DerivedChatIDs``), and
    /// messages without numbers are numbered from 1 on.
    ///
    /// - Throws: ``BadRecord`` where a record makes no sense: the next call goes on behind it. Any other error ends the
    ///   reading.
    mutating func next() throws -> Transcript?
    /// How many bytes of the file have been read: of a file in a zip, packed.
    var bytesRead: Int { get }
}

/// A record that is no chat, or no whole one.
package struct BadRecord: Error, Equatable {
    /// Where it stands, as a person would look for it: `chat 17 (line 17), message 3`.
    package var position: String
    /// What is wrong with it.
    package var reason: String

    package init(position: String, reason: String) {
        self.position = position
        self.reason = reason
    }
}
