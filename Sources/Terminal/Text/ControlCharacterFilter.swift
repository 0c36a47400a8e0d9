// What others wrote must not move the cursor, change the colours or turn the line around: a reply, a title or an error
// line is shown letter by letter, and whatever would be obeyed by the terminal is shown as something one can read.

/// Makes a stream of pieces safe to write to a terminal.
///
/// Newline and tab pass, CR LF becomes LF. Other C0 controls and DEL become their pictures (ESC is ␛). C1 controls,
/// line and paragraph separators, U+FEFF, the overrides and isolates of bidirectional text, and tag characters
/// outside an emoji flag become text such as `\u{202E}`. All else passes to the letter.
package struct ControlCharacterFilter {
    private enum State {
        case plain
        case afterReturn
        case inFlag([Unicode.Scalar])  // the tags so far behind a black flag
    }

    private var state = State.plain

    package init() {}

    /// What of `piece`, and of what was held back before, can be shown now.
    ///
    /// A carriage return and the tags of a flag are held back until the next character decides what they are.
    package mutating func filter(_ piece: String) -> String {
        if case .plain = state, piece.unicodeScalars.allSatisfy(Self.isHarmless) { return piece }
        var shown = String.UnicodeScalarView()
        for scalar in piece.unicodeScalars { receive(scalar, &shown) }
        return String(shown)
    }

    /// What was still held back when the stream ended; the filter is then as new.
    package mutating func finish() -> String {
        var shown = String.UnicodeScalarView()
        release(&shown)
        return String(shown)
    }

    private mutating func receive(_ scalar: Unicode.Scalar, _ shown: inout String.UnicodeScalarView) {
        switch (state, scalar) {
        case (.afterReturn, "\n"):
            state = .plain
            shown.append("\n")
        case (.inFlag(let tags), Self.tagScalars):
            receive(tag: scalar, after: tags, &shown)
        default:
            release(&shown)
            begin(scalar, &shown)
        }
    }

    private mutating func begin(_ scalar: Unicode.Scalar, _ shown: inout String.UnicodeScalarView) {
        switch scalar {
        case "\r":
            state = .afterReturn
        case Self.blackFlag:
            state = .inFlag([])
            shown.append(scalar)
        default:
            Self.append(scalar, to: &shown)
        }
    }

    private mutating func receive(
        tag: Unicode.Scalar, after tags: [Unicode.Scalar], _ shown: inout String.UnicodeScalarView
    ) {
        if tag == Self.cancelTag, Self.flagLengths.contains(tags.count) {
            state = .plain
            shown.append(contentsOf: tags)
            shown.append(tag)
        } else if Self.isFlagTag(tag), tags.count < Self.flagLengths.upperBound {
            state = .inFlag(tags + [tag])
        } else {
            release(&shown)
            Self.append(tag, to: &shown)
        }
    }

    /// Shows what was held back as the controls they turned out to be.
    private mutating func release(_ shown: inout String.UnicodeScalarView) {
        switch state {
        case .plain: break
        case .afterReturn: Self.append("\r", to: &shown)
        case .inFlag(let tags): for tag in tags { Self.append(tag, to: &shown) }
        }
        state = .plain
    }
}

extension ControlCharacterFilter {
    private static let blackFlag: Unicode.Scalar = "\u{1F3F4}"
    private static let cancelTag: Unicode.Scalar = "\u{E007F}"
    private static let tagScalars: ClosedRange<Unicode.Scalar> = "\u{E0000}"..."\u{E007F}"

    /// A flag's tags name a subdivision: two letters for the region and one to four more, `gbsct` for Scotland.
    /// <https://www.unicode.org/reports/tr51/#def_emoji_tag_sequence>
    private static let flagLengths = 3...6

    private static func isFlagTag(_ tag: Unicode.Scalar) -> Bool {
        switch tag {
        case "\u{E0030}"..."\u{E0039}", "\u{E0061}"..."\u{E007A}": true
        default: false
        }
    }

    /// Whether the scalar, met outside a sequence, passes and begins none.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " "..."~", "\n", "\t": true
        case "\r", blackFlag: false
        default: !isPictured(scalar) && !isSpelled(scalar)
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to shown: inout String.UnicodeScalarView) {
        if isPictured(scalar) {
            shown.append(picture(of: scalar))
        } else if isSpelled(scalar) {
            shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
        } else {
            shown.append(scalar)
        }
    }

    private static func isPictured(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\t": false
        case "\u{0}"..."\u{1F}", "\u{7F}": true
        default: false
        }
    }

    /// <https://www.unicode.org/charts/PDF/U2400.pdf>
    private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar == "\u{7F}" ? "\u{2421}" : Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    }

    private static func isSpelled(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{80}"..."\u{9F}": true  // C1
        case "\u{2028}", "\u{2029}": true  // line and paragraph separator
        case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": true  // bidirectional embeddings, overrides, isolates
        case "\u{FEFF}": true
        case tagScalars: true
        default: false
        }
    }
}
