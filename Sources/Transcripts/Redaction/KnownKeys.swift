/// How the keys of a service look: what they begin with, and what follows.
struct KeyShape {
    enum Alphabet { case lettersAndDigits, wordAndDash, wordDashAndDot, capitalsAndDigits }

    var prefix: StaticString
    var alphabet: Alphabet
    /// How many characters follow at least.
    var minimum: Int
    /// How many at most, where that is known: what is longer is something else.
    var maximum: Int?
    /// Names begin so, too: what is only words joined by dashes is none of its keys.
    var isWordLike = false

    func contains(_ byte: UInt8) -> Bool {
        switch alphabet {
        case .lettersAndDigits: byte.isLetterOrDigit
        case .wordAndDash: byte.isLetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        case .wordDashAndDot:
            byte.isLetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        case .capitalsAndDigits: byte.isDigit || byte &- UInt8(ascii: "A") < 26
        }
    }

    static let all: [KeyShape] = [
        KeyShape(prefix: "sk-ant-", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "sk-proj-", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "sk-or-v1-", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "sk-svcacct-", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "sk-", alphabet: .wordAndDash, minimum: 16, isWordLike: true),
        KeyShape(prefix: "sk_live_", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "sk_test_", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "rk_live_", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "rk_test_", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "shpat_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "shpss_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "ghp_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "gho_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "ghu_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "ghs_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "ghr_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "github_pat_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "glpat-", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "gsk_", alphabet: .lettersAndDigits, minimum: 16),
        KeyShape(prefix: "xoxa-", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "xoxb-", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "xoxp-", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "xoxr-", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "xoxs-", alphabet: .wordAndDash, minimum: 10),
        KeyShape(prefix: "xapp-", alphabet: .wordAndDash, minimum: 10, isWordLike: true),
        KeyShape(prefix: "AKIA", alphabet: .capitalsAndDigits, minimum: 16, maximum: 16),
        KeyShape(prefix: "ASIA", alphabet: .capitalsAndDigits, minimum: 16, maximum: 16),
        KeyShape(prefix: "AIza", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "GOCSPX-", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "ya29.", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "SG.", alphabet: .wordDashAndDot, minimum: 16, isWordLike: true),
        KeyShape(prefix: "hf_", alphabet: .lettersAndDigits, minimum: 16),
        KeyShape(prefix: "npm_", alphabet: .lettersAndDigits, minimum: 16),
        KeyShape(prefix: "pypi-", alphabet: .wordAndDash, minimum: 16, isWordLike: true),
        KeyShape(prefix: "whsec_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "dop_v1_", alphabet: .wordAndDash, minimum: 16),
        KeyShape(prefix: "r8_", alphabet: .lettersAndDigits, minimum: 16),
    ]

    /// Those that begin with this character of ASCII.
    static let byFirstCharacter: [[KeyShape]] = (0..<128).map { first in
        all.filter { unsafe $0.prefix.utf8Start[0] == first }
    }
}

extension Redactor {
    /// A key of a known kind that begins here, at the beginning of a word.
    func knownKey(at start: Int) -> Range<Int>? {
        for shape in KeyShape.byFirstCharacter[Int(text[start])] {
            if let found = key(of: shape, at: start) { return found }
        }
        switch text[start] {
        case UInt8(ascii: "e"): return webToken(at: start)
        case UInt8(ascii: "b"), UInt8(ascii: "B"): return bearer(at: start)
        default: return nil
        }
    }

    private func key(of shape: KeyShape, at start: Int) -> Range<Int>? {
        // Within a longer word of the same characters it begins nothing; and so no word is looked at twice.
        guard holds(shape.prefix, at: start), start == 0 || !shape.contains(text[start - 1]) else { return nil }
        let first = start + shape.prefix.utf8CodeUnitCount
        var end = first
        while end < text.count, shape.contains(text[end]) { end += 1 }
        while end > first, text[end - 1] == UInt8(ascii: "-") || text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        guard end - first >= shape.minimum else { return nil }
        if let maximum = shape.maximum {
            guard end - first <= maximum, end == text.count || !text[end].isLetterOrDigit else { return nil }
        }
        if shape.isWordLike, isWords(first..<end) { return nil }
        return start..<end
    }

    /// Whether it is words of at most 15 letters, of which the first may be a capital, and few digits, which stand behind
    /// them: `learn-contrib-something`, `cube-grid-cube9`.
    private func isWords(_ range: Range<Int>) -> Bool {
        guard text[range].count(where: \.isDigit) < 4 else { return false }
        return text[range].split(whereSeparator: { !$0.isLetterOrDigit }).allSatisfy { part in
            let digits = part.reversed().prefix(while: \.isDigit).count
            let letters = part.dropLast(digits)
            return letters.count <= 15 && letters.allSatisfy(\.isLetter)
                && letters.dropFirst().allSatisfy { $0 & 0x20 != 0 }
        }
    }

    /// A JSON Web Token: two parts or more of base64, the first of which begins an object. RFC 7519.
    private func webToken(at start: Int) -> Range<Int>? {
        guard holds("eyJ", at: start), start == 0 || text[start - 1] != UInt8(ascii: "-"),
            start == 0 || text[start - 1] != UInt8(ascii: ".")
        else { return nil }
        let first = endOfBase64(from: start)
        guard first - start >= 10, first < text.count, text[first] == UInt8(ascii: ".") else { return nil }
        var end = endOfBase64(from: first + 1)
        guard end - first > 10 else { return nil }
        while end < text.count, text[end] == UInt8(ascii: ".") {
            let next = endOfBase64(from: end + 1)
            guard next > end + 1 else { break }
            end = next
        }
        return start..<end
    }

    private func endOfBase64(from start: Int) -> Int {
        var end = start
        while end < text.count, text[end].isBase64URL { end += 1 }
        return end
    }

    /// What follows `Bearer` in a request's head.
    private func bearer(at start: Int) -> Range<Int>? {
        guard holds("bearer", at: start, ignoringCase: true) else { return nil }
        var first = start + 6
        while first < text.count, first - start < 10, text[first] == UInt8(ascii: " ") { first += 1 }
        guard first > start + 6 else { return nil }
        var end = first
        var digits = 0
        while end < text.count, text[end].isTokenCharacter {
            if text[end].isDigit { digits += 1 }
            end += 1
        }
        guard end - first >= 16, digits > 0 || !isWords(first..<end) else { return nil }
        return first..<end
    }

    func holds(_ word: StaticString, at start: Int, ignoringCase: Bool = false) -> Bool {
        guard start + word.utf8CodeUnitCount <= text.count else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            let byte = text[start + index]
            guard (ignoringCase ? byte | 0x20 : byte) == (unsafe word.utf8Start[index]) else { return false }
        }
        return true
    }
}

extension UInt8 {
    var isBase64URL: Bool { isLetterOrDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }

    /// Of `token68`, RFC 9110, 11.2.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"),
            UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: isLetterOrDigit
        }
    }
}
