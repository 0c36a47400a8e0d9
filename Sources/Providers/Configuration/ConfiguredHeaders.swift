/// Which headers a user may add to the requests to a provider.
enum ConfiguredHeaders {
    /// Those that say how the bytes are carried: another value would break the connection.
    private static let ours = ["host", "content-length", "transfer-encoding", "connection"]
    /// Those by which a site knows its guest: its nonce and cookies belong together.
    private static let ofGuests = ["x-wp-nonce", "cookie"]

    /// - Throws: a problem to be read behind the header's name; it does not quote the value, which may be a secret.
    static func header(
        _ name: String, _ value: String, toSite: Bool
    ) throws(AddressError) -> HTTPHeader {
        guard isToken(name) else {
            throw AddressError("is no name of a header: letters, digits and - make one")
        }
        let taken = toSite ? ours + ofGuests : ours
        guard !taken.contains(name.lowercased()) else {
            throw AddressError("is set by Parley itself: leave it out")
        }
        guard value.unicodeScalars.allSatisfy({ ($0.value >= 0x20 && $0.value != 0x7F) || $0 == "\t" }) else {
            throw AddressError("has a line end or another control character in its value: remove it")
        }
        return HTTPHeader(name: name, value: value)
    }

    /// <https://datatracker.ietf.org/doc/html/rfc9110#name-tokens>
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0)) }
    }
}
