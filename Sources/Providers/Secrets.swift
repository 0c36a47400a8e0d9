/// What must not be repeated when others' words are written down.
struct Secrets: Sendable {
    private let known: [String]

    private static let mask = "…"
    /// Shorter ones would take words apart, and are not secret.
    private static let minimumLength = 4
    /// What keys of other people begin with, as services repeat them in their errors.
    private static let prefixes = ["sk-", "sk_", "pk-", "key-", "gsk_", "xai-", "AIza", "Bearer ", "Basic "]

    init(_ known: [String?]) {
        self.known = known.compactMap(\.self).filter { $0.utf8.count >= Self.minimumLength }
    }

    func adding(_ more: [String]) -> Secrets {
        Secrets(known + more)
    }

    /// The text without any of them, nor anything that looks like a key.
    func masked(_ text: String) -> String {
        var text = text
        for secret in known { text = text.replacing(secret, with: Self.mask) }
        for prefix in Self.prefixes { text = Self.maskingWords(after: prefix, in: text) }
        return text
    }

    private static func maskingWords(after prefix: String, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let found = rest.firstRange(of: prefix) {
            let word = rest[found.upperBound...].prefix { $0.isLetter || $0.isNumber || "-_*.+/=~".contains($0) }
            result += rest[..<found.upperBound]
            result += word.count >= minimumLength ? mask : String(word)
            rest = rest[word.endIndex...]
        }
        return result + rest
    }
}
