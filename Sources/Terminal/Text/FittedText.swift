extension DisplayWidth {
    package enum Alignment: Sendable {
        case left
        case right
    }

    /// The text in at most `columns` columns; what is cut off ends in `…`, and no grapheme is cut.
    package static func truncated(_ text: String, toColumns limit: Int) -> String {
        guard columns(of: text) > limit else { return text }
        guard limit > 0 else { return "" }
        var kept = ""
        var width = 1  // of the …
        for character in text {
            width += columns(of: character)
            if width > limit { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The text with spaces to fill `columns` columns; a longer one is left as it is.
    package static func padded(
        _ text: String, toColumns width: Int, alignment: Alignment = .left
    ) -> String {
        let spaces = String(repeating: " ", count: max(0, width - columns(of: text)))
        return switch alignment {
        case .left: text + spaces
        case .right: spaces + text
        }
    }
}
