/// A proxy on the way to a provider.
package struct ProxyAddress: Equatable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable { case http, socks5 }

    package var kind: Kind
    /// In lower case; an IPv6 address in brackets.
    package var host: String
    package var port: Int
    /// Decoded, as the password is; nil where the proxy lets everybody in.
    package var user: String?
    package var password: String?

    /// Reads `http://user:password@host:port` or the same with `socks5://`; user and password may be left out.
    package init(_ text: String) throws(AddressError) {
        let parts = try AddressParts(text, schemes: ["http", "socks5"], example: "http:// or socks5://")
        guard parts.rest.isEmpty || parts.rest == "/" else {
            throw AddressError("has something behind the port: leave it out")
        }
        guard let port = parts.port else {
            throw AddressError("has no port: write it behind the host, as in host:8080")
        }
        kind = parts.scheme == "socks5" ? .socks5 : .http
        host = parts.host
        self.port = port
        guard let credentials = parts.credentials else { return }
        let colon = credentials.firstIndex(of: ":") ?? credentials.endIndex
        user = try Self.decoded(credentials[..<colon])
        if colon < credentials.endIndex { password = try Self.decoded(credentials[credentials.index(after: colon)...]) }
        guard user?.isEmpty == false else {
            throw AddressError("has no user before the @: write one, or leave out the @")
        }
    }

    package var authority: String { "\(host):\(port)" }

    /// Without the password.
    package var description: String {
        "\(kind.rawValue)://" + (user.map { $0 + "@" } ?? "") + authority
    }

    private static func decoded(_ text: Substring) throws(AddressError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            let isHexadecimal = digits.count == 2 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
            guard isHexadecimal, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                throw AddressError("has a % in the user or the password that is no %XX: write a % itself as %25")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !decoded.unicodeScalars.contains("\0") else {
            throw AddressError("has a user or a password that is not UTF-8: write it percent-encoded")
        }
        return decoded
    }
}
