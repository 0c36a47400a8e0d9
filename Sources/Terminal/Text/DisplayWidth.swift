/// How many columns of a terminal a text takes.
///
/// Nobody can know it for sure, terminals differ; this is what most of today's do. Controls count as none: show them
/// with
/// `ControlCharacterFilter` first.
package enum DisplayWidth {
    /// The columns of a text written in one line.
    package static func columns(of text: String) -> Int {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text.utf8.count }
        return text.reduce(0) { $0 + columns(of: $1) }
    }

    /// The columns of one grapheme: 0, 1 or 2.
    package static func columns(of character: Character) -> Int {
        let scalars = character.unicodeScalars
        if isEmojiByVariation(scalars) { return 2 }
        return min(2, scalars.reduce(0) { $0 + columns(of: $1) })
    }

    /// Whether variation selector 16 asks for the picture, as in ❤️ and in keycaps.
    private static func isEmojiByVariation(_ scalars: Character.UnicodeScalarView) -> Bool {
        guard let first = scalars.first, first.properties.isEmoji else { return false }
        return scalars.contains("\u{FE0F}")
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar {
        case " "..."~": 1
        case "\u{AD}": 1  // a soft hyphen is a format character, and drawn all the same
        case "\u{1160}"..."\u{11FF}", "\u{D7B0}"..."\u{D7FF}": 0  // vowels and finals of a Hangul syllable
        default: isWide(scalar) ? 2 : isWithoutWidth(scalar) ? 0 : 1
        }
    }

    private static func isWithoutWidth(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
