/// Something that is about to be said.
package struct NewMessage: Equatable, Sendable {
    package var role: Role
    /// UTF-8 text, kept as it is.
    package var content: String
    /// Of system messages alone: a developer says it (``Message/isDeveloper``).
    package var isDeveloper: Bool

    package init(role: Role, content: String, isDeveloper: Bool = false) {
        precondition(!isDeveloper || role == .system, "only a system message is a developer's")
        self.role = role
        self.content = content
        self.isDeveloper = isDeveloper
    }

    /// The user's.
    package init(_ content: String) {
        self.init(role: .user, content: content)
    }
}

extension [NewMessage] {
    /// The user's words with which they end, which can be answered; nil where they end otherwise.
    package var wordsToAnswer: String? { last.flatMap { $0.role == .user ? $0.content : nil } }
}

extension HistoryMessage {
    init(_ message: NewMessage) {
        self.init(role: message.role, content: message.content)
    }

    init(_ message: Message) {
        self.init(role: message.role, content: message.content)
    }
}
