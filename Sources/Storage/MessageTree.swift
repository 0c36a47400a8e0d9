internal import Conversations

/// How the messages of a chat hang together, by their sequence numbers, without what they say.
struct MessageTree {
    /// A branch, by its last message.
    struct Way: Equatable {
        var tip: Int
        /// How many messages lead to the tip, itself included.
        var length: Int
        /// The first of them that the branch in view has not; nil for that one.
        var leavesViewAt: Int?
    }

    private var parents: [Int: Int] = [:]
    private var seqs: [Int] = []

    /// Takes in the next message. Parents have lower numbers, and come first.
    mutating func receive(_ seq: Int, parent: Int?) {
        seqs.append(seq)
        parents[seq] = parent
    }

    /// Every branch, the one that ends in the newest message first.
    ///
    /// - Parameter head: The last message of the branch in view.
    func ways(inView head: Int?) -> [Way] {
        let view = Set(path(to: head))
        var ways: [Int: Way] = [:]
        var tips = Set(seqs)
        for seq in seqs {
            let before = parents[seq].flatMap { ways[$0] }
            let leavesViewAt = view.contains(seq) ? nil : before?.leavesViewAt ?? seq
            ways[seq] = Way(tip: seq, length: 1 + (before?.length ?? 0), leavesViewAt: leavesViewAt)
            if let parent = parents[seq], parent != head { tips.remove(parent) }
        }
        return tips.sorted(by: >).compactMap { ways[$0] }
    }

    private func path(to tip: Int?) -> UnfoldFirstSequence<Int> {
        sequence(first: tip ?? 0) { seq in parents[seq].flatMap { $0 < seq ? $0 : nil } }
    }
}
