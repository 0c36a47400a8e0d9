/// The sites whose pages may use the service from a browser, beside its own.
package struct AllowedOrigins: Sendable {
    private let listed: Set<String>

    /// - Parameter listed: Each as a browser sends it: `https://app.example`.
    package init(_ listed: [String] = []) {
        self.listed = Set(listed.map { $0.lowercased() })
    }

    /// What browsers send of a page: a scheme and a host, with a port where it is not the usual one, and nothing behind.
    package static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first, first.isASCII, first.isLetter else { return false }
        return HostName(authority: parts[1]) != nil
    }

    func lists(_ origin: String) -> Bool { listed.contains(origin.lowercased()) }

    /// A page of this origin may change something here.
    ///
    /// - Parameter authority: What the request calls the service; it has been looked at.
    func allows(_ origin: String, at authority: String) -> Bool {
        if lists(origin) { return true }
        let own = authority.lowercased()
        return ["http://" + own, "https://" + own].contains(origin.lowercased())
    }
}
