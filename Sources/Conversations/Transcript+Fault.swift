extension Transcript {
    /// What keeps it from being a chat of a store's; nil for nothing.
    ///
    /// - Parameter maximumSeq: The highest number that a message can have.
    package func fault(maximumSeq: Int) -> String? {
        var seqs: Set<Int> = []
        var last = 0
        seqs.reserveCapacity(messages.count)
        for message in messages {
            let seq = message.id.seq
            guard seq > last else { return "message \(seq) comes behind message \(last)" }
            guard seq <= maximumSeq else { return "message \(seq): \(maximumSeq) is the highest number there is" }
            if let parent = message.parent, !seqs.contains(parent) {
                return "message \(seq) answers message \(parent), which is not before it"
            }
            seqs.insert(seq)
            last = seq
        }
        guard chat.head.map({ seqs.contains($0) }) ?? messages.isEmpty else {
            return "the branch in view ends in message \(chat.head ?? 0), which is not there"
        }
        return nil
    }
}
