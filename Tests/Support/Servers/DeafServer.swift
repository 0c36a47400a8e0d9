/// A port at which clients get no answer of any kind.
package final class DeafServer: Sendable {
    package let port: UInt16
    private let listening: Socket
    private let queued: Socket?

    private init(backlog: Int32, isFull: Bool) throws {
        (listening, port) = try Loopback.version4.listen(backlog: backlog)
        queued = isFull ? try Socket(connectingTo: port) : nil
    }

    package var address: String { "http://\(Loopback.version4.host):\(port)" }

    /// Connects, and never reads: what a client sends fills the buffers of the system, some MiB, and then stands still.
    package static func neverReading() throws -> DeafServer {
        // The system accepts by itself what nobody has fetched yet.
        try DeafServer(backlog: 128, isFull: false)
    }

    /// Never connects: a client waits until its own patience ends, which by itself is two minutes on Linux.
    ///
    /// The queue of connections that nobody has fetched has room for one, and our own is in it. Linux then drops the first
    /// packet of every other, so this holds for as long as the value lives. Sandboxes with a TCP of their own may differ.
    package static func neverConnecting() throws -> DeafServer { try DeafServer(backlog: 0, isFull: true) }
}
