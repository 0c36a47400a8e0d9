import Glibc
import Testing

@testable import Support

@Outside
struct DeafServerTests {
    @Test func `a full queue lets nobody connect`() throws {
        let full = try DeafServer.neverConnecting()
        for _ in 0..<5 { #expect(try !connects(to: full.port)) }
        let open = try DeafServer.neverReading()
        #expect(try connects(to: open.port))
    }

    @Test func `what a server never reads comes to a standstill`() throws {
        let server = try DeafServer.neverReading()
        let socket = try Socket(connectingTo: server.port)
        _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
        #expect {
            for _ in 0..<1000 { try socket.send(Array(repeating: 0, count: 1 << 20)) }
        } throws: { _ in
            errno == EAGAIN
        }
    }

    /// The handshake is done within the call on this machine, so that a second look needs no time.
    private func connects(to port: UInt16) throws -> Bool {
        let socket = Socket(adopting: try Loopback.version4.makeSocket())
        _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
        let result = unsafe Loopback.version4.withAddress(port: port) { unsafe connect(socket.descriptor, $0, $1) }
        try #require(result == 0 || errno == EINPROGRESS)
        return Poll.wait(for: [(socket.descriptor, Poll.writable)], milliseconds: 0) != [0]
    }
}
