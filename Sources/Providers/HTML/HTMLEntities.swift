/// The text that HTML's character references stand for.
enum HTMLEntities {
    /// References that name no character, or that have no semicolon, stay as they are.
    ///
    /// Of the named ones it knows those that WordPress writes.
    static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
            decoded += rest[..<start]
            rest = rest[start...]
            // The longest that is looked for; what is longer is none, and is not searched through again and again.
            if let end = rest.prefix(16).firstIndex(of: UInt8(ascii: ";")),
                let scalar = scalar(String(decoding: rest[(start + 1)..<end], as: UTF8.self))
            {
                decoded += scalar.utf8
                rest = rest[(end + 1)...]
            } else {
                decoded.append(rest.removeFirst())
            }
        }
        return decoded + rest
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "quot": return "\""
        case "apos": return "'"
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "nbsp": return "\u{A0}"
        default:
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let number =
                digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            // As browsers do it with numbers that are no character's.
            return number.map { $0 == 0 ? "\u{FFFD}" : Unicode.Scalar($0) ?? "\u{FFFD}" }
        }
    }
}
