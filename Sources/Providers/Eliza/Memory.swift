extension Eliza {
    /// What the user said of their own, as the sentences that will bring it back: oldest first, each once.
    struct Memory: Sendable {
        private struct Recollection {
            let sentence: String
            let message: Int
        }

        /// How many are kept; a newer one then drives out the oldest.
        static let capacity = 8

        private var message = 0
        private var kept: [Recollection] = []
        private var topics: [[String]] = []

        /// Something kept in this message or the one before is too fresh to be called a memory.
        var hasRecollection: Bool {
            kept.first.map { $0.message < message - 1 } ?? false
        }

        /// False for what was kept among the latest, even if it has been brought back since.
        func isNew(_ topic: [String]) -> Bool {
            !topics.contains(topic)
        }

        mutating func nextMessage() {
            message += 1
        }

        mutating func keep(_ sentence: String, about topic: [String]) {
            kept.append(Recollection(sentence: sentence, message: message))
            topics.append(topic)
            if kept.count > Self.capacity { kept.removeFirst() }
            if topics.count > Self.capacity { topics.removeFirst() }
        }

        mutating func recall() -> String? {
            hasRecollection ? kept.removeFirst().sentence : nil
        }
    }
}
