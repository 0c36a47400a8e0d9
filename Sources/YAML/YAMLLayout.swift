/// How values are written: mappings as blocks, lists in brackets, quotes where they are needed.
struct YAMLLayout {
    /// How many columns what is in a block stands further right.
    var step: Int

    /// The lines of a key and its value, without line ends.
    func lines(_ key: String, _ value: YAMLValue, indentation: Int) -> [String] {
        let start = String(repeating: " ", count: indentation) + scalar(key, inFlow: false) + ":"
        guard case .mapping(let members) = value, !members.isEmpty else { return [start + " " + inline(value)] }
        return [start] + members.flatMap { lines($0.key, $0.value, indentation: indentation + step) }
    }

    /// The value in one line.
    func inline(_ value: YAMLValue, inFlow: Bool = false) -> String {
        switch value {
        case .text(let text): scalar(text, inFlow: inFlow)
        case .word(let word): word.isEmpty ? "null" : word
        case .sequence(let elements): "[" + elements.map { inline($0, inFlow: true) }.joined(separator: ", ") + "]"
        case .mapping(let members): "{" + members.map(inline).joined(separator: ", ") + "}"
        }
    }

    /// A key and its value as they stand in brackets.
    func inline(_ member: YAMLValue.Member) -> String {
        scalar(member.key, inFlow: true) + ": " + inline(member.value, inFlow: true)
    }

    private func scalar(_ text: String, inFlow: Bool) -> String {
        guard !PlainWords.mayStandPlain(text, inFlow: inFlow) else { return text }
        return "\"" + text.unicodeScalars.map(Self.escaped).joined() + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        // Those that end a line to YAML, and that an eye cannot see.
        case "\u{85}", "\u{2028}", "\u{2029}": return hexadecimal(scalar)
        case _ where !SourceText.isAllowed(scalar): return hexadecimal(scalar)
        default: return String(Character(scalar))
        }
    }

    /// U+0000 to U+FFFF: the others are allowed as they are.
    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
