/// One way that a chat has taken: the messages from a first one to a tip, to which nobody has answered yet. The branch in
/// view counts as one also where it ends before a tip.
package struct Branch: Equatable, Sendable {
    package var tip: Message
    /// How many messages lead to the tip, itself included.
    package var messageCount: Int
    /// The first of its messages that the branch in view has not, by its sequence number; nil for the branch in view.
    package var leavesViewAt: Int?

    package var isInView: Bool { leavesViewAt == nil }

    package init(tip: Message, messageCount: Int, leavesViewAt: Int?) {
        self.tip = tip
        self.messageCount = messageCount
        self.leavesViewAt = leavesViewAt
    }
}
