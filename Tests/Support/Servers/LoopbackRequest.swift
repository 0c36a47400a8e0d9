/// A request that a test server got.
package struct LoopbackRequest: Sendable {
    package let head: HTTPHead
    /// Without the framing of chunks.
    package let body: [UInt8]
    /// The number of its connection: 1, 2, 3 … in the order they were accepted.
    package let connection: Int
    package let method: String
    /// What was asked for, as it was written: `/wp-json/mwai/v1?x=1`, or a whole address from a client that takes us for
    /// a proxy.
    package let target: String
    /// The body as JSON; nil where it is none.
    package let json: JSONValue?

    package init(_ message: HTTPMessageReader.Message, connection: Int) throws(HTTPHead.Malformed) {
        let parts = message.head.firstLine.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, parts[2].hasPrefix("HTTP/1.") else {
            throw HTTPHead.Malformed("no request: \(message.head.firstLine)")
        }
        head = message.head
        body = message.body
        self.connection = connection
        (method, target) = (parts[0], parts[1])
        json = String(validating: message.body, as: UTF8.self).flatMap { try? JSONValue($0) }
    }

    package func header(_ name: String) -> String? { head.value(of: name) }

    /// The target up to its question mark.
    package var path: String { String(target.prefix { $0 != "?" }) }

    /// What follows the question mark, name by name, without percent-encoding; the last one counts.
    package var query: [String: String] {
        var found: [String: String] = [:]
        for pair in target.dropFirst(path.count + 1).split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            found[Self.decoded(sides[0])] = sides.count == 2 ? Self.decoded(sides[1]) : ""
        }
        return found
    }

    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What a table of routes names it by: `POST /wp-json/mwai/v1/start_session`.
    package var route: String { "\(method) \(path)" }

    /// The media type, in lower case and without its parameters; nil where none was given.
    package var mediaType: String? {
        header("Content-Type").map { type in
            String(type.prefix { $0 != ";" && $0 != " " }).lowercased()
        }
    }

    /// The cookies that were sent, by name.
    package var cookies: [String: String] {
        var found: [String: String] = [:]
        for pair in head.values(of: "Cookie").flatMap({ $0.split(separator: ";") }) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(sides[0].drop { $0 == " " })
            found[name] = sides.count == 2 ? String(sides[1]) : ""
        }
        return found
    }

    /// The token of `Authorization: Bearer TOKEN`.
    package var bearerToken: String? {
        guard let value = header("Authorization"), value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst(7))
    }

    /// The client wants no second request on this connection.
    var asksToClose: Bool {
        head.values(of: "Connection").contains { $0.lowercased().contains("close") }
            || head.firstLine.hasSuffix("HTTP/1.0")
    }
}
