/// Which messages of a chat's branch in view are asked for. Those that brought nothing, replies that failed or were cut before
/// any text, are none of them.
package struct MessagePageQuery: Equatable, Sendable {
    package enum Order: Sendable {
        case oldestFirst
        case newestFirst
    }

    /// Goes on behind this message, in the direction of the order; by its sequence number. Nil for the beginning.
    package var after: Int?
    package var order: Order
    /// At least 1.
    package var limit: Int

    package init(after: Int? = nil, order: Order, limit: Int) {
        self.after = after
        self.order = order
        self.limit = limit
    }
}

/// Some messages of a branch, in the order that was asked for.
package struct MessagePage: Equatable, Sendable {
    package var messages: [Message]
    /// There is at least one behind the last of them.
    package var hasMore: Bool

    package init(messages: [Message], hasMore: Bool) {
        self.messages = messages
        self.hasMore = hasMore
    }
}
