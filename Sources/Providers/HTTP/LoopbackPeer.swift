internal import Glibc

/// Whose the other end of a connection within this machine is.
enum LoopbackPeer {
    /// One end of a connection, as the kernel keeps it.
    struct End: Equatable {
        /// In network order.
        var address: in_addr_t
        var port: UInt16
    }

    /// Whether the connection that came from `peer` to `end` is held by a process of this user. False where that cannot
    /// be found out.
    ///
    /// Reads a file of the kernel's, which may be long: not for an event loop.
    static func isOurs(_ peer: End, connectedTo end: End) -> Bool {
        guard let table = table() else { return false }
        return owner(ofConnectionFrom: peer, to: end, in: table) == getuid()
    }

    /// The user of the process that holds the end `peer`; nil where the table has none.
    ///
    /// - Parameter table: `/proc/net/tcp`. <https://docs.kernel.org/networking/proc_net_tcp.html>
    static func owner(ofConnectionFrom peer: End, to end: End, in table: some Collection<UInt8>) -> uid_t? {
        // Addresses count as well as ports: another user may come from the port of ours, on 127.0.0.2.
        let (from, to) = (Array(peer.field.utf8), Array(end.field.utf8))
        for line in table.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count >= 10, fields[1].elementsEqual(from), fields[2].elementsEqual(to) else { continue }
            // A connection that no process holds any more is said to be root's, and to have no inode.
            guard !fields[9].elementsEqual([UInt8(ascii: "0")]) else { return nil }
            return uid_t(String(decoding: fields[7], as: UTF8.self))
        }
        return nil
    }

    private static func table() -> [UInt8]? {
        let descriptor = unsafe open("/proc/net/tcp", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var table: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return table }
            if count > 0 {
                table += chunk[..<count]
            } else if errno != EINTR {
                return nil
            }
        }
    }
}

extension LoopbackPeer.End {
    /// The address as the kernel's number in hexadecimal, and the port.
    fileprivate var field: String {
        Self.hexadecimal(address, digits: 8) + ":" + Self.hexadecimal(UInt32(port), digits: 4)
    }

    private static func hexadecimal(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
