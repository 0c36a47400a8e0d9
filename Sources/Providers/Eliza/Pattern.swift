extension Eliza {
    /// What a clause must look like: words, alternatives and gaps, as `* i want|need +`.
    struct Pattern: Sendable {
        enum Element: Equatable, Sendable {
            /// Any words, and at least so many of them.
            case gap(atLeast: Int)
            /// Exactly one word, which is one of these; more than one make it an alternative, which has a number.
            case word([String])
        }

        let source: String
        let elements: [Element]

        init(_ source: String) {
            self.source = source
            elements = source.split(separator: " ").map { part in
                switch part {
                case "*": .gap(atLeast: 0)
                case "+": .gap(atLeast: 1)
                default: .word(part.split(separator: "|").map(String.init))
                }
            }
        }

        /// The elements that a sentence can refer to, in the order of their numbers.
        var numbered: [Element] {
            elements.filter(Self.isNumbered)
        }

        /// Fits the whole pattern to all the words, each gap as short as it can be.
        ///
        /// A word that does not fit makes the last gap one word longer; the gaps before it need never change, so that
        /// the work is at most words times elements.
        ///
        /// - Returns: where the numbered elements are, none of them empty, or nil when the pattern does not fit.
        func match(_ words: [Word]) -> [Range<Int>]? {
            var starts = Array(repeating: 0, count: elements.count + 1)
            var (word, element) = (0, 0)
            var lastGap: (element: Int, end: Int)?
            while word < words.count || element < elements.count {
                starts[element] = word
                if element < elements.count {
                    switch elements[element] {
                    case .gap(let least) where word + least <= words.count:
                        lastGap = (element, word + least)
                        (word, element) = (word + least, element + 1)
                        continue
                    case .word(let choices) where word < words.count && choices.contains(words[word].key):
                        (word, element) = (word + 1, element + 1)
                        continue
                    default: break
                    }
                }
                guard let gap = lastGap, gap.end < words.count else { return nil }
                lastGap = (gap.element, gap.end + 1)
                (word, element) = (gap.end + 1, gap.element + 1)
            }
            starts[elements.count] = words.count
            return elements.indices.filter { Self.isNumbered(elements[$0]) }.map { starts[$0]..<starts[$0 + 1] }
        }

        private static func isNumbered(_ element: Element) -> Bool {
            switch element {
            case .gap(let least): least > 0
            case .word(let choices): choices.count > 1
            }
        }
    }
}
