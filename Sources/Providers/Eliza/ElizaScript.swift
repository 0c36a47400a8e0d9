// The shape of a script; English/ has the one we speak. It reads like this:
//
//     Keyword("tea|coffee", rank: Rank.topic, [
//         "* i drink + with +": ["And without {2}?", .link("without")],
//         "* tea|coffee *": ["Strong or weak?", "Who taught you to drink {1}?", .newKey],
//     ])
//
// In a pattern `*` stands for any words or none, `+` for at least one, `a|b` for either. In a sentence `{1}` is what
// the first `+` or `a|b` of the pattern caught. What `*` caught may be nothing, so that it has no number.

extension Eliza {
    /// What decides between the keywords of one clause; equal ranks go by their place in it.
    enum Rank {
        /// Answered only if no clause has anything better.
        static let courtesy = -1
        static let ordinary = 0
        /// A turn of speech that says more than the sentence around it: "always", "because".
        static let telling = 2
        static let topic = 4
        static let feeling = 6
        static let machine = 8
        /// Answered before anything else is looked at.
        static let grave = 100
    }

    /// Words that make Eliza listen, and what she does about them.
    struct Keyword: Sendable {
        let words: [String]
        let rank: Int
        fileprivate(set) var rules: [Rule]

        /// - Parameter words: one or more, with bars between them.
        init(_ words: String, rank: Int = Rank.ordinary, _ rules: KeyValuePairs<String, [Reply]>) {
            self.words = words.split(separator: "|").map(String.init)
            self.rank = rank
            self.rules = rules.map { Rule(pattern: Pattern($0.key), replies: $0.value) }
        }
    }

    /// A pattern and the replies that take turns when it fits.
    struct Rule: Sendable {
        let pattern: Pattern
        let replies: [Reply]
        /// The number of this rule in its script, under which its rotation is kept.
        fileprivate(set) var place = 0
    }

    /// What follows when a rule's turn comes.
    enum Reply: Sendable, ExpressibleByStringLiteral {
        case say(Template)
        /// Go on with the rules of another keyword.
        case link(String)
        /// Go on with the next keyword of the clause.
        case newKey

        init(stringLiteral sentence: String) {
            self = .say(Template(sentence))
        }
    }

    /// What is remarked upon without a keyword.
    enum Occasion: CaseIterable, Sendable {
        case blank, symbols, figures, foreignScript, repetition, shouting, nothingFits
    }

    /// All that Eliza knows to say.
    struct Script: Sendable {
        private(set) var keywords: [Keyword]
        /// Their patterns choose what is worth keeping, their sentences bring it back.
        private(set) var memories: [Rule]
        /// What is never kept, although it would fit.
        let unmemorable: [Pattern]
        private var remarks: [Rule] = []
        private var numbers: [String: [Int]] = [:]

        init(
            keywords: [Keyword], memories: KeyValuePairs<String, [Reply]> = [:], unmemorable: [String] = [],
            remarks: (Occasion) -> [Reply]
        ) {
            self.keywords = keywords
            self.memories = memories.map { Rule(pattern: Pattern($0.key), replies: $0.value) }
            self.unmemorable = unmemorable.map { Pattern($0) }
            self.remarks = Occasion.allCases.map { Rule(pattern: Pattern("*"), replies: remarks($0)) }
            for (number, keyword) in keywords.enumerated() {
                for word in keyword.words { numbers[word, default: []].append(number) }
            }
            numberRules()
        }

        /// Every rule, in the order of its place.
        var rules: [Rule] {
            keywords.flatMap(\.rules) + memories + remarks
        }

        func remarks(on occasion: Occasion) -> Rule {
            remarks[Occasion.allCases.firstIndex(of: occasion) ?? 0]
        }

        /// The numbers of the keywords that a word stands for, the last one first in line.
        func keywords(for word: String) -> [Int] {
            numbers[word] ?? []
        }

        /// The numbers of the keywords in a clause that have such a rank, the best one last.
        func keywords(in clause: Clause, ranked ranks: PartialRangeFrom<Int>) -> [Int] {
            var found: [Int] = []
            var seen: Set<Int> = []
            for word in clause.words {
                for number in keywords(for: word.key)
                where ranks.contains(keywords[number].rank) && seen.insert(number).inserted {
                    found.append(number)
                }
            }
            let byRank = found.enumerated().sorted { one, other in
                let (rank, otherRank) = (keywords[one.element].rank, keywords[other.element].rank)
                return rank == otherRank ? one.offset > other.offset : rank < otherRank
            }
            return byRank.map(\.element)
        }

        private mutating func numberRules() {
            var place = 0
            func numbered(_ rules: [Rule]) -> [Rule] {
                rules.map { rule in
                    defer { place += 1 }
                    return Rule(pattern: rule.pattern, replies: rule.replies, place: place)
                }
            }
            for number in keywords.indices { keywords[number].rules = numbered(keywords[number].rules) }
            memories = numbered(memories)
            remarks = numbered(remarks)
        }
    }
}
