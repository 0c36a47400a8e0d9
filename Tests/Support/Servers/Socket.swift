import Glibc
private import Synchronization

/// A TCP socket, which blocks. One thread sends, receives and closes; any other may interrupt it.
package final class Socket: Sendable {
    /// Minus one once it is closed, so that nobody touches a number that has become another's.
    private let state: Mutex<Int32>

    init(adopting descriptor: Int32) {
        state = Mutex(descriptor)
        // Pieces are sent as pieces.
        try? set(TCP_NODELAY, at: Int32(IPPROTO_TCP), to: Int32(1))
    }

    deinit { close() }

    var descriptor: Int32 { state.withLock { $0 } }

    // MARK: - Opening

    /// Connects to a port of this machine. Sending and receiving then wait for 30 s at most.
    package convenience init(connectingTo port: UInt16, on loopback: Loopback = .version4) throws {
        self.init(adopting: try loopback.makeSocket())
        guard unsafe loopback.withAddress(port: port, { unsafe connect(descriptor, $0, $1) }) == 0 else {
            throw SystemFailure("connect to port \(port)")
        }
        let patience = timeval(tv_sec: Int(Standstill.patience) / 1000, tv_usec: 0)
        try set(SO_RCVTIMEO, to: patience)
        try set(SO_SNDTIMEO, to: patience)
    }

    /// The end of the next connection that waits at a listening socket; nil where none does.
    static func accepted(by listening: Socket) -> Socket? {
        // Swift's Glibc has no accept4, which would do both at once.
        RunningProgram.betweenStarts {
            let descriptor = accept(listening.descriptor, nil, nil)
            guard descriptor >= 0 else { return nil }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return Socket(adopting: descriptor)
        }
    }

    func set<Value: BitwiseCopyable>(
        _ option: Int32, at level: Int32 = SOL_SOCKET, to value: Value
    ) throws(SystemFailure) {
        var value = value
        guard unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Value>.size)) == 0 else {
            throw SystemFailure("setsockopt")
        }
    }

    // MARK: - Sending and receiving

    /// Sends all of it, however long the other end takes.
    ///
    /// - Throws: `SystemFailure` where nobody reads any more.
    package func send(_ bytes: some Sequence<UInt8>) throws(SystemFailure) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemFailure("send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits for the next bytes, 64 KiB of them at most; none at the end.
    package func receive(atMost limit: Int = 65_536) throws(SystemFailure) -> [UInt8] {
        while true {
            var failed = false
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let received = unsafe recv(descriptor, buffer.baseAddress, limit, 0)
                failed = received < 0
                count = max(0, received)
            }
            if !failed { return bytes }
            guard errno == EINTR else { throw SystemFailure("recv") }
        }
    }

    /// All that comes until the other end finishes sending.
    package func receiveToEnd() throws(SystemFailure) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = try receive()
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    // MARK: - Ends

    /// The other end reads an end, and may go on sending.
    package func finishSending() {
        state.withLock { _ = shutdown($0, Int32(SHUT_WR)) }
    }

    /// Wakes whoever sends or receives; both fail from then on. From any thread.
    func interrupt() {
        state.withLock { _ = shutdown($0, Int32(SHUT_RDWR)) }
    }

    package func close() {
        state.withLock { descriptor in
            if descriptor >= 0 { Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    /// Closes so that the other end gets "connection reset by peer".
    package func reset() throws(SystemFailure) {
        // https://man7.org/linux/man-pages/man7/socket.7.html, SO_LINGER: with no time to linger, unsent data is
        // dropped and the connection aborted.
        try set(SO_LINGER, to: linger(l_onoff: 1, l_linger: 0))
        close()
    }
}
