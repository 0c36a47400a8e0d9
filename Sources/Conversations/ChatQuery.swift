/// What chats are chosen by. All conditions must hold; one that is nil holds for all.
package struct ChatConditions: Equatable, Sendable {
    /// Last active at this moment or later.
    package var since: Timestamp?
    /// Last active before this moment.
    package var until: Timestamp?
    package var provider: String?
    package var tag: String?

    package init() {}

    package var isEmpty: Bool { self == ChatConditions() }
}

/// Which chats to list, and from where on.
package struct ChatQuery: Equatable, Sendable {
    package enum Order: Sendable {
        /// The last active first.
        case newestFirst
        case oldestFirst
    }

    package var conditions = ChatConditions()
    package var order = Order.newestFirst
    /// Those put away instead of those in use; nil for both.
    package var archived: Bool? = false
    /// Goes on after this place of an earlier list of the same order.
    package var after: ChatCursor?
    /// The most chats to give; nil for all.
    package var limit: Int?

    package init() {}
}

/// A place in a list of chats: the last one shown.
package struct ChatCursor: Equatable, Sendable {
    package var updatedAt: Timestamp
    package var id: ChatID

    package init(updatedAt: Timestamp, id: ChatID) {
        self.updatedAt = updatedAt
        self.id = id
    }

    /// For other programs to hand back; what is in it is nobody else's business.
    package var text: String { "\(updatedAt.rawValue).\(id.rawValue)" }

    /// Nil where the text is no cursor.
    package init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let time = Int64(parts[0]), !parts[1].isEmpty else { return nil }
        self.init(updatedAt: Timestamp(rawValue: time), id: ChatID(rawValue: String(parts[1])))
    }
}

/// A list of chats, and where it goes on if there are more.
package struct ChatPage: Equatable, Sendable {
    package var chats: [Chat]
    package var next: ChatCursor?

    package init(chats: [Chat], next: ChatCursor?) {
        self.chats = chats
        self.next = next
    }
}

/// Which chats to read whole.
package enum ChatSelection: Sendable {
    /// These, in this order.
    case chats([ChatID])
    /// Every chat that meets these conditions, by id; those put away, those in use, or, where nil, both.
    case all(ChatConditions, archived: Bool?)
}
