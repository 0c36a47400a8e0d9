extension Eliza {
    /// Whose turn it is in each of several lists.
    struct Rotation: Sendable {
        private let lengths: [Int]
        private var turns: [Int]

        /// - Parameter lengths: how many there are in each list; none may be empty.
        init(lengths: [Int], startingWith generator: inout SplitMix64) {
            self.lengths = lengths
            turns = lengths.map { length in
                precondition(length > 0, "a rule of the script has no replies")
                return Int(generator.next() % UInt64(length))
            }
        }

        /// The place in the list whose turn it is; the next time it is the one after.
        mutating func turn(_ list: Int) -> Int {
            defer { turns[list] = (turns[list] + 1) % lengths[list] }
            return turns[list]
        }
    }
}
