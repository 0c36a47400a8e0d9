/// A query in the index's own language, with its words made as they are in the index.
/// <https://www.sqlite.org/fts5.html#full_text_query_syntax>
struct RawTerms {
    /// The query with each word and string that takes other spaces as a string.
    private(set) var expression = ""
    /// What of it may stand in a text.
    private(set) var terms: [SearchTerm] = []

    init(_ query: String) {
        var rest = query[...]
        while let first = rest.first {
            if first == "\"" {
                takeString(&rest)
            } else if Self.isOfWord(first) {
                takeWord(&rest)
            } else {
                // An asterisk behind a word or a string is about that.
                if first == "*", !terms.isEmpty { terms[terms.count - 1].isPrefix = true }
                expression.append(first)
                rest = rest.dropFirst()
            }
        }
    }

    private mutating func takeWord(_ rest: inout Substring) {
        let word = String(rest.prefix(while: Self.isOfWord))
        rest = rest.dropFirst(word.count)
        let words = IndexedText.words(of: word)
        expression += words == word ? word : "\"\(words)\""
        if !["AND", "OR", "NOT", "NEAR"].contains(word) { terms.append(SearchTerm(text: word)) }
    }

    /// A quotation mark within a string is doubled. One that is never closed is left to the engine to complain of.
    private mutating func takeString(_ rest: inout Substring) {
        var text = ""
        var index = rest.index(after: rest.startIndex)
        while index < rest.endIndex {
            if rest[index] == "\"" {
                let next = rest.index(after: index)
                guard next < rest.endIndex, rest[next] == "\"" else {
                    rest = rest[next...]
                    expression += SearchExpression.string(of: text)
                    terms.append(SearchTerm(text: text))
                    return
                }
                index = next
            }
            text.append(rest[index])
            index = rest.index(after: index)
        }
        expression += rest
        rest = ""
    }

    private static func isOfWord(_ character: Character) -> Bool {
        !character.isASCII || character.isLetter || character.isNumber || character == "_"
    }
}
