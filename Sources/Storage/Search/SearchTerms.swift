/// One thing that has to stand in what is found.
struct SearchTerm: Equatable {
    /// Words that follow one another, or signs.
    var text: String
    /// What it ends with may go on.
    var isPrefix = false
}

/// What somebody typed, cut into what has to stand in a text.
///
/// Nothing in it is an error: what cannot be meant as a sign of the search is text.
enum SearchTerms {
    /// Cuts at white space. A quotation mark at a term's beginning that is closed later makes a phrase of what is between;
    /// an asterisk at a term's end a beginning of words.
    static func typed(_ text: String) -> [SearchTerm] {
        var terms: [SearchTerm] = []
        var rest = text[...]
        while let start = rest.firstIndex(where: { !$0.isWhitespace }) {
            rest = rest[start...]
            let term = phrase(at: &rest) ?? word(at: &rest)
            if !term.text.isEmpty, !terms.contains(term) { terms.append(term) }
        }
        return terms
    }

    private static func word(at rest: inout Substring) -> SearchTerm {
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest[word.endIndex...]
        guard let last = word.lastIndex(where: { $0 != "*" }), last != word.indices.last else {
            return SearchTerm(text: String(word))
        }
        return SearchTerm(text: String(word[...last]), isPrefix: true)
    }

    /// - Returns: nil where none begins here.
    private static func phrase(at rest: inout Substring) -> SearchTerm? {
        guard let closing = rest.first.flatMap(closingMarks) else { return nil }
        let inside = rest.dropFirst()
        guard let end = inside.firstIndex(where: closing.contains) else { return nil }
        rest = inside[inside.index(after: end)...]
        let asterisks = rest.prefix { $0 == "*" }
        rest = rest[asterisks.endIndex...]
        return SearchTerm(text: String(inside[..<end]), isPrefix: !asterisks.isEmpty)
    }

    /// What may close a phrase that this opens; nil for what opens none.
    private static func closingMarks(of opening: Character) -> String? {
        switch opening {
        case "\"": "\""
        case "“", "”", "„", "‟": "“”‟"
        case "«": "»"
        case "»": "«"
        default: nil
        }
    }
}
