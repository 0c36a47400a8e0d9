/// The names by which the service may be asked.
///
/// A page elsewhere can have its own name mean this machine (DNS rebinding); the browser then sends that name.
package struct AllowedHosts: Sendable {
    private let names: Set<String>
    /// Every address is fine, since the service listens beyond this machine: nobody can have one mean another machine.
    private let takesAddresses: Bool

    /// - Parameters:
    ///   - host: Where it listens.
    ///   - others: More names, as a proxy in front of it is called.
    package init(listeningAt host: String, others: [String] = []) {
        let own = HostName(host: host)
        names = Set([own?.text].compactMap(\.self) + others.compactMap { HostName(host: $0)?.text })
        takesAddresses = own?.isLoopback != true
    }

    /// The name can be asked by.
    package static func isName(_ text: String) -> Bool { HostName(host: text) != nil }

    func contains(_ host: HostName) -> Bool {
        host.isLoopback || names.contains(host.text) || takesAddresses && host.isAddress
    }
}

/// Where a service listens.
package struct ListeningPlace: Sendable {
    /// Nobody beyond this machine can reach it.
    package static func isLoopback(_ host: String) -> Bool { HostName(host: host)?.isLoopback == true }
}
