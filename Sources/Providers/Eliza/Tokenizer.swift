extension Eliza {
    /// Cuts a text into clauses and words, scalar by scalar.
    struct Tokenizer {
        private enum Role {
            case word, apostrophe, space, stop, nothing
        }

        private var clauses: [Clause] = []
        private var clause = Clause()
        private var word = ""

        static func clauses(of text: some Sequence<Unicode.Scalar>) -> [Clause] {
            let scalars = Array(text)
            var tokenizer = Tokenizer()
            for place in scalars.indices { tokenizer.read(scalars, at: place) }
            tokenizer.endClause()
            return tokenizer.clauses
        }

        /// Spaces, control characters and what has no width.
        static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
            switch role(of: scalar) {
            case .space, .nothing: true
            case .stop: scalar.properties.isWhitespace
            case .word, .apostrophe: false
            }
        }

        private mutating func read(_ scalars: [Unicode.Scalar], at place: Int) {
            let scalar = scalars[place]
            switch Self.role(of: scalar) {
            case .word: word.unicodeScalars.append(scalar)
            case .apostrophe: word += "'"
            case .space: endWord()
            case .stop where Self.isInsideWord(scalars, at: place): word.unicodeScalars.append(scalar)
            case .stop: endClause(question: scalar == "?")
            case .nothing: break
            }
        }

        private mutating func endWord() {
            let text = LooseEnds.trimmed(word)
            word = ""
            guard !text.isEmpty else { return }
            let key = text.lowercased()
            if key == "but" { return endClause() }
            if let meant = Substitutions.words[key] {
                for part in meant.split(separator: " ") { append(part == "i" ? "I" : String(part), key: String(part)) }
            } else {
                append(text, key: key)
            }
        }

        private mutating func append(_ text: String, key: String) {
            if let last = clause.words.last, let joined = Substitutions.pairs["\(last.key) \(key)"] {
                clause.words[clause.words.count - 1] = Word(text: joined, key: joined, opensClause: last.opensClause)
            } else {
                clause.words.append(Word(text: text, key: key, opensClause: clause.words.isEmpty))
            }
        }

        private mutating func endClause(question: Bool = false) {
            if !word.isEmpty { endWord() }
            guard !clause.words.isEmpty else { return }
            clause.isQuestion = question
            clauses.append(clause)
            clause = Clause()
        }

        private static func role(of scalar: Unicode.Scalar) -> Role {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "@", "#", "&", "%", "/", "_", "+", "$", "=": return .word
            case "'", "`", "´", "‘", "’", "ʼ", "＇": return .apostrophe
            case "\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}": return .stop
            case "*", "\\", "^", "~", "<", ">": return .space
            default: break
            }
            switch scalar.properties.generalCategory {
            case .control, .spaceSeparator: return .space
            case .format, .surrogate, .privateUse, .unassigned: return .nothing
            case .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
                .otherPunctuation:
                return .stop
            default: return scalar == "|" ? .stop : .word
            }
        }

        /// A hyphen between letters, a point in "3.5" or "node.js": but in "sad.My" the next sentence begins.
        private static func isInsideWord(_ scalars: [Unicode.Scalar], at place: Int) -> Bool {
            guard place > 0, place + 1 < scalars.count else { return false }
            let (before, after) = (scalars[place - 1].properties, scalars[place + 1].properties)
            let betweenFigures = before.numericType == .decimal && after.numericType == .decimal
            switch scalars[place] {
            case "-", "\u{2010}", "\u{2011}":
                return (before.isAlphabetic || before.numericType == .decimal)
                    && (after.isAlphabetic || after.numericType == .decimal)
            case ".": return betweenFigures || (before.isAlphabetic && after.isLowercase)
            case ",", ":": return betweenFigures
            default: return false
            }
        }
    }
}
