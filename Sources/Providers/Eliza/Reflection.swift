// English has one "you" where Eliza needs "I" or "me", and verbs that change with it. A word is turned round by looking
// at its neighbours in the clause: enough for what people type, and no grammar.

extension Eliza {
    /// Turns what the user says of the two of us round, as one does when one says it back.
    enum Reflection {
        /// The words of a clause, turned round, in the same number and order.
        static func reflected(_ words: [Word]) -> [String] {
            let keys = words.map(\.key)
            return words.indices.map { place in
                turned(keys, at: place) ?? spelled(words[place])
            }
        }

        /// What the word at this place becomes, or nil if it stays.
        private static func turned(_ keys: [String], at place: Int) -> String? {
            switch keys[place] {
            case "you": youIsSubject(keys, at: place) ? "I" : "me"
            case "are", "were", "aren't", "weren't": turnedVerb(keys, at: place)
            case "was": besideI(keys, at: place) ? "were" : nil
            case "wasn't": besideI(keys, at: place) ? "weren't" : nil
            case let key: plain[key]
            }
        }

        /// The pronouns that need no second look. The user's "we" does not mean Eliza.
        private static let plain = [
            "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "am": "are",
            "i'd": "you'd", "i'll": "you'll", "your": "my", "yours": "mine", "yourself": "myself", "you'd": "I'd",
            "you'll": "I'll", "we": "you", "us": "you", "our": "your", "ours": "yours", "ourselves": "yourselves",
            "we'd": "you'd", "we'll": "you'll",
        ]

        private static func turnedVerb(_ keys: [String], at place: Int) -> String? {
            guard besideYou(keys, at: place) else { return nil }
            switch keys[place] {
            case "are": return "am"
            case "aren't": return "am not"
            case _ where keys[..<place].contains { $0 == "if" || $0 == "wish" }: return nil  // "if I were"
            case "were": return "was"
            default: return "wasn't"
            }
        }

        /// "You are", "you really are", "are you", but not "people like you are".
        private static func besideYou(_ keys: [String], at place: Int) -> Bool {
            [subjectPlace(keys, before: place), place + 1].contains { neighbour in
                keys.indices.contains(neighbour) && keys[neighbour] == "you" && youIsSubject(keys, at: neighbour)
            }
        }

        private static func besideI(_ keys: [String], at place: Int) -> Bool {
            [subjectPlace(keys, before: place), place + 1].contains { neighbour in
                keys.indices.contains(neighbour) && keys[neighbour] == "i"
            }
        }

        private static func subjectPlace(_ keys: [String], before place: Int) -> Int {
            place > 1 && adverbs.contains(keys[place - 1]) ? place - 2 : place - 1
        }

        private static func youIsSubject(_ keys: [String], at place: Int) -> Bool {
            let before = place > 0 ? keys[place - 1] : ""
            guard place + 1 < keys.count else { return inverting.contains(before) }
            let after = keys[place + 1]
            if prepositions.contains(before) { return false }
            if auxiliaries.contains(after) || inverting.contains(before) { return true }
            return !objectTails.contains(after) && !takingObjects.contains(before)
        }

        /// The word as typed; but a capital that only opened the sentence is left behind there.
        private static func spelled(_ word: Word) -> String {
            word.opensClause && unremarkable.contains(word.key) ? word.key : word.text
        }

        private static let adverbs: Set = [
            "really", "always", "never", "just", "also", "still", "only", "probably", "often", "sometimes", "certainly",
        ]
        private static let prepositions: Set = [
            "to", "for", "with", "at", "of", "about", "from", "by", "without", "near", "behind", "against", "beside",
            "on", "toward", "towards", "around", "between",
        ]
        /// "Are you …", "what do you …": the subject comes after these.
        private static let inverting: Set = [
            "are", "were", "do", "did", "can", "could", "will", "would", "should", "have", "had", "may", "might",
            "must",
            "aren't", "weren't", "don't", "didn't", "can't", "couldn't", "won't", "wouldn't", "shouldn't", "haven't",
        ]
        private static let auxiliaries: Set = [
            "are", "were", "have", "had", "do", "did", "can", "could", "will", "would", "should", "may", "might",
            "must",
            "aren't", "weren't", "haven't", "hadn't", "don't", "didn't", "can't", "couldn't", "won't", "wouldn't",
            "shouldn't", "never", "always", "really", "know", "think", "want", "say", "said",
        ]
        /// After "you" as an object: "told you that", "want you to", "love you so".
        private static let objectTails: Set = [
            "to", "that", "so", "very", "and", "or", "when", "because", "if", "for", "with", "about", "at", "in", "on",
            "a", "an", "the", "my", "this", "what", "how", "why", "where", "who", "too", "more", "again", "now",
            "today",
            "yesterday", "tomorrow", "everything", "something", "anything", "nothing", "as", "than", "from", "out",
        ]
        private static let takingObjects: Set = [
            "love", "hate", "trust", "told", "tell", "ask", "asked", "miss", "help", "thank", "give", "gave", "show",
            "call", "called", "meet", "met", "bother", "find", "found", "teach", "understand", "believe", "make",
            "made",
        ]
        private static let unremarkable: Set = [
            "a", "all", "an", "and", "another", "as", "at", "because", "being", "both", "each", "every", "everybody",
            "everyone", "everything", "few", "he", "her", "here", "his", "in", "it", "its", "life", "many", "maybe",
            "men", "most", "no", "nobody", "none", "nothing", "on", "one", "other", "people", "she", "so", "some",
            "somebody", "someone", "something", "sometimes", "that", "the", "their", "them", "then", "there", "these",
            "they", "this", "those", "to", "two", "what", "when", "women", "yes",
        ]
    }
}
