/// Titles that Parley makes.
package enum ChatTitle {
    /// The most characters a made title has.
    package static let maximumLength = 60

    /// A title from the first words of a message: one line, whole words, at most 60 characters; a first word that is
    /// longer is cut. A message without words is `Untitled`.
    package static func made(from text: String) -> String {
        var title = ""
        var length = 0
        for word in words(of: text) {
            let wordLength = word.count
            if length == 0 {
                title = String(word.prefix(maximumLength))
                length = min(wordLength, maximumLength)
            } else if length + 1 + wordLength <= maximumLength {
                title += " " + word
                length += 1 + wordLength
            } else {
                break
            }
        }
        return title.isEmpty ? "Untitled" : title
    }

    /// The first words, looked for in the beginning of the text alone: the rest of a pasted book cannot matter.
    private static func words(of text: String) -> [Substring] {
        let beginning = text.unicodeScalars.lazy.filter { $0.properties.generalCategory != .format || $0 == "\u{200D}" }
            .prefix(1000)
        let plain = String(String.UnicodeScalarView(beginning.map { isSpace($0) ? " " : $0 }))
        return plain.split(separator: " ")
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
    }
}
