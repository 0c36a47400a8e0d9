internal import SQLite

/// A text as it goes into the index, and as what is looked for in it has to be made too.
///
/// The index's tokenizer cuts texts into words at spaces and marks, and folds case and accents. Scripts that put no space
/// between words would be one word a sentence; each of their characters is therefore made a word, and what is looked for
/// a phrase of such. So is each symbol: an emoji is found wherever it stands, and `C++` is the phrase `c + +`. The index
/// keeps no text: to take a message out of it takes just the words that it was put in with. So whoever changes what this
/// makes of a text, or the tokenizer, has to have the index made anew (``PendingWork/index``).
enum IndexedText {
    /// The index's tokenizer, as the migrations name it.
    static func tokenizer(of connection: Connection) throws(SQLiteError) -> FullTextTokenizer {
        try FullTextTokenizer(
            "unicode61",
            arguments: [
                "remove_diacritics", "2", "categories", "L* N* Co So", "tokenchars", "+#",
                "separators", "\u{1F3FB}\u{1F3FC}\u{1F3FD}\u{1F3FE}\u{1F3FF}",
            ],
            of: connection)
    }

    /// The text with spaces around each such character, and Greek and Cyrillic letters without the accents that the
    /// tokenizer leaves on them. No byte is taken away, and none but spaces comes in.
    static func words(of text: String) -> String {
        var text = text
        return text.withUTF8 { unsafe spaced($0) } ?? text
    }

    /// - Returns: nil where the text is good as it is.
    private static func spaced(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        var change = unsafe nextChange(in: text, from: 0)
        guard change != nil else { return nil }
        // A character that is a word has a byte at least, and gets two spaces at most.
        return unsafe String(unsafeUninitializedCapacity: text.count * 3) { output in
            var copied = 0
            var count = 0
            var isBehindWord = false
            func copy(_ range: Range<Int>, isWord: Bool) {
                guard !range.isEmpty else { return }
                if isWord || isBehindWord {
                    unsafe output[count] = UInt8(ascii: " ")
                    count += 1
                }
                let part = unsafe UnsafeBufferPointer(rebasing: text[range])
                _ = unsafe UnsafeMutableBufferPointer(rebasing: output[count...]).update(fromContentsOf: part)
                count += range.count
                isBehindWord = isWord
            }
            while let found = change {
                copy(copied..<found.place.lowerBound, isWord: false)
                copy(found.place, isWord: found.letter == nil)
                if let letter = found.letter {
                    // As long as the one that it stands for: two bytes.
                    unsafe output[count - 2] = UInt8(truncatingIfNeeded: 0xC0 | letter >> 6)
                    unsafe output[count - 1] = UInt8(truncatingIfNeeded: 0x80 | letter & 0x3F)
                }
                copied = found.place.upperBound
                change = unsafe nextChange(in: text, from: copied)
            }
            copy(copied..<text.count, isWord: false)
            return count
        }
    }

    /// A character that does not stay as it is.
    private struct Change {
        var place: Range<Int>
        /// What stands for it; nil for a character that is a word by itself.
        var letter: UInt32?
    }

    /// The text is UTF-8 without errors.
    private static func nextChange(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Change? {
        var index = start
        while index < text.count {
            let byte = unsafe text[index]
            if byte < 0x80 {
                if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "#") { return Change(place: index..<index + 1) }
                index += 1
                continue
            }
            let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            var value = UInt32(byte) & (0xFF >> UInt32(length + 1))
            for offset in 1..<length { value = unsafe value << 6 | UInt32(text[index + offset] & 0x3F) }
            if let letter = unaccented(value) { return Change(place: index..<index + length, letter: letter) }
            if isWord(value) { return Change(place: index..<index + length) }
            index += length
        }
        return nil
    }

    /// The letter without its accent, where the tokenizer would leave that on it; nil for all others.
    private static func unaccented(_ value: UInt32) -> UInt32? {
        guard value >= 0x0386 && value <= 0x0451 else { return nil }
        return switch value {
        case 0x0386, 0x03AC: 0x03B1  // alpha
        case 0x0388, 0x03AD: 0x03B5  // epsilon
        case 0x0389, 0x03AE: 0x03B7  // eta
        case 0x038A, 0x0390, 0x03AA, 0x03AF, 0x03CA: 0x03B9  // iota
        case 0x038C, 0x03CC: 0x03BF  // omicron
        case 0x038E, 0x03AB, 0x03B0, 0x03CB, 0x03CD: 0x03C5  // upsilon
        case 0x038F, 0x03CE: 0x03C9  // omega
        case 0x0401, 0x0451: 0x0435  // Cyrillic io, mostly written as ie
        default: nil
        }
    }

    private static func isWord(_ value: UInt32) -> Bool {
        // Nearly all letters with accents, and punctuation.
        if value < 0x0482 { return value >= 0xA6 && value <= 0xB0 && value != 0xAA && value != 0xAD }
        if value >= 0x2010 && value < 0x2100 { return false }
        return isWrittenWithoutSpaces(value) || isSymbol(value)
    }

    /// The blocks of such scripts. <https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt>
    ///
    /// Korean has spaces, but what follows a noun is written on to it.
    private static func isWrittenWithoutSpaces(_ value: UInt32) -> Bool {
        switch value {
        case 0x0E00...0x0EFF: true  // Thai, Lao
        case 0x1000...0x109F, 0x1780...0x17FF: true  // Myanmar, Khmer
        case 0x1100...0x11FF, 0x3130...0x318F, 0xA960...0xA97F, 0xAC00...0xD7FF: true  // Hangul
        case 0x3005...0x3007, 0x3040...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF: true  // kana, bopomofo, repetition
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true  // Han
        case 0xFF66...0xFFDC: true  // halfwidth kana and Hangul
        default: false
        }
    }

    /// Where symbols are: the characters of category So, and with them what stands among them and is no letter of a word.
    /// One that were left out would belong to the word beside it.
    /// <https://www.unicode.org/Public/UCD/latest/ucd/extracted/DerivedGeneralCategory.txt>
    private static func isSymbol(_ value: UInt32) -> Bool {
        switch value {
        case 0x1F000...0x1FBFF: true  // emoji and their like
        case 0x2100...0x2BFF: true  // signs, arrows, frames, shapes
        case 0x2CE5...0x2CEA, 0x2E50...0x3004, 0x3012...0x3020, 0x3036...0x3037, 0x303E...0x303F: true
        case 0x3190...0x319F, 0x31C0...0x31EF, 0x3200...0x33FF, 0x4DC0...0x4DFF, 0xA490...0xA4C6: true  // of East Asia
        case 0x0482, 0x058D...0x058E, 0x060E...0x060F, 0x06DE, 0x06E9, 0x06FD...0x06FE, 0x07F6: true
        case 0x09FA, 0x0B70, 0x0BF3...0x0BFA, 0x0C7F, 0x0D4F, 0x0D79: true  // of India
        case 0x0F01...0x0F17, 0x0F1A...0x0F1F, 0x0F34, 0x0F36, 0x0F38, 0x0FBE...0x0FD8: true  // of Tibet
        case 0x1390...0x1399, 0x166D, 0x1940, 0x19DE...0x19FF, 0x1B61...0x1B6A, 0x1B74...0x1B7C: true
        case 0xA828...0xA82B, 0xA836...0xA839, 0xAA77...0xAA79: true
        case 0xFBC3...0xFBD2, 0xFD40...0xFD4F, 0xFD90...0xFD91, 0xFDC8...0xFDCF, 0xFDFD...0xFDFF, 0xFFE4...0xFFFD: true
        case 0x10137...0x101FC, 0x10877...0x10878, 0x10AC8, 0x10ED1...0x10ED8, 0x1173F, 0x11FD5...0x11FF1: true
        case 0x16B3C...0x16B3F, 0x16B45, 0x1BC9C, 0x1CC00...0x1D356, 0x1D800...0x1DA86: true  // music, writing of signs
        case 0x1E14F, 0x1ECAC, 0x1ED2E: true
        default: false
        }
    }
}
