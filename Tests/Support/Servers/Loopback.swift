import Glibc

/// The addresses by which this machine calls itself.
package enum Loopback: Sendable {
    case version4, version6

    /// As it is written in an address: `127.0.0.1`, `[::1]`.
    package var host: String {
        switch self {
        case .version4: "127.0.0.1"
        case .version6: "[::1]"
        }
    }

    func makeSocket() throws(SystemFailure) -> Int32 {
        let family = self == .version4 ? AF_INET : AF_INET6
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemFailure("socket") }
        return descriptor
    }

    func withAddress<Result>(
        port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) rethrows -> Result {
        switch self {
        case .version4:
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            return try unsafe Self.withGeneric(address, body)
        case .version6:
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            unsafe address.sin6_addr.__in6_u.__u6_addr8.15 = 1
            return try unsafe Self.withGeneric(address, body)
        }
    }

    private static func withGeneric<Address, Result>(
        _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) rethrows -> Result {
        try unsafe withUnsafePointer(to: address) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try unsafe body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// A socket that listens at a free port.
    ///
    /// - Parameter backlog: How many connections the system accepts ahead of us, less one.
    func listen(backlog: Int32) throws -> (socket: Socket, port: UInt16) {
        let listening = Socket(adopting: try makeSocket())
        guard unsafe withAddress(port: 0, { unsafe bind(listening.descriptor, $0, $1) }) == 0 else {
            throw SystemFailure("bind")
        }
        guard Glibc.listen(listening.descriptor, backlog) == 0 else { throw SystemFailure("listen") }
        // A client may be gone between being announced and being accepted.
        _ = fcntl(listening.descriptor, F_SETFL, O_NONBLOCK)
        // Of both kinds of address the port is the second member, at the same place.
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(listening.descriptor, $0, &size)
            }
        }
        guard result == 0 else { throw SystemFailure("getsockname") }
        return (listening, UInt16(bigEndian: address.sin6_port))
    }
}
