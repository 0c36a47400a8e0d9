private import Glibc
internal import NIOCore
internal import NIOPosix

/// A door on this machine to a SOCKS5 proxy that wants a password (RFC 1928, RFC 1929): it says the password, which the
/// client library cannot, and from then on passes bytes both ways.
///
/// Clients find at the door a proxy that wants no password; where the real one does not let us in, or cannot be reached,
/// none that they know. The door is open to processes of this user alone, on the loopback address, for as long as it is
/// kept: then it is shut, and the connections through it are broken.
final class SOCKSLogin: Sendable {
    /// Where it listens on 127.0.0.1, from the first moment.
    let port: Int

    private let listening: EventLoopFuture<any Channel>
    private let connections = OpenChannels()

    /// Nobody is called before somebody comes.
    ///
    /// - Parameters:
    ///   - host: The proxy's name or address, an IPv6 one without brackets.
    ///   - user: Like the password at most 255 bytes of UTF-8; both may be empty.
    /// - Returns: nil where user or password is longer, or no socket can be had.
    init?(host: String, port: Int, user: String, password: String) {
        guard let login = SOCKSPasswordLogin(user: user, password: password),
            let (socket, address) = Self.listeningSocket()
        else { return nil }
        self.port = Int(address.port)
        let proxy = SOCKSProxy(host: host, port: port, login: login)
        let connections = connections
        listening = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                Self.admit(client, to: address).map {
                    connections.insert(client)
                    proxy.serve(client)
                }
            }
            .withBoundSocket(socket)
    }

    deinit {
        let connections = connections
        listening.flatMap { $0.close() }.whenComplete { _ in connections.abortAll() }
    }

    private struct Stranger: Error {}

    /// - Returns: a failure for a client of another user, before anything is read from it; its channel is then closed.
    private static func admit(_ client: any Channel, to door: LoopbackPeer.End) -> EventLoopFuture<Void> {
        guard case .v4(let peer) = client.remoteAddress else {
            return client.eventLoop.makeFailedFuture(Stranger())
        }
        let end = LoopbackPeer.End(peer.address)
        return NIOThreadPool.singleton.runIfActive(eventLoop: client.eventLoop) {
            guard LoopbackPeer.isOurs(end, connectedTo: door) else { throw Stranger() }
        }
    }

    /// A socket that listens already, on a port that was free.
    private static func listeningSocket() -> (CInt, LoopbackPeer.End)? {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listens = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, length) == 0 && listen(descriptor, SOMAXCONN) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard listens else {
            close(descriptor)
            return nil
        }
        return (descriptor, LoopbackPeer.End(address))
    }
}

extension LoopbackPeer.End {
    fileprivate init(_ address: sockaddr_in) {
        self.init(address: address.sin_addr.s_addr, port: UInt16(bigEndian: address.sin_port))
    }
}
