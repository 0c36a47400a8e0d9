/// Finds in a text what is likely to be secret, in one pass over its bytes, and replaces it.
///
/// Each look ahead is bounded or uses up what it looked at, so that the work grows with the text and no faster, whatever
/// the text is.
struct Redactor {
    enum Replacement: String {
        case key = "[redacted key]"
        case password = "[redacted password]"
        case email = "[redacted e-mail]"
        case card = "[redacted card number]"
    }

    let text: [UInt8]
    private var output: [UInt8] = []
    /// Up to where the text is in the output, or replaced there.
    private(set) var done = 0
    private var index = 0
    /// Where the last word ended that speaks of secrets, on this line.
    private var hint: Int?
    /// Up to where digits have been looked at for the numbers of cards.
    private var digitsEnd = 0
    /// Those found there that are still ahead, the nearest last.
    private var cards: [Range<Int>] = []
    /// The next end of a block of a private key at or behind a place that was looked at; the text's end for none.
    var nextBlockEnd: Int?

    init(_ text: [UInt8]) {
        self.text = text
    }

    /// The text without what is likely to be secret; nil where all of it can stay.
    static func redacted(_ text: borrowing Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.append(text, 0..<text.count)
        var redactor = Redactor(bytes)
        redactor.scan()
        return redactor.result
    }

    static func redacted(_ text: String) -> String {
        var redactor = Redactor(Array(text.utf8))
        redactor.scan()
        return redactor.result.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// The value of a note, or what stands for it where its name says that it is a secret.
    static func redacted(_ value: String, of name: String) -> String {
        guard let kind = SecretWords.kind(of: Array(name.utf8)), !value.isEmpty else { return redacted(value) }
        return kind.rawValue
    }

    private var result: [UInt8]? {
        done == 0 ? nil : output + text[done...]
    }

    // MARK: - The pass

    private mutating func scan() {
        while index < text.count {
            let byte = text[index]
            if byte.isLetterOrDigit || byte == UInt8(ascii: "_") {
                if isWordStart { scanWord() } else { index += 1 }
                continue
            }
            switch byte {
            case UInt8(ascii: "@"): if let found = email(around: index) { replace(found, by: .email) }
            case UInt8(ascii: ":"), UInt8(ascii: "="): scanSeparator()
            case UInt8(ascii: "-"): if let found = privateKeyBlock(at: index) { replace(found, by: .key) }
            case UInt8(ascii: "\n"): hint = nil
            default: break
            }
            index += 1
        }
    }

    private var isWordStart: Bool {
        guard index > done else { return true }
        let previous = text[index - 1]
        return !previous.isLetterOrDigit && previous != UInt8(ascii: "_")
    }

    private mutating func scanWord() {
        let start = index
        var end = start
        while end < text.count, text[end].isLetterOrDigit || text[end] == UInt8(ascii: "_") { end += 1 }
        index = end
        if let found = knownKey(at: start) ?? randomKey(at: start) {
            replace(found, by: .key)
            index = found.upperBound
            return
        }
        if text[start].isDigit, let found = cardNumber(at: start) {
            replace(found, by: .card)
            index = found.upperBound
            return
        }
        if SecretWords.isHint(text[start..<end]) { hint = end }
    }

    /// Random characters behind a word that speaks of secrets.
    private func randomKey(at start: Int) -> Range<Int>? {
        guard let hint, start - hint <= 16, start == 0 || !RandomKey.isPart(text[start - 1]) else { return nil }
        return RandomKey.range(in: text, at: start)
    }

    /// The number of a payment card that begins here.
    private mutating func cardNumber(at start: Int) -> Range<Int>? {
        if start >= digitsEnd {
            let found = CardNumbers(in: text, at: start)
            digitsEnd = found.end
            cards = found.ranges.reversed()
        }
        while let next = cards.last, next.lowerBound < start { cards.removeLast() }
        guard let next = cards.last, next.lowerBound == start else { return nil }
        return cards.removeLast()
    }

    private mutating func scanSeparator() {
        let found: (range: Range<Int>, kind: Replacement)? =
            if let range = urlPassword(at: index) { (range, .password) } else { assignedValue(at: index) }
        guard let found, found.range.lowerBound >= done else { return }
        replace(found.range, by: found.kind)
        index = found.range.upperBound - 1
    }

    private mutating func replace(_ range: Range<Int>, by replacement: Replacement) {
        let start = max(range.lowerBound, done)
        output.append(contentsOf: text[done..<start])
        output.append(replacement.rawValue)
        done = range.upperBound
        index = max(index, range.upperBound - 1)
    }
}
