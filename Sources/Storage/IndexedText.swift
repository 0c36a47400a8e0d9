/// A text as it goes into the index, and as what is looked for in it has to be made too.
///
/// The index's tokenizer cuts texts into words at spaces and marks, and folds case and accents. Scripts that put no space
/// between words would be one word a sentence; each of their characters is therefore made a word, and what is looked for
/// a phrase of such. The index keeps no text: to take a message out of it takes just the words that it was put in with.
/// So whoever changes what this makes of a text has to have the index made anew (``PendingWork/index``).
enum IndexedText {
    static func words(of text: String) -> String {
        // Nearly all text is without such characters, and their UTF-8 begins with these bytes.
        guard text.utf8.contains(where: { $0 >= 0xE0 }) else { return text }
        var words = String.UnicodeScalarView()
        var lastIsWord = false
        for scalar in text.unicodeScalars {
            let isWord = isWrittenWithoutSpaces(scalar)
            if isWord || lastIsWord { words.append(" ") }
            words.append(scalar)
            lastIsWord = isWord
        }
        return String(words)
    }

    /// The blocks of such scripts. <https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt>
    ///
    /// Korean has spaces, but what follows a noun is written on to it.
    private static func isWrittenWithoutSpaces(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0EFF: true  // Thai, Lao
        case 0x1000...0x109F, 0x1780...0x17FF: true  // Myanmar, Khmer
        case 0x1100...0x11FF, 0x3130...0x318F, 0xA960...0xA97F, 0xAC00...0xD7FF: true  // Hangul
        case 0x3005...0x3007, 0x3040...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF: true  // kana, bopomofo, repetition
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true  // Han
        case 0xFF66...0xFFDC: true  // halfwidth kana and Hangul
        default: false
        }
    }
}
