/// What an address is not. It never repeats what may be a password.
package struct AddressError: Error, Equatable, Sendable {
    /// `what is wrong: what to do`, to be read behind the setting's name.
    package var problem: String

    init(_ problem: String) {
        self.problem = problem
    }
}

/// An address taken apart: `scheme://credentials@host:port` and the rest.
/// <https://datatracker.ietf.org/doc/html/rfc3986>
struct AddressParts {
    var scheme: String
    /// As they are written, still encoded.
    var credentials: Substring?
    /// In lower case; an IPv6 address in brackets.
    var host: String
    /// 1 to 65535.
    var port: Int?
    /// The path and all that follows.
    var rest: Substring

    init(_ text: String, schemes: [String], example: String) throws(AddressError) {
        guard let separator = text.firstRange(of: "://") else {
            throw AddressError("does not say how to connect: put \(example) before it")
        }
        scheme = text[..<separator.lowerBound].lowercased()
        guard schemes.contains(scheme) else {
            throw AddressError(
                "connects in a way that Parley cannot: begin it with \(Spelling.list(schemes.map { $0 + "://" }))")
        }
        let behind = text[separator.upperBound...]
        let end = behind.firstIndex { "/?#\\".contains($0) } ?? behind.endIndex
        var authority = behind[..<end]
        rest = behind[end...]
        guard !rest.contains("\\") else { throw AddressError("has a backslash in it: write a slash") }
        if let at = authority.lastIndex(of: "@") {
            credentials = authority[..<at]
            authority = authority[authority.index(after: at)...]
        }
        let hostEnd: Substring.Index
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else {
                throw AddressError("has a [ without its ]: close it")
            }
            hostEnd = authority.index(after: bracket)
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
        }
        host = try Self.host(authority[..<hostEnd])
        port = try Self.port(authority[hostEnd...])
    }

    private static func host(_ text: Substring) throws(AddressError) -> String {
        guard !text.isEmpty else { throw AddressError("has no host: write one behind the ://") }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw AddressError("has a host that is not ASCII: write it as punycode, which begins with xn--")
        }
        if text.first == "[" {
            let address = text.dropFirst().dropLast()
            guard address.contains(":"), address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw AddressError("has no IPv6 address between its brackets: write one, as in [::1]")
            }
            return text.lowercased()
        }
        guard text.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) }), text.first != ".",
            text.count <= 253,
            text.firstRange(of: "..") == nil
        else { throw AddressError("has a host that cannot be one: letters, digits, dots and - make a host") }
        return text.lowercased()
    }

    private static func port(_ text: Substring) throws(AddressError) -> Int? {
        guard !text.isEmpty else { return nil }
        let digits = text.dropFirst()
        guard text.first == ":", digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
            (1...65535).contains(port)
        else { throw AddressError("has a port that is none: write a number up to 65535 behind the colon") }
        return port
    }
}
