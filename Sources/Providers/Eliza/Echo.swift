extension Eliza {
    /// The user's own words as they come back in a reply: never too many of them.
    enum Echo {
        static let mostWords = 18
        /// In Unicode scalars, with the "…" of a cut.
        static let longest = 120

        /// Joins words with single spaces, and cuts them at the end of a word where they go on for too long.
        static func of(_ words: ArraySlice<String>) -> String {
            var echo = ""
            var length = 0
            // A word that was turned round may have become two: "aren't", "am not".
            let single = words.prefix(mostWords + 1).flatMap { $0.split(separator: " ") }
            for (number, word) in single.enumerated() {
                length += word.unicodeScalars.count + 1
                guard number < mostWords, length <= longest else {
                    return (number == 0 ? beginning(of: word) : echo) + "…"
                }
                echo += number == 0 ? String(word) : " \(word)"
            }
            return echo
        }

        private static func beginning(of word: Substring) -> String {
            LooseEnds.trimmed(String(word.unicodeScalars.prefix(longest - 1)))
        }
    }
}
