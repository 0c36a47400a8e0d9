// What is told by the shape around it: addresses, passwords in URLs, values with a name, blocks of private keys.

extension Redactor {
    // MARK: - E-mail

    /// The address around an at sign: ASCII, with a domain of two labels or more.
    func email(around sign: Int) -> Range<Int>? {
        var start = sign
        while start > done, text[start - 1].isLocalPart { start -= 1 }
        while start < sign, text[start] == UInt8(ascii: ".") || text[start] == UInt8(ascii: "-") { start += 1 }
        guard start < sign, !(sign - start == 3 && holds("git", at: start)) else { return nil }
        var end = sign + 1
        var label = end  // where the last label begins
        while end < text.count {
            let byte = text[end]
            if byte == UInt8(ascii: "."), end > label, end + 1 < text.count, text[end + 1].isLetterOrDigit {
                label = end + 1
            } else if !byte.isLetterOrDigit && byte != UInt8(ascii: "-") {
                break
            }
            end += 1
        }
        while end > label, text[end - 1] == UInt8(ascii: "-") { end -= 1 }
        guard label > sign + 1, end - label >= 2, !Self.isPicture(text[label..<end]) else { return nil }
        // A version, `name@1.2.3`, has no letters there.
        guard text[label..<end].allSatisfy(\.isLetter) || holds("xn--", at: label) else { return nil }
        return start..<end
    }

    /// `icon@2x.png` is a file.
    private static func isPicture(_ ending: ArraySlice<UInt8>) -> Bool {
        ["png", "jpg", "jpeg", "gif", "svg", "webp", "pdf"].contains { ending.elementsEqual($0.utf8) }
    }

    // MARK: - URLs

    /// The password before the host, where a colon begins `://`; without one, a long name is taken for it.
    func urlPassword(at colon: Int) -> Range<Int>? {
        guard holds("://", at: colon) else { return nil }
        let start = colon + 3
        var end = start
        var sign: Int?
        var separator: Int?
        while end < text.count, !text[end].endsAuthority {
            if text[end] == UInt8(ascii: "@") { sign = end }
            if text[end] == UInt8(ascii: ":"), separator == nil, sign == nil { separator = end }
            end += 1
        }
        guard let sign else { return nil }
        if let separator { return separator + 1 < sign && !isStandIn(at: separator + 1) ? separator + 1..<sign : nil }
        return sign - start >= 20 ? start..<sign : nil
    }

    // MARK: - Names and values

    /// The value behind a colon or an equals sign with a name before it that speaks of secrets: `password=…`,
    /// `"apiKey": "…"`, `Authorization: Basic …`.
    func assignedValue(at separator: Int) -> (range: Range<Int>, kind: Replacement)? {
        guard let kind = SecretWords.kind(of: name(before: separator)) else { return nil }
        var start = separator + 1
        if start < text.count, text[start] == UInt8(ascii: "=") || text[start] == UInt8(ascii: ">") { start += 1 }
        let behindSign = start
        while start < text.count, start - behindSign < 8, text[start] == UInt8(ascii: " ") { start += 1 }
        let isTight = start == behindSign && text[separator] == UInt8(ascii: "=")
        var quote: UInt8?
        while start < text.count, start - behindSign < 16, text[start].isQuote || text[start] == UInt8(ascii: "*") {
            if text[start] != UInt8(ascii: "\\"), text[start] != UInt8(ascii: "*") { quote = text[start] }
            start += 1
            while quote == nil, start < text.count, start - behindSign < 16, text[start] == UInt8(ascii: " ") {
                start += 1
            }
        }
        for scheme in ["basic ", "bearer ", "token "] as [StaticString]
        where holds(scheme, at: start, ignoringCase: true) {
            start += scheme.utf8CodeUnitCount
        }
        guard start < text.count, !isStandIn(at: start) else { return nil }
        var value = Value(in: text, at: start, quote: quote)
        guard value.isLikely(kind: kind, isTight: isTight, in: text) else { return nil }
        return (start..<value.end, kind)
    }

    /// The letters before a separator that are its name, or the end of it: at most 32 bytes of the same line.
    private func name(before separator: Int) -> [UInt8] {
        var index = separator
        let first = max(done, separator - 32)
        while index > first, text[index - 1].isQuote || text[index - 1].isBesideName { index -= 1 }
        let end = index
        while index > first, text[index - 1].isNamePart { index -= 1 }
        return Array(text[index..<end])
    }

    /// Whether something stands here in the place of a value: `$PASSWORD`, `<your key>`, `{{ key }}`, `[redacted key]`, `***`.
    private func isStandIn(at start: Int) -> Bool {
        switch text[start] {
        case UInt8(ascii: "$"), UInt8(ascii: "<"), UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("),
            UInt8(ascii: "*"), UInt8(ascii: "%"), UInt8(ascii: "\n"):
            true
        default: false
        }
    }

    private struct Value {
        var start: Int
        var end: Int
        var isQuoted: Bool

        /// A longer one is judged by its beginning.
        private static let judged = 128

        init(in text: [UInt8], at start: Int, quote: UInt8?) {
            self.start = start
            isQuoted = quote != nil
            end = start
            while end < text.count, end - start < Self.judged, !Self.ends(at: text[end], quote: quote) { end += 1 }
            if isQuoted, end == text.count || text[end] != quote && text[end] != UInt8(ascii: "\\") {
                isQuoted = false
                end = start
                while end < text.count, end - start < Self.judged, !text[end].endsValue { end += 1 }
            }
        }

        private static func ends(at byte: UInt8, quote: UInt8?) -> Bool {
            guard let quote else { return byte.endsValue }
            return byte == quote || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\\")
        }

        /// Whether it could be what its name says, and is no word of a sentence and no piece of a program.
        /// Its end is then known.
        mutating func isLikely(kind: Replacement, isTight: Bool, in text: [UInt8]) -> Bool {
            guard judge(kind: kind, isTight: isTight, in: text) else { return false }
            guard end - start == Self.judged else { return true }
            while end < text.count, !text[end].endsValue { end += 1 }
            return true
        }

        private mutating func judge(kind: Replacement, isTight: Bool, in text: [UInt8]) -> Bool {
            if !isQuoted {
                if end < text.count, text[end] == UInt8(ascii: "(") || text[end] == UInt8(ascii: "[") { return false }
                while end > start, end - start < Self.judged, text[end - 1].isPunctuation { end -= 1 }
            }
            let value = Array(text[start..<end])
            guard !value.isEmpty, !SecretWords.placeholders.contains(value.map { $0 | 0x20 }) else { return false }
            if !isQuoted, SecretWords.kind(of: value) != nil { return false }
            let digits = value.count { $0.isDigit }
            if kind == .password {
                let symbols = value.count { $0 > 0x20 && $0 < 0x7F && !$0.isNamePart }
                return isQuoted || (isTight && value.count >= 3) || (value.count >= 6 && digits + symbols > 0)
            }
            return value.count >= 8 && (digits > 0 || isQuoted && !value.contains(UInt8(ascii: " ")))
        }
    }

    // MARK: - Private keys

    /// A block `-----BEGIN … PRIVATE KEY-----` up to its end; where that is missing, up to where it stops being base64.
    mutating func privateKeyBlock(at start: Int) -> Range<Int>? {
        guard holds("-----BEGIN ", at: start) else { return nil }
        var head = start + 11
        while head < text.count, head - start < 64, text[head] != UInt8(ascii: "-") { head += 1 }
        let name = text[start..<head]
        guard holds("-----", at: head), name.ends(in: "PRIVATE KEY") || name.ends(in: "PRIVATE KEY BLOCK") else {
            return nil
        }
        head += 5
        let end = blockEnd(from: head)
        if end < text.count {
            var close = end + 9
            while close < text.count, close - end < 64, text[close] != UInt8(ascii: "-") { close += 1 }
            while close < text.count, text[close] == UInt8(ascii: "-") { close += 1 }
            return start..<close
        }
        var last = head
        var index = head
        while index < text.count, text[index].isPartOfKeyBlock {
            index += 1
            if index == text.count || text[index] == UInt8(ascii: "\n") { last = index }
        }
        return last > head ? start..<last : nil
    }

    /// Where the next `-----END ` stands; the text's end where there is none, or where another block begins before it.
    private mutating func blockEnd(from start: Int) -> Int {
        var index = start
        if let known = nextBlockEnd, known >= start { index = known }
        while index < text.count {
            if text[index] == UInt8(ascii: "-") {
                if holds("-----END ", at: index) { break }
                if holds("-----BEGIN ", at: index) { return text.count }
            }
            index += 1
        }
        nextBlockEnd = index
        return index
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(in word: String) -> Bool {
        count >= word.utf8.count && suffix(word.utf8.count).elementsEqual(word.utf8)
    }
}

extension UInt8 {
    fileprivate var isLocalPart: Bool {
        switch self {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
        default: isLetterOrDigit
        }
    }

    fileprivate var isQuote: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "\\"): true
        default: false
        }
    }

    /// What may stand between a name and its separator: blanks, brackets of a subscript, Markdown's stars.
    fileprivate var isBesideName: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "]") || self == UInt8(ascii: "*")
    }

    fileprivate var isNamePart: Bool {
        switch self {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "): true
        default: isLetterOrDigit
        }
    }

    fileprivate var isPartOfKeyBlock: Bool {
        RandomKey.isPart(self) || isQuote || self == UInt8(ascii: "=") || self == UInt8(ascii: "\n")
            || self == UInt8(ascii: "\r")
    }

    fileprivate var isPunctuation: Bool {
        switch self {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "*"): true
        default: false
        }
    }

    /// What ends a value without quotation marks; text that is not ASCII does, too.
    fileprivate var endsValue: Bool {
        switch self {
        case ...0x20, 0x7F..., UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            true
        default: isQuote
        }
    }

    fileprivate var endsAuthority: Bool {
        switch self {
        case ...0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: ")"), UInt8(ascii: "\\"):
            true
        default: false
        }
    }
}
