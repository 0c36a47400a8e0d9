internal import Conversations
private import Glibc

extension ProviderConfiguration {
    /// What the health history has to know of the provider.
    var reach: ProviderReach {
        let host = address.flatMap { $0.isLoopback ? nil : $0.host }
        return ProviderReach(host: host, longestReply: timeouts.total)
    }
}

extension WebAddress {
    /// It is on this machine, whatever the network does. A name that only the resolver knows to be is not seen.
    var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        guard host.first == "[" else { return host.hasPrefix("127.") && host.utf8.allSatisfy { $0 < 0x3A } }
        var address = [UInt8](repeating: 0, count: 16)
        let isRead = unsafe address.withUnsafeMutableBytes {
            unsafe inet_pton(AF_INET6, String(host.dropFirst().dropLast()), $0.baseAddress) == 1
        }
        let zeros = [UInt8](repeating: 0, count: 10)
        return isRead && (address == zeros + [0, 0, 0, 0, 0, 1] || address.starts(with: zeros + [0xff, 0xff, 127]))
    }
}
