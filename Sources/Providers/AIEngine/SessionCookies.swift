/// The cookies that a guest's session came with, as they go back.
struct SessionCookies {
    /// `name=value; name=value`; empty for none.
    let header: String

    /// Two that must not go back: with `PHPSESSID` a site answers one request at a time (measured on 2.8.5 to 2.8.9), and
    /// who is logged in is no guest, whose nonce is refused.
    private static func isHarmful(_ name: Substring) -> Bool {
        name == "PHPSESSID" || name.hasPrefix("wordpress_logged_in")
    }

    /// - Parameter lines: The values of `Set-Cookie`.
    init(_ lines: [String]) {
        var cookies: [(name: Substring, value: Substring)] = []
        for line in lines {
            let pair = line.prefix { $0 != ";" }
            guard let sign = pair.firstIndex(of: "=") else { continue }
            let name = pair[..<sign].drop { $0 == " " }
            guard !name.isEmpty, !Self.isHarmful(name) else { continue }
            cookies.removeAll { $0.name == name }
            cookies.append((name, pair[pair.index(after: sign)...]))
        }
        header = cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

    /// The values in such a header.
    static func values(in header: String) -> [String] {
        header.split(separator: "; ").compactMap { pair in
            pair.firstIndex(of: "=").map { String(pair[pair.index(after: $0)...]) }
        }
    }
}
