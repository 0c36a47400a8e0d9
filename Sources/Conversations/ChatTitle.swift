/// Titles that Parley makes, and those that people give.
package enum ChatTitle {
    /// The most characters a made title has.
    package static let maximumLength = 60
    /// The most characters a given title has.
    package static let maximumGivenLength = 200

    /// A title as a person gives it, on one line: line ends and tabs are spaces, and there is none at its ends. Nil where
    /// nothing is left.
    ///
    /// - Throws: ``ChatLabelError/longTitle(characters:limit:)``.
    package static func given(_ text: String) throws(ChatLabelError) -> String? {
        let title = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }).trimmingSpace
        guard title.count <= maximumGivenLength else {
            throw .longTitle(characters: title.count, limit: maximumGivenLength)
        }
        return title.isEmpty ? nil : title
    }

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

    /// The first words: the beginning of the text without superfluous space, which the rest of a pasted book cannot
    /// change.
    private static func words(of text: String) -> [Substring] {
        var beginning = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars where !isInvisible(scalar) {
            if isSpace(scalar) {
                if beginning.last == " " { continue }
                beginning.append(" ")
            } else {
                beginning.append(scalar)
            }
            length += 1
            if length == 1000 { break }
        }
        return String(beginning).split(separator: " ")
    }

    /// Turns the line around or does nothing to it. Joiners and non-joiners make characters and words what they are.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .format && scalar != "\u{200C}" && scalar != "\u{200D}"
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
    }
}
