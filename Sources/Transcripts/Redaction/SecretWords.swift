/// The words by which secrets are called.
enum SecretWords {
    private static let passwords = ["password", "passwd", "passphrase", "passwort", "pwd"].map { Array($0.utf8) }
    private static let keys = [
        "apikey", "accesskey", "secretkey", "privatekey", "authkey", "signingkey", "encryptionkey", "secret", "token",
        "authorization", "credential",
    ].map { Array($0.utf8) }
    private static let hints: Set<UInt128> = Set(
        [
            "key", "keys", "apikey", "api_key", "token", "tokens", "secret", "password", "passwd", "credential",
            "credentials", "bearer",
        ].map { packed(Array($0.utf8)[...]) })

    /// What a name's value is; nil where the name says nothing of secrets. `OPENAI_API_KEY`, `clientSecret` and
    /// `API key` do.
    static func kind(of name: [UInt8]) -> Redactor.Replacement? {
        // Most names end otherwise: in `d`, `e`, `l`, `n`, `t` and `y` these do.
        guard let last = name.last(where: \.isLetterOrDigit), "delnty".utf8.contains(last | 0x20) else { return nil }
        let letters = name.filter(\.isLetterOrDigit).map { $0 | 0x20 }
        if passwords.contains(where: { letters.ends(with: $0) }) { return .password }
        if keys.contains(where: { letters.ends(with: $0) }) { return .key }
        return nil
    }

    /// Whether a word makes random characters behind it a likely secret.
    static func isHint(_ word: ArraySlice<UInt8>) -> Bool {
        guard (3...11).contains(word.count), let first = word.first, "abckpst".utf8.contains(first | 0x20) else {
            return false
        }
        return hints.contains(packed(word))
    }

    /// The word's letters as one number, in small letters: nothing is made on the heap for each word of a text.
    private static func packed(_ word: ArraySlice<UInt8>) -> UInt128 {
        word.reduce(0) { $0 << 8 | UInt128($1.isLetter ? $1 | 0x20 : $1) }
    }

    /// What stands for a value and is none.
    static let placeholders: Set<[UInt8]> = Set(
        ["null", "nil", "none", "true", "false", "undefined", "string", "str", "text"].map { Array($0.utf8) })
}

extension [UInt8] {
    fileprivate func ends(with word: [UInt8]) -> Bool {
        count >= word.count && suffix(word.count).elementsEqual(word)
    }
}
