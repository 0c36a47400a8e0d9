internal import Conversations
internal import SQLite

/// What to look for, as the index and the texts are asked for it.
struct SearchExpression {
    /// In the index's query language; nil where nothing in what was typed is a word to it.
    private(set) var match: String?
    /// Words that follow one another, as they stand in the index.
    private(set) var phrases: [IndexedPhrase] = []
    /// Signs that are in no index: all must stand in a text, where there are no words to look for.
    private(set) var signs: [String] = []
    /// In the engine's language, and so perhaps an error.
    let isRaw: Bool

    init(_ text: SearchQuery.Text, tokenizer: FullTextTokenizer) throws(SQLiteError) {
        let terms: [SearchTerm]
        switch text {
        case .typed(let text):
            isRaw = false
            terms = SearchTerms.typed(text)
        case .raw(let text):
            isRaw = true
            let raw = RawTerms(text)
            match = raw.expression
            terms = raw.terms
        }
        var strings: [String] = []
        for term in terms {
            let phrase = try IndexedPhrase(term, tokenizer: tokenizer)
            if phrase.words.isEmpty {
                if !isRaw { signs.append(term.text) }
            } else {
                phrases.append(phrase)
                strings.append(Self.string(of: term.text) + (term.isPrefix ? "*" : ""))
            }
        }
        guard !isRaw else { return }
        if strings.isEmpty { return }
        match = strings.joined(separator: " ")
        // Beside words they are left out: the index does not know where they stand.
        signs = []
    }

    /// Looking for what words begin with puts all such words' rows together each time, whichever rows are asked for.
    var hasPrefix: Bool { phrases.contains(where: \.isPrefix) || isRaw && match?.contains("*") ?? false }

    /// The words of this text in a row. What else is in it means nothing there.
    static func string(of text: String) -> String {
        var string = String.UnicodeScalarView()
        for scalar in IndexedText.words(of: text).unicodeScalars {
            // By scalars: a quotation mark may bear an accent.
            if scalar == "\"" { string.append(scalar) }
            // The engine takes a NUL for the end.
            string.append(scalar == "\0" ? " " : scalar)
        }
        return "\"\(String(string))\""
    }
}

/// Words that follow one another, as they stand in the index.
struct IndexedPhrase: Equatable {
    var words: [[UInt8]] = []
    /// The last of them may go on.
    var isPrefix: Bool

    init(_ term: SearchTerm, tokenizer: FullTextTokenizer) throws(SQLiteError) {
        isPrefix = term.isPrefix
        var words: [[UInt8]] = []
        try unsafe tokenizer.forEachWord(of: IndexedText.words(of: term.text)) { word, _ in
            words.append(unsafe Array(word))
            return true
        }
        self.words = words
    }
}
