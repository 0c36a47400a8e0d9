extension WebAddress {
    /// Where a `Location` header leads from here; nil where it is no address of the web that we would ask.
    /// <https://datatracker.ietf.org/doc/html/rfc3986#section-5.2>
    func resolving(_ location: String) -> WebAddress? {
        let location = location.prefix { $0 != "#" }
        if location.hasPrefix("//") { return WebAddress(target: (isSecure ? "https:" : "http:") + location) }
        // A query may hold another address; ours begins before any of these.
        if location.prefix(while: { !"/?".contains($0) }).last == ":" { return WebAddress(target: String(location)) }
        let mark = location.firstIndex(of: "?") ?? location.endIndex
        var target = self
        target.query = String(location[mark...])
        let written = location[..<mark]
        if written.hasPrefix("/") {
            target.path = Self.withoutDots(written)
        } else if !written.isEmpty {
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
            target.path = Self.withoutDots(folder + written)
        }
        return target
    }

    /// A path without the segments that mean "here" and "up": RFC 3986, 5.2.4.
    private static func withoutDots(_ path: some StringProtocol) -> String {
        var segments: [Substring] = []
        let written = String(path).split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for segment in written {
            switch segment {
            case ".": break
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        if let last = written.last, last == "." || last == ".." { segments.append("") }
        return "/" + segments.joined(separator: "/")
    }

    /// A whole address with its path and query as they stand.
    private init?(target text: String) {
        let mark = text.firstIndex(of: "?") ?? text.endIndex
        guard let base = try? WebAddress(base: String(text[..<mark])) else { return nil }
        self = base
        // A slash at the end is part of where we are sent.
        if text[..<mark].last == "/" { path += "/" }
        query = String(text[mark...])
    }
}
