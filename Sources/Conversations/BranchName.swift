/// What the other side may call a conversation that it keeps a record of.
///
/// A branch has a name of its own, since its past is another: the chat's id, and the number of the message where the
/// branch last left the order of saying, if it did. An id of ours is random; who knows one can guess no other.
enum BranchName {
    /// - Parameters:
    ///   - path: Sequence numbers from the first message after the past to the reply.
    ///   - past: What was said before.
    static func name(of path: [Int], after past: Past = Past(), in chat: ChatID) -> String {
        // A branch that begins anew has left the order with its first message.
        let turn =
            Array(zip([past.tip ?? 0] + path, path)).last { before, after in after != before + 1 }?.1 ?? past.lastTurn
        let name = turn.map { "\(chat.rawValue)-\($0)" } ?? chat.rawValue
        // Imported ids may be as long as any name may be; what tells branches apart is at the end.
        return String(name.suffix(maximumLength))
    }

    /// AI Engine stores nothing under a longer name.
    private static let maximumLength = 64
}
