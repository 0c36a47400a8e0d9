internal import SQLite

/// Where in a text something stands that was looked for.
struct TextMatch: Equatable {
    /// In UTF-8 bytes.
    var range: Range<Int>
    /// Which of the things that were looked for.
    var term: Int
}

/// Finds in a text what the index has found in it: with the index's own tokenizer, in the form in which it is indexed.
struct TextMatcher {
    /// A text is looked at in pieces of so many bytes, each a little into the next, for phrases that stand on both sides.
    private static let pieceLength = 32 << 10
    private static let overlap = 1 << 10
    /// And from the first find on not much further.
    private static let lengthFromFirst = 16 << 10

    private let tokenizer: FullTextTokenizer
    private let signs: [[UInt8]]
    private let vocabulary: [[UInt8]]
    private let phrases: [Phrase]

    private struct Phrase {
        /// Their places in the vocabulary.
        var words: [Int]
        var isPrefix: Bool
    }

    init(_ expression: SearchExpression, tokenizer: FullTextTokenizer) {
        self.tokenizer = tokenizer
        signs = expression.signs.map { Array($0.utf8) }
        var vocabulary: [[UInt8]] = []
        phrases = expression.phrases.filter { !$0.words.isEmpty }.map { phrase in
            let words = phrase.words.map { word in
                if let known = vocabulary.firstIndex(of: word) { return known }
                vocabulary.append(word)
                return vocabulary.count - 1
            }
            return Phrase(words: words, isPrefix: phrase.isPrefix)
        }
        self.vocabulary = vocabulary
    }

    /// The first finds and what stands near them, in the order in which they begin.
    func matches(in text: String) throws(SQLiteError) -> [TextMatch] {
        var found: [TextMatch] = []
        var start = 0
        var end = 0
        while end < text.utf8.count {
            let piece = Self.piece(of: text, from: start)
            let seen = end
            end = start + piece.utf8.count
            for var find in try Self.finds(of: signs, in: piece) + wordMatches(in: piece) {
                find.range = find.range.lowerBound + start..<find.range.upperBound + start
                // What touches an edge may be a part of a word, and is looked at in the other piece; so is not what was
                // seen there.
                let isCut = find.range.upperBound == end && end < text.utf8.count
                let isRest = start > 0 && (find.range.lowerBound == start || find.range.upperBound < seen)
                if !isCut && !isRest { found.append(find) }
            }
            if let first = found.map(\.range.lowerBound).min(), end > first + Self.lengthFromFirst { break }
            start = text.utf8.offset(ofScalarAtOrBefore: max(end - Self.overlap, start + 1))
        }
        return found.sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    }

    private static func piece(of text: String, from start: Int) -> String {
        let end = text.utf8.offset(ofScalarAtOrBefore: min(start + pieceLength, text.utf8.count))
        if start == 0 && end == text.utf8.count { return text }
        let utf8 = text.utf8
        return String(text[utf8.index(utf8.startIndex, offsetBy: start)..<utf8.index(utf8.startIndex, offsetBy: end)])
    }

    // MARK: - Words

    private func wordMatches(in text: String) throws(SQLiteError) -> [TextMatch] {
        guard !phrases.isEmpty else { return [] }
        let spaced = IndexedText.words(of: text)
        var places = PlacesWithoutSpaces(text, spaced: spaced)
        /// Of each word of the text so far: which of the vocabulary it is, and where it begins.
        var words: [Int] = []
        var starts: [Int] = []
        var found: [TextMatch] = []
        try unsafe tokenizer.forEachWord(of: spaced) { word, place in
            words.append(vocabulary.firstIndex { unsafe word.elementsEqual($0) } ?? -1)
            starts.append(places.place(of: place.lowerBound))
            let end = places.place(of: place.upperBound)
            for (number, phrase) in phrases.enumerated() where unsafe ends(phrase, with: word, words: words) {
                let start = starts[starts.count - phrase.words.count]
                found.append(TextMatch(range: start..<max(start, end), term: number))
            }
            return true
        }
        return found
    }

    private func ends(_ phrase: Phrase, with word: UnsafeRawBufferPointer, words: [Int]) -> Bool {
        guard words.count >= phrase.words.count, let last = phrase.words.last else { return false }
        let isLast = unsafe phrase.isPrefix ? word.starts(with: vocabulary[last]) : words.last == last
        return isLast && words.dropLast().suffix(phrase.words.count - 1).elementsEqual(phrase.words.dropLast())
    }

    // MARK: - Signs

    private static func finds(of signs: [[UInt8]], in text: String) -> [TextMatch] {
        guard !signs.isEmpty else { return [] }
        let bytes = Array(text.utf8)
        var found: [TextMatch] = []
        for (number, sign) in signs.enumerated() where sign.count <= bytes.count {
            var start = 0
            // More than a snippet shows are not needed.
            while start <= bytes.count - sign.count, found.count < 1000 {
                guard let first = bytes[start...].firstIndex(of: sign[0]), first <= bytes.count - sign.count else {
                    break
                }
                let isFound = bytes[first..<first + sign.count].elementsEqual(sign)
                if isFound { found.append(TextMatch(range: first..<first + sign.count, term: number)) }
                start = isFound ? first + sign.count : first + 1
            }
        }
        return found
    }
}

/// Leads from places in a text with more spaces back to the text. Places are asked for in rising order.
private struct PlacesWithoutSpaces {
    private let text: [UInt8]
    private let spaced: [UInt8]
    private var place = 0
    private var spacedPlace = 0

    init(_ text: String, spaced: String) {
        self.text = Array(text.utf8)
        self.spaced = Array(spaced.utf8)
    }

    /// Within a run of spaces, which of them were added makes no difference: no word begins or ends between them.
    mutating func place(of wanted: Int) -> Int {
        while spacedPlace < wanted, spacedPlace < spaced.count {
            // Letters may be others there, each as long as its own.
            let isAdded =
                spaced[spacedPlace] == UInt8(ascii: " ") && (place == text.count || text[place] != UInt8(ascii: " "))
            if !isAdded { place += 1 }
            spacedPlace += 1
        }
        return place
    }
}

extension String.UTF8View {
    /// The same offset, or that of the scalar that it stands in.
    func offset(ofScalarAtOrBefore offset: Int) -> Int {
        var offset = offset
        while offset > 0, offset < count, self[index(startIndex, offsetBy: offset)] & 0xC0 == 0x80 { offset -= 1 }
        return offset
    }
}
