extension WebAddress {
    /// Where a `Location` header leads from here; nil where it is no address of the web that we would ask.
    /// <https://datatracker.ietf.org/doc/html/rfc3986#section-5.2>
    func resolving(_ location: String) -> WebAddress? {
        let location = location.prefix { $0 != "#" }
        if location.hasPrefix("//") { return WebAddress(target: (isSecure ? "https:" : "http:") + location) }
        if location.firstRange(of: "://") != nil { return WebAddress(target: String(location)) }
        let mark = location.firstIndex(of: "?") ?? location.endIndex
        var target = self
        target.query = String(location[mark...])
        let written = location[..<mark]
        if written.hasPrefix("/") {
            target.path = String(written)
        } else if !written.isEmpty {
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
            target.path = folder + written
        }
        return target
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
