// Text as the bytes it comes in: walked through and copied without being made a string.

extension [UInt8] {
    /// Adds what lies in this part of the text.
    mutating func append(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        unsafe text.extracting(range).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }
}

extension Span<UInt8> {
    /// Where the line ends that holds this place: at its line feed, or at the end of the text.
    borrowing func endOfLine(from start: Int) -> Int {
        var index = start
        while index < count, self[index] != UInt8(ascii: "\n") { index += 1 }
        return index
    }

    /// Whether these bytes stand here.
    borrowing func holds(_ word: StaticString, at start: Int) -> Bool {
        guard start + word.utf8CodeUnitCount <= count else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            guard self[start + index] == (unsafe word.utf8Start[index]) else { return false }
        }
        return true
    }
}

extension UInt8 {
    /// A control character other than those that lay out text: tab and line feed.
    var isOddControl: Bool { self < 0x20 && self != 0x09 && self != 0x0A || self == 0x7F }

    var isDigit: Bool { self &- 0x30 < 10 }
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    var isLetterOrDigit: Bool { isDigit || isLetter }
}

/// Control characters made visible by their pictures, as the block of Unicode at U+2400 has them.
enum ControlPictures {
    /// Adds the picture of a control character of ASCII: ␀ for NUL, ␡ for DEL.
    static func append(_ control: UInt8, to bytes: inout [UInt8]) {
        bytes.append(0xE2)
        bytes.append(0x90)
        bytes.append(control == 0x7F ? 0xA1 : 0x80 + control)
    }

    /// The text with its odd controls as pictures; all else, line ends too, as it is.
    static func picture(of text: borrowing Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + 16)
        for index in 0..<text.count {
            let byte = text[index]
            if byte.isOddControl { append(byte, to: &bytes) } else { bytes.append(byte) }
        }
        return bytes
    }

    /// The text on one line: line ends and tabs are spaces, other controls their pictures. Separators of lines and
    /// paragraphs (U+0085, U+2028, U+2029) are spaces, too.
    static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{85}", "\u{2028}", "\u{2029}": line.append(" ")
            case "\u{0}"..."\u{1F}": line.append(Unicode.Scalar(0x2400 + scalar.value) ?? scalar)
            case "\u{7F}": line.append("\u{2421}")
            default: line.append(scalar)
            }
        }
        return String(line)
    }
}
