/// The attributes of a tag, in order: with single quotes, double quotes, none, or without a value.
struct HTMLAttributes: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    /// - Parameter text: What stands between the tag's name and its `>`.
    init(_ text: ArraySlice<UInt8>) { rest = text }

    /// The next attribute: its name in lower case, and its value as it is written, entities and all.
    mutating func next() -> (name: String, value: ArraySlice<UInt8>)? {
        rest = rest.drop { Self.isSpace($0) || $0 == UInt8(ascii: "/") }
        guard !rest.isEmpty else { return nil }
        // An equals sign in front belongs to the name: https://html.spec.whatwg.org/#before-attribute-name-state
        let end =
            rest.dropFirst().firstIndex { Self.isSpace($0) || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "/") }
            ?? rest.endIndex
        let name = String(decoding: rest[..<end], as: UTF8.self).lowercased()
        rest = rest[end...]
        let behind = rest.drop(while: Self.isSpace)
        guard behind.first == UInt8(ascii: "=") else { return (name, []) }
        rest = behind.dropFirst().drop(while: Self.isSpace)
        return (name, takeValue())
    }

    private mutating func takeValue() -> ArraySlice<UInt8> {
        guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let value = rest.prefix { !Self.isSpace($0) }
            rest = rest[value.endIndex...]
            return value
        }
        let value = rest.dropFirst().prefix { $0 != quote }
        rest = rest[value.endIndex...].dropFirst()
        return value
    }

    /// White space as HTML has it.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || 0x09...0x0D ~= byte && byte != 0x0B
    }
}
