/// The tags and texts of a page, one after the other, in one pass: enough to find an attribute, or to leave the tags out.
///
/// What is in comments, scripts and styles is passed over. A page may be cut anywhere or be no page at all: a tag
/// without an end is the last thing in it, and is not given.
struct HTMLTokenizer {
    enum Token: Equatable {
        case text(ArraySlice<UInt8>)
        /// The beginning of an element: all that stands between its name and the `>`.
        case tag(attributes: ArraySlice<UInt8>)
        /// The end of an element, a comment, a declaration.
        case other
    }

    private var rest: ArraySlice<UInt8>

    init(_ page: ArraySlice<UInt8>) { rest = page }

    /// The next token; nil at the end.
    mutating func next() -> Token? {
        guard let first = rest.first else { return nil }
        guard first == UInt8(ascii: "<"), let second = rest.dropFirst().first, let kind = Self.kind(second) else {
            return text()
        }
        switch kind {
        case .beginning: return tag() ?? .other
        case .end: _ = takeTag()
        case .declaration: skipDeclaration()
        }
        return .other
    }

    private enum Kind { case beginning, end, declaration }

    private static func kind(_ second: UInt8) -> Kind? {
        switch second {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .beginning
        case UInt8(ascii: "/"): .end
        case UInt8(ascii: "!"), UInt8(ascii: "?"): .declaration
        default: nil
        }
    }

    /// Everything up to the next `<`, the first byte whatever it is.
    private mutating func text() -> Token {
        let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
        defer { rest = rest[end...] }
        return .text(rest[..<end])
    }

    private mutating func tag() -> Token? {
        guard let inside = takeTag()?.dropFirst() else { return nil }
        let name = inside.prefix { !HTMLAttributes.isSpace($0) && $0 != UInt8(ascii: "/") }
        let element = String(decoding: name, as: UTF8.self).lowercased()
        if element == "script" || element == "style" { skipContents(of: element) }
        return .tag(attributes: inside[name.endIndex...])
    }

    /// The tag that stands next, from its `<` to before its `>`, where one in quotation marks does not count; nil
    /// where it has no end.
    private mutating func takeTag() -> ArraySlice<UInt8>? {
        var quote: UInt8?
        for index in rest.indices {
            switch rest[index] {
            case let byte where quote != nil: if byte == quote { quote = nil }
            // A quotation mark begins a value only behind an equals sign: others are letters like all.
            case UInt8(ascii: "\""), UInt8(ascii: "'"): if isAfterEquals(index) { quote = rest[index] }
            case UInt8(ascii: ">"):
                defer { rest = rest[(index + 1)...] }
                return rest[..<index]
            default: break
            }
        }
        rest = rest[rest.endIndex...]
        return nil
    }

    private func isAfterEquals(_ index: Int) -> Bool {
        var index = index - 1
        while index > rest.startIndex, HTMLAttributes.isSpace(rest[index]) { index -= 1 }
        return index > rest.startIndex && rest[index] == UInt8(ascii: "=")
    }

    private mutating func skipDeclaration() {
        skip(behind: rest.starts(with: "<!--".utf8) ? "-->" : ">")
    }

    /// Passes over what is no HTML although it stands between tags.
    private mutating func skipContents(of name: String) {
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...]
            let end = rest.prefix(2 + name.utf8.count)
            if String(decoding: end, as: UTF8.self).lowercased() == "</" + name { return }
            rest.removeFirst()
        }
        rest = rest[rest.endIndex...]
    }

    private mutating func skip(behind mark: String) {
        let start = rest.indices.first { rest[$0...].starts(with: mark.utf8) }
        rest = start.map { rest[($0 + mark.utf8.count)...] } ?? rest[rest.endIndex...]
    }
}
