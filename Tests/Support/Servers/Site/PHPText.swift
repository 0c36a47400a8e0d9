/// Text as PHP writes it.
enum PHPText {
    /// A JSON string in ASCII: `json_encode` escapes slashes, and all else beyond ASCII as UTF-16.
    static func json(_ text: String) -> String {
        var quoted = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: quoted += #"\""#
            case 0x5C: quoted += #"\\"#
            case 0x2F: quoted += #"\/"#
            case 0x0A: quoted += #"\n"#
            case 0x0D: quoted += #"\r"#
            case 0x09: quoted += #"\t"#
            case 0x08: quoted += #"\b"#
            case 0x0C: quoted += #"\f"#
            case 0x20..<0x7F: quoted.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                quoted += #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return quoted + "\""
    }

    /// JSON as the value of an HTML attribute in single quotes.
    static func attribute(_ json: String) -> String {
        var escaped = ""
        for character in json {
            switch character {
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#039;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// Without the white space that `trim` takes: ASCII's, and NUL.
    static func trimmed(_ text: String) -> String {
        let isSpace: (Unicode.Scalar) -> Bool = { " \t\n\r\0\u{B}".unicodeScalars.contains($0) }
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
        while let last = scalars.last, isSpace(last) { scalars.removeLast() }
        return String(scalars)
    }

    /// What an `if` takes for true.
    static func isTrue(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?: false
        case .boolean(let value)?: value
        case .number(let number)?: number != 0
        case .string(let text)?: !text.isEmpty && text != "0"
        case .array(let elements)?: !elements.isEmpty
        case .object(let members)?: !members.isEmpty
        }
    }
}
