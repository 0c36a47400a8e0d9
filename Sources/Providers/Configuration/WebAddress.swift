/// The address of a site or of something on it, `http` or `https`. It holds no user, no password and no fragment.
package struct WebAddress: Equatable, Sendable, CustomStringConvertible {
    package var isSecure: Bool
    /// In lower case; an IPv6 address in brackets.
    package var host: String
    /// Nil for the scheme's own.
    package var port: Int?
    /// Empty, or beginning with a slash; of a base address without one at the end.
    package var path: String
    /// Empty, or beginning with a question mark.
    package var query = ""

    /// Reads a base address, to which paths are appended.
    package init(base text: String) throws(AddressError) {
        let parts = try AddressParts(text, schemes: ["http", "https"], example: "https://")
        guard parts.credentials == nil else {
            throw AddressError(
                "has a user or a password in it: leave them out; a key is named by api_key_env or api_key_file")
        }
        guard !parts.rest.contains("?") else {
            throw AddressError(
                "has a question mark in it: give the address that paths are appended to, without a query")
        }
        guard !parts.rest.contains("#") else { throw AddressError("has a # in it: leave out what begins there") }
        guard parts.rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw AddressError("has a path that is not plain ASCII: write it percent-encoded")
        }
        isSecure = parts.scheme == "https"
        host = parts.host
        port = parts.port == (isSecure ? 443 : 80) ? nil : parts.port
        path = String(parts.rest.trimmingSlashes)
    }

    /// Host and port, as a `Host` header has them.
    package var authority: String { port.map { "\(host):\($0)" } ?? host }
    /// Two addresses with the same one belong to the same server. <https://datatracker.ietf.org/doc/html/rfc6454>
    package var origin: String { (isSecure ? "https://" : "http://") + authority }
    package var pathAndQuery: String { path + query }
    package var description: String { origin + pathAndQuery }

    /// The address of something below this one.
    ///
    /// - Parameter suffix: A path that begins with a slash, and a query, if there is one.
    package func appending(_ suffix: String) -> WebAddress {
        var address = self
        let mark = suffix.firstIndex(of: "?") ?? suffix.endIndex
        address.path += suffix[..<mark]
        address.query = String(suffix[mark...])
        return address
    }
}

extension Substring {
    fileprivate var trimmingSlashes: Substring {
        var trimmed = self
        while trimmed.last == "/" { trimmed.removeLast() }
        return trimmed
    }
}
