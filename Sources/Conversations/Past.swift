/// What was said on a branch before the newest message, as far as a history needs it: how much there is, and the text at
/// both ends. Messages that are not worth sending (failed and empty replies) are counted and nothing else.
package struct Past: Equatable, Sendable {
    /// Where `recent` does not reach back so far: the first exchange, oldest message first, or so much of it that it
    /// cannot go along.
    var opening: [WeighedMessage] = []
    /// The end of the branch, oldest message first. Unless it is all of it, it begins with an exchange, or a part of one,
    /// for which the limits have no room.
    var recent: [WeighedMessage] = []
    /// The user has said something before `recent`.
    var userSpokeBefore = false
    /// All messages of the branch.
    package fileprivate(set) var messageCount = 0
    /// Those among them that are worth sending.
    var usefulCount = 0
    /// The last message's sequence number; nil where nothing was said.
    var tip: Int?
    /// The sequence number of the message where the branch last left the order of saying; nil where it never did.
    var lastTurn: Int?

    /// Nothing was said yet.
    package init() {}

    /// All that is worth sending is in `recent`.
    var isWhole: Bool { recent.count == usefulCount }
}

/// Reads a past for histories within the same limits, whatever a provider's own: those only make a history shorter.
///
/// Whoever has the messages hands them in, from the branch's last to its first. Their texts are asked for as long as the
/// limits may have room; where that is at an end, those of the first exchange remain to be read.
package struct PastReading: Sendable {
    private let limits: HistoryLimits
    private let estimate: TokenEstimate
    private var budget: HistoryBudget
    private var past = Past()
    private var isFull = false
    /// Newest first.
    private var recent: [WeighedMessage] = []
    /// Sequence numbers of messages worth sending whose texts were not asked for, newest first.
    private var unread: [Int] = []
    /// The message that was handed in last, which is the next one of the branch.
    private var follower: Int?

    package init(limits: HistoryLimits, estimate: TokenEstimate = .standard) {
        self.limits = limits
        self.estimate = estimate
        budget = HistoryBudget(limits: limits, estimate: estimate)
    }

    /// Takes in the message before those that it was handed so far.
    ///
    /// - Parameters:
    ///   - isEmpty: It has no text.
    ///   - text: Its text, called only where that is needed.
    package mutating func receive(
        _ seq: Int, _ role: Role, _ status: MessageStatus, isEmpty: Bool, text: () throws -> String
    ) rethrows {
        if let follower, past.lastTurn == nil, seq + 1 != follower { past.lastTurn = follower }
        past.tip = past.tip ?? seq
        follower = seq
        past.messageCount += 1
        guard role != .assistant || (status != .failed && !isEmpty) else { return }
        past.usefulCount += 1
        if isFull {
            past.userSpokeBefore = past.userSpokeBefore || role == .user
            if limits.keepFirst { unread.append(seq) }
        } else {
            let message = budget.weighed(HistoryMessage(role: role, content: try text()))
            recent.append(message)
            budget.takeInAnyCase(message)
            isFull = !budget.holds
        }
    }

    /// What was read, once the branch's first message has been handed in.
    ///
    /// - Parameter message: A message that was handed in, by its sequence number.
    package consuming func past(_ message: (Int) throws -> HistoryMessage) rethrows -> Past {
        if past.lastTurn == nil, let first = follower, first != 1 { past.lastTurn = first }
        var opening: [WeighedMessage] = []
        var isSeparate = false
        var boundaries = ExchangeBoundaries()
        budget = HistoryBudget(limits: limits, estimate: estimate)
        for seq in unread.reversed() where !isSeparate {
            let message = budget.weighed(try message(seq))
            isSeparate = boundaries.isCrossed(by: message.message.role)
            if !isSeparate {
                opening.append(message)
                budget.takeInAnyCase(message)
                isSeparate = !budget.holds
            }
        }
        recent.reverse()
        if isSeparate {
            past.opening = opening
            past.recent = recent
        } else {
            past.recent = opening + recent
            past.userSpokeBefore = past.userSpokeBefore && !past.isWhole
        }
        return past
    }
}
