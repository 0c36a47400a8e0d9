/// A few words of bytes that could not be read, fit for an error line: no tags, no line breaks, nothing that a terminal
/// would obey.
package struct Excerpt: Equatable, Sendable {
    /// The most code points of an excerpt.
    package static let limit = 200
    /// How much is looked at, in bytes: a page has its words behind its styles.
    private static let searched = 65_536

    package let text: String
    /// There were tags or comments among the words.
    package let isHTML: Bool

    package init(of bytes: some Collection<UInt8>) {
        var tokens = HTMLTokenizer(Array(bytes.prefix(Self.searched))[...])
        var words = Words(limit: Self.limit)
        var isHTML = false
        while let token = tokens.next() {
            if case .text(let text) = token {
                words.add(HTMLEntities.decoded(text))
            } else {
                isHTML = true
                words.endWord()
            }
        }
        text = words.text
        self.isHTML = isHTML
    }
}

/// Words as they are found, with one space between them, up to a limit.
private struct Words {
    let limit: Int
    private(set) var text = ""
    private var count = 0
    private var isBetweenWords = false

    init(limit: Int) { self.limit = limit }

    mutating func add(_ bytes: [UInt8]) {
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar.properties.isWhitespace {
                endWord()
            } else {
                if isBetweenWords { append(" ") }
                isBetweenWords = false
                append(Self.isHarmless(scalar) ? scalar : "\u{FFFD}")
            }
        }
    }

    mutating func endWord() {
        isBetweenWords = count > 0
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        guard count < limit else { return }
        text.unicodeScalars.append(scalar)
        count += 1
    }

    /// No control character, and none of those that turn the line around; joiners hold emoji together.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: false
        case .format: scalar == "\u{200C}" || scalar == "\u{200D}"
        default: true
        }
    }
}
