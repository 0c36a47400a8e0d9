/// What somebody may have meant who wrote something else.
package enum Spelling {
    /// Words behind the colon of an error about an unknown name.
    package static func advice(for word: String, among known: [String]) -> String {
        if let meant = nearest(to: word, among: known) { return "did you mean '\(meant)'?" }
        return "there is \(list(known, "and"))"
    }

    /// `a, b or c`.
    package static func list(_ words: [String], _ conjunction: String = "or") -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }

    /// The name that is most like the word, if one is so like it that it may be meant.
    package static func nearest(to word: String, among known: [String]) -> String? {
        let word = word.lowercased()
        let distances = known.map { (name: $0, distance: distance(word, $0.lowercased())) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, min(word.count, best.name.count) / 3) ? best.name : nil
    }

    /// How many letters have to be added, left out, replaced or swapped with their neighbour. Words of more than 64
    /// letters are like nothing.
    static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one), Array(other))
        guard one.count <= 64 && other.count <= 64 else { return .max }
        var rows = [Array(0...other.count)]
        for row in 1..<(one.count + 1) {
            var current = [row]
            for column in 1..<(other.count + 1) {
                let isSame = one[row - 1] == other[column - 1]
                var best = min(
                    rows[row - 1][column] + 1, current[column - 1] + 1, rows[row - 1][column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
                    best = min(best, rows[row - 2][column - 2] + 1)
                }
                current.append(best)
            }
            rows.append(current)
        }
        return rows[one.count][other.count]
    }
}
