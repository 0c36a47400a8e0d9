extension ControlCharacterFilter {
    /// A whole text, safe to write to a terminal.
    package static func visible(_ text: String) -> String {
        var filter = ControlCharacterFilter()
        return filter.filter(text) + filter.finish()
    }

    /// A whole text for a place of one line, a title or an error: newlines and tabs are spaces.
    package static func visibleLine(_ text: String) -> String {
        let shown = visible(text)
        guard shown.utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t") }) else { return shown }
        var line = String.UnicodeScalarView()
        for scalar in shown.unicodeScalars { line.append(scalar == "\n" || scalar == "\t" ? " " : scalar) }
        return String(line)
    }
}
