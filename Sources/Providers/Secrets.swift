internal import AsyncHTTPClient
internal import Conversations

/// What must not be repeated when others' words are written down.
struct Secrets: Sendable {
    /// The longest first, since one may be a part of another.
    private let known: [String]

    private static let mask = "…"
    /// Shorter ones would take words apart, and are not secret.
    private static let minimumLength = 4

    init(_ known: [String]) {
        self.known = known.filter { $0.count >= Self.minimumLength }.sorted { $0.count > $1.count }
    }

    /// What a provider is configured with, and its key or token.
    init(of configuration: ProviderConfiguration, and key: String?) {
        var known = key.map { [$0] } ?? []
        if let proxy = configuration.proxy, let password = proxy.password {
            let login = HTTPClient.Authorization.basic(username: proxy.user ?? "", password: password).headerValue
            known += [password] + login.split(separator: " ").map(String.init).suffix(1)
        }
        for header in configuration.headers where Self.isSecret(header) {
            // Behind the word for the kind of it stands the secret itself.
            known += [header.value] + header.value.split(separator: " ").dropFirst().map(String.init)
        }
        self.init(known)
    }

    private static func isSecret(_ header: HTTPHeader) -> Bool {
        let name = header.name.lowercased()
        return ["auth", "cookie", "key", "token", "secret"].contains { name.contains($0) }
    }

    func adding(_ more: [String]) -> Secrets {
        Secrets(known + more)
    }

    // MARK: - Masking

    /// The text without any of them, nor anything that looks like a key.
    func masked(_ text: String) -> String {
        var text = text
        for secret in known { text = text.replacing(secret, with: Self.mask) }
        return Self.maskingKeys(in: maskingEnd(of: text))
    }

    func masked(_ error: ProviderError) -> ProviderError {
        var error = error
        error.detail = error.detail.map(masked)
        return error
    }

    /// Does the work; its errors come out masked.
    func masking<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as ProviderError {
            throw masked(error)
        }
    }

    /// Long words are cut, perhaps in the middle of a secret.
    private func maskingEnd(of text: String) -> String {
        for secret in known {
            for length in stride(from: secret.count - 1, through: Self.minimumLength, by: -1)
            where text.hasSuffix(secret.prefix(length)) {
                return text.dropLast(length) + Self.mask
            }
        }
        return text
    }

    // MARK: - Keys of others

    /// What keys begin with, as services repeat them in their errors.
    private static let prefixes = ["sk-", "sk_", "pk-", "pk_", "key-", "gsk_", "xai-", "AIza"]

    private static func maskingKeys(in text: String) -> String {
        var masked = ""
        var rest = text[...]
        var former: Substring = ""
        while !rest.isEmpty {
            masked += rest.prefix { !isPartOfKey($0) }
            rest = rest.drop { !isPartOfKey($0) }
            let word = rest.prefix(while: isPartOfKey)
            masked += isKey(word, after: former) ? mask : String(word)
            rest = rest[word.endIndex...]
            former = word
        }
        return masked
    }

    private static func isPartOfKey(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_*.+/=~".contains(character))
    }

    private static func isKey(_ word: Substring, after former: Substring) -> Bool {
        // A service has left out the middle; the ends are nobody's business either.
        if word.contains("***") { return true }
        if ["bearer", "basic"].contains(former.lowercased()) { return isRandom(word) }
        guard let prefix = prefixes.first(where: word.hasPrefix) else { return false }
        return isRandom(word.dropFirst(prefix.count))
    }

    /// No word of a language.
    private static func isRandom(_ word: Substring) -> Bool {
        word.count >= 16 || (word.count >= minimumLength && word.contains(where: \.isNumber))
    }
}
