/// What a scalar without quotes may be taken for, and which texts may do without quotes.
enum PlainWords {
    /// Some reader of YAML, of version 1.1 or 1.2, takes the word for a number, a date, a truth value or nothing, or
    /// might: it is asked only whether to put text in quotes, and those never hurt.
    static func mayBeMoreThanText(_ word: String) -> Bool {
        if constants.contains(word.lowercased()) { return true }
        let digits = word.drop { "+-.".contains($0) }
        guard let first = digits.first, first.isASCII, first.isNumber || [".inf", ".nan"].contains(unsigned(word))
        else {
            return false
        }
        return unsigned(word).allSatisfy { "0123456789abcdefinox_.:+-tz ".contains($0) }
    }

    private static func unsigned(_ word: String) -> String {
        let word = word.lowercased()
        return word.first == "-" || word.first == "+" ? String(word.dropFirst()) : word
    }

    private static let constants: Set<String> = [
        "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<",
    ]

    /// The text reads back as itself without quotes, in brackets or not.
    static func mayStandPlain(_ text: String, inFlow: Bool) -> Bool {
        guard let first = text.unicodeScalars.first, isLetterOrDigit(first) || first == "_" || first == "/",
            text.unicodeScalars.last != " ", !mayBeMoreThanText(text)
        else { return false }
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if previous == ":" && !isLetterOrDigit(scalar) && scalar != "/" { return false }
            let isHarmless = isLetterOrDigit(scalar) || " _-./+~=@%$()".unicodeScalars.contains(scalar)
            guard isHarmless || scalar == ":" && !inFlow else { return false }
            previous = scalar
        }
        return previous != ":"
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic && scalar.value < 0xD800 || ("0"..."9").contains(scalar)
    }
}
