import Glibc

/// A socket on 127.0.0.1 that blocks, half a minute at most.
final class Wire: Sendable {
    struct Failure: Error, Equatable {
        /// `errno`, 0 where the other side ended too early.
        var code: CInt
    }

    private static let withoutSignal = CInt(MSG_NOSIGNAL)
    private static let withoutWaiting = CInt(MSG_DONTWAIT)

    let descriptor: CInt

    private init(_ descriptor: CInt) throws {
        guard descriptor >= 0 else { throw Failure(code: errno) }
        self.descriptor = descriptor
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    }

    private convenience init() throws {
        try self.init(socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    }

    /// - Parameter asUser: To whom the socket belongs instead of us; root alone can say so.
    convenience init(connectedTo port: Int, asUser user: uid_t? = nil) throws {
        try self.init()
        if let user, fchown(descriptor, user, gid_t.max) != 0 { throw Failure(code: errno) }
        try unsafe onLoopback(port) { unsafe connect(descriptor, $0, $1) }
    }

    /// Takes a free port.
    convenience init(listening: Bool) throws {
        try self.init()
        try unsafe onLoopback(0) { unsafe bind(descriptor, $0, $1) }
        if listening, listen(descriptor, SOMAXCONN) != 0 { throw Failure(code: errno) }
    }

    deinit { close(descriptor) }

    private func onLoopback(_ port: Int, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        address.sin_port = UInt16(port).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(code: errno) }
    }

    var port: Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Waits for a caller without an end, until ``stop()``.
    func accept() throws -> Wire {
        while true {
            let caller = Glibc.accept(descriptor, nil, nil)
            guard caller >= 0 || (errno != EAGAIN && errno != EINTR) else { continue }
            let wire = try Wire(caller)
            // So that programs which other tests start do not keep it open.
            _ = fcntl(caller, F_SETFD, FD_CLOEXEC)
            return wire
        }
    }

    /// Whether somebody waits to be accepted.
    var hasCaller: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&request, 1, 0) == 1
    }

    func stop() { shutdown(descriptor, CInt(SHUT_RDWR)) }

    func endOutput() { shutdown(descriptor, CInt(SHUT_WR)) }

    func breaksWhenClosed() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty { rest = rest.dropFirst(try sendSome(rest, Self.withoutSignal) ?? 0) }
    }

    /// Sends until there has been no room for half a second.
    ///
    /// - Returns: how many bytes found room.
    func sendUntilStuck(atMost most: Int) throws -> Int {
        let chunk = [UInt8](repeating: 7, count: 1 << 20)
        var sent = 0
        while sent < most {
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&request, 1, 500) == 1 else { return sent }
            sent += try sendSome(chunk[...], Self.withoutSignal | Self.withoutWaiting) ?? 0
        }
        return sent
    }

    /// - Returns: nil where it was interrupted, or need have waited and must not.
    private func sendSome(_ bytes: ArraySlice<UInt8>, _ flags: CInt) throws -> Int? {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
        if count >= 0 { return count }
        guard errno == EINTR || (errno == EAGAIN && flags & Self.withoutWaiting != 0) else {
            throw Failure(code: errno)
        }
        return nil
    }

    func receive(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try receiveSome(atMost: count - bytes.count)
            guard !more.isEmpty else { throw Failure(code: 0) }
            bytes += more
        }
        return bytes
    }

    func receiveToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try receiveSome(atMost: 1 << 16)
            if more.isEmpty { return bytes }
            bytes += more
        }
    }

    private func receiveSome(atMost most: Int) throws -> [UInt8] {
        var failure: CInt = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            let received = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if received < 0 { failure = errno }
            count = max(0, received)
        }
        if failure == EINTR { return try receiveSome(atMost: most) }
        guard failure == 0 else { throw Failure(code: failure) }
        return bytes
    }
}
