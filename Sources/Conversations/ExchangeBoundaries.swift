/// Finds where exchanges begin: at a user message that follows another's. What comes before the first user message belongs
/// to the first exchange.
struct ExchangeBoundaries {
    private var userHasSpoken: Bool
    private var last: Role?

    /// - Parameter userHasSpoken: The user has said something before the first message that is looked at.
    init(userHasSpoken: Bool = false) {
        self.userHasSpoken = userHasSpoken
    }

    /// - Parameter role: The next message's.
    /// - Returns: true where that message is not of the same exchange as the one before.
    mutating func isCrossed(by role: Role) -> Bool {
        let isCrossed = role == .user && userHasSpoken && last != nil && last != .user
        last = role
        userHasSpoken = userHasSpoken || role == .user
        return isCrossed
    }
}
