internal import Conversations
private import Synchronization

/// Checkpoints of replies that wait for the writer. Whoever comes while nobody waits leads: it goes to the writer, and takes
/// along all who have come until it is their turn, in one transaction. So a thousand replies cost few more commits than one.
final class CheckpointQueue: Sendable {
    struct Checkpoint: Sendable {
        var piece: String
        var number: Int
        var reply: OpenReply
    }

    typealias Outcome = Result<Void, StoreError>

    /// One that is taken along.
    struct Follower: Sendable {
        var checkpoint: Checkpoint
        fileprivate var continuation: CheckedContinuation<Outcome?, Never>

        func end(_ outcome: Outcome) { continuation.resume(returning: outcome) }
    }

    private struct State {
        var isLed = false
        var followers: [Follower] = []

        /// - Returns: false where another leads.
        mutating func beginLeading() -> Bool {
            defer { isLed = true }
            return !isLed
        }

        /// - Returns: false where nobody leads.
        mutating func follow(_ follower: Follower) -> Bool {
            if isLed { followers.append(follower) }
            return isLed
        }
    }

    private let state = Mutex(State())

    /// How many wait to be taken along.
    var waiting: Int { state.withLock(\.followers.count) }

    /// - Returns: what became of a checkpoint that was taken along; nil where its owner leads.
    func join(_ checkpoint: Checkpoint) async -> Outcome? {
        while !state.withLock({ $0.beginLeading() }) {
            let outcome = await withCheckedContinuation { continuation in
                let follower = Follower(checkpoint: checkpoint, continuation: continuation)
                // The leader may have gone ahead meanwhile.
                if !state.withLock({ $0.follow(follower) }) { continuation.resume(returning: nil) }
            }
            if let outcome { return outcome }
        }
        return nil
    }

    /// Those who are to be taken along. Whoever comes from now on has another leader.
    func takeFollowers() -> [Follower] {
        state.withLock { state in
            defer { state = State() }
            return state.followers
        }
    }
}
