extension Eliza {
    /// One word.
    struct Word: Equatable, Sendable {
        /// As it was typed.
        let text: String
        /// As the script spells it: in small letters.
        let key: String
        /// Whether its capital, if it has one, may only come from its place.
        let opensClause: Bool
    }

    /// What stands between two stops.
    struct Clause: Equatable, Sendable {
        var words: [Word] = []
        var isQuestion = false
    }

    /// One message, as Eliza hears it.
    struct Utterance: Sendable {
        /// Not one of them is empty.
        let clauses: [Clause]
        private let isBlank: Bool
        private var letters = 0
        private var latinLetters = 0
        private var capitals = 0
        private var figures = 0

        /// Only the first 4,000 scalars are looked at.
        init(_ text: String) {
            let heard = text.unicodeScalars.prefix(4_000)
            clauses = Tokenizer.clauses(of: heard)
            isBlank = clauses.isEmpty && heard.allSatisfy(Tokenizer.isInvisible)
            for scalar in clauses.lazy.flatMap(\.words).flatMap(\.text.unicodeScalars) { count(scalar) }
        }

        private mutating func count(_ scalar: Unicode.Scalar) {
            if scalar.properties.isAlphabetic { letters += 1 }
            if scalar.isLatinLetter { latinLetters += 1 }
            if scalar.properties.isUppercase { capitals += 1 }
            if scalar.properties.numericType == .decimal { figures += 1 }
        }

        /// Why there is nothing in it to look keywords up for, or nil if there is.
        var wordlessness: Occasion? {
            if isBlank { return .blank }
            if latinLetters > 0 { return nil }
            if letters > 0 { return .foreignScript }
            return figures > 0 ? .figures : .symbols
        }

        /// Two words or more, and nothing but capitals: "OK" and "NASA" are no shouts.
        var isShouted: Bool {
            capitals >= 6 && capitals == letters && clauses.reduce(0) { $0 + $1.words.count } > 1
        }

        /// The same words as another one, and so many that it is no accident: one may well say "yes" twice.
        func repeats(_ other: Utterance) -> Bool {
            let keys = clauses.flatMap(\.words).map(\.key)
            return keys.count > 1 && keys == other.clauses.flatMap(\.words).map(\.key)
        }
    }
}

extension Unicode.Scalar {
    /// A to Z, and the accented letters of the European blocks.
    fileprivate var isLatinLetter: Bool {
        switch value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF: true
        default: false
        }
    }
}
