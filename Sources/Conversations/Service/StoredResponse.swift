/// What is kept of a request beside its messages, so that programs get back what they sent.
package struct ResponseFields: Equatable, Sendable {
    /// What was asked and is given back: JSON, which nobody but the service reads.
    package var fields: String
    /// The reply of the response that this one goes on from, by its sequence number in the same chat.
    package var previous: Int?
    /// The request named the chat that it was for.
    package var namesConversation: Bool

    package init(fields: String, previous: Int? = nil, namesConversation: Bool) {
        self.fields = fields
        self.previous = previous
        self.namesConversation = namesConversation
    }
}

/// A request and its reply, as they are kept.
package struct StoredResponse: Equatable, Sendable {
    package var chat: Chat
    /// As it stands; one that streams has the text so far.
    package var reply: Message
    /// What was said with the request, oldest first: messages that were deleted since are missing.
    package var input: [Message]
    package var fields: ResponseFields

    package init(chat: Chat, reply: Message, input: [Message], fields: ResponseFields) {
        self.chat = chat
        self.reply = reply
        self.input = input
        self.fields = fields
    }
}
