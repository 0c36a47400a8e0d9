/// The server's end of a connection, while a request is answered. For the thread that answers.
package final class LoopbackConnection {
    /// Why a connection ended.
    package enum End: Error, Sendable, Equatable {
        /// The client closed its end, or its process died.
        case clientLeft
        /// An answer closed or reset it.
        case closed
        /// The server was stopped.
        case stopped
    }

    /// 1, 2, 3 … in the order they were accepted.
    package let number: Int
    /// How many bytes the system has taken from us so far.
    package private(set) var sentBytes = 0
    private let socket: Socket
    private let stopping: Gate

    init(_ socket: Socket, number: Int, stopping: Gate) {
        self.socket = socket
        self.number = number
        self.stopping = stopping
    }

    /// Sends bytes exactly as they are, however long the client takes to read them.
    package func write(_ bytes: some Collection<UInt8>) throws(End) {
        do {
            try socket.send(bytes)
        } catch {
            throw stopping.isOpen ? .stopped : .clientLeft
        }
        sentBytes += bytes.count
    }

    package func write(_ text: String) throws(End) { try write(Array(text.utf8)) }

    /// Blocks until the gate is open.
    package func wait(at gate: Gate) throws(End) {
        let states = Poll.wait(for: [
            (stopping.descriptor, Poll.readable), (gate.descriptor, Poll.readable), (socket.descriptor, Poll.left),
        ])
        if states[0] != 0 { throw .stopped }
        // Both may have happened: an open gate is passed, and who is gone is noticed by writing.
        if states[1] == 0 { throw .clientLeft }
    }

    /// Sends nothing more, and blocks until the client has closed its end; then, or when the server is stopped, throws.
    package func hold() throws(End) -> Never {
        let states = Poll.wait(for: [(stopping.descriptor, Poll.readable), (socket.descriptor, Poll.left)])
        throw states[0] != 0 ? .stopped : .clientLeft
    }

    /// Closes the connection, and so ends the answer.
    package func close() throws(End) -> Never { throw .closed }

    /// Closes it so that the client gets "connection reset by peer", also in place of bytes that it has not read yet.
    package func reset() throws(End) -> Never {
        try? socket.reset()
        throw .closed
    }

    /// The next bytes that the client sends; none when it has finished.
    func read() throws(End) -> [UInt8] {
        do {
            let bytes = try socket.receive()
            if !bytes.isEmpty || !stopping.isOpen { return bytes }
        } catch {
            if !stopping.isOpen { throw .clientLeft }
        }
        throw .stopped
    }
}
