internal import Glibc

/// The name or address in an address of the web, without its port.
struct HostName: Equatable, Sendable {
    /// In small letters; an address of IPv6 without its brackets.
    let text: String
    private let isIPv6: Bool

    /// - Parameter authority: What stands in a `Host` header: `localhost:8765`, `[::1]`.
    /// - Returns: nil where it is nothing of the kind.
    init?(authority: some StringProtocol) {
        var rest = Substring(authority)
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            text = rest[rest.index(after: rest.startIndex)..<end].lowercased()
            isIPv6 = true
            rest = rest[rest.index(after: end)...]
            guard Self.isAddress(text, AF_INET6) else { return nil }
        } else {
            let name = rest.prefix { $0 != ":" }
            text = name.lowercased()
            isIPv6 = false
            rest = rest[name.endIndex...]
            guard !text.isEmpty, text.utf8.count <= 253, text.utf8.allSatisfy(Self.isOfName) else { return nil }
        }
        guard rest.isEmpty || Self.isPort(rest) else { return nil }
    }

    /// - Parameter host: A name or an address as it is listened at: `127.0.0.1`, `::1`.
    init?(host: String) {
        self.init(authority: host.contains(":") && host.first != "[" ? "[\(host)]" : host)
    }

    /// It is an address, and no name: nobody can make it mean another machine.
    var isAddress: Bool { isIPv6 || Self.isAddress(text, AF_INET) }

    /// It means this machine, on this machine.
    var isLoopback: Bool {
        isIPv6 ? text == "::1" : text == "localhost" || text.hasPrefix("127.") && isAddress
    }

    /// It means every address of this machine.
    var isAny: Bool { isIPv6 ? text == "::" : text == "0.0.0.0" }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.utf8.dropFirst().allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            && (text.count == 1 || UInt16(text.dropFirst()) != nil)
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(family, text, &address) == 1
    }
}
