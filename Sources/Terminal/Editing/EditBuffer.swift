/// A text and the place in it where the next letter goes.
///
/// The cursor never stands within a grapheme: where an edit joins two of them, it moves behind the whole.
struct EditBuffer {
    private(set) var text: String
    private var position: Int  // in UTF-8 from the start, because an index does not outlive an edit

    /// A buffer with the cursor at the end.
    init(_ text: String = "") {
        self.text = text
        position = text.utf8.count
    }

    var cursor: String.Index { text.utf8.index(text.startIndex, offsetBy: position) }

    mutating func insert(_ added: String) {
        text.insert(contentsOf: added, at: cursor)
        place(at: position + added.utf8.count)
    }

    /// - Returns: false when the cursor stood there already.
    mutating func move(to index: String.Index) -> Bool {
        guard index != cursor else { return false }
        place(at: offset(of: index))
        return true
    }

    /// Removes what is between the cursor and `index`, on either side.
    ///
    /// - Returns: what was removed, nil when there was nothing.
    mutating func remove(to index: String.Index) -> String? {
        guard index != cursor else { return nil }
        let range = min(index, cursor)..<max(index, cursor)
        let removed = String(text[range])
        let start = offset(of: range.lowerBound)
        text.removeSubrange(range)
        place(at: start)
        return removed
    }

    /// Swaps the graphemes around the cursor, or at the end the last two, and goes behind them.
    ///
    /// - Returns: false when there are no two.
    mutating func transpose() -> Bool {
        let middle = cursor == text.endIndex ? before : cursor
        guard middle > text.startIndex, middle < text.endIndex else { return false }
        let first = text.index(before: middle)
        let swapped = "\(text[middle])\(text[first])"
        let start = offset(of: first)
        text.replaceSubrange(first..<text.index(after: middle), with: swapped)
        place(at: start + swapped.utf8.count)
        return true
    }

    private func offset(of index: String.Index) -> Int { text.utf8.distance(from: text.startIndex, to: index) }

    private mutating func place(at offset: Int) {
        position = offset
        let index = cursor
        if String.Index(index, within: text) == nil { position = self.offset(of: text.index(after: index)) }
    }
}

// Places to go to, seen from the cursor.
extension EditBuffer {
    var before: String.Index { cursor == text.startIndex ? cursor : text.index(before: cursor) }
    var after: String.Index { cursor == text.endIndex ? cursor : text.index(after: cursor) }

    /// The start of the word of letters and digits here, or of the one before.
    var wordStart: String.Index { start(of: Self.isWordPart) }

    /// The end of the word here, or of the next.
    var wordEnd: String.Index {
        let rest = text[cursor...]
        let word = rest.drop { !Self.isWordPart($0) }
        return word.drop(while: Self.isWordPart).startIndex
    }

    /// The start of what stands between spaces, here or before.
    var blankWordStart: String.Index { start { !$0.isWhitespace } }

    private func start(of isPart: (Character) -> Bool) -> String.Index {
        var index = cursor
        while index > text.startIndex, !isPart(text[text.index(before: index)]) { index = text.index(before: index) }
        while index > text.startIndex, isPart(text[text.index(before: index)]) { index = text.index(before: index) }
        return index
    }

    private static func isWordPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
