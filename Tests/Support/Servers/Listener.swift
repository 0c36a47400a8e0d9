private import Synchronization

/// Accepts connections at a port of this machine and gives each a thread, until it is stopped.
final class Listener: Sendable {
    let port: UInt16
    let loopback: Loopback
    /// Open from when all has to end: whoever waits at anything else waits at this as well.
    let stopping: Gate
    private let connections = Connections()
    private let accepting: Mutex<JoinableThread?>

    /// - Parameter service: Serves one connection, on its thread; they are numbered 1, 2, 3 … . Once it has returned, the
    ///   connection is closed.
    init(
        loopback: Loopback = .version4, stopping: Gate,
        service: @escaping @Sendable (_ socket: Socket, _ number: Int) -> Void
    ) throws {
        self.loopback = loopback
        self.stopping = stopping
        let (listening, port) = try loopback.listen(backlog: 128)
        self.port = port
        let connections = connections
        accepting = Mutex(
            JoinableThread {
                let awaited = [(stopping.descriptor, Poll.readable), (listening.descriptor, Poll.readable)]
                while Poll.wait(for: awaited)[0] == 0 {
                    guard let socket = Socket.accepted(by: listening) else { continue }
                    connections.add(socket, service)
                }
                listening.close()
            })
    }

    deinit { stop() }

    /// Ends all connections, and returns when every thread has. Not from one of those threads.
    func stop() {
        stopping.open()
        let accepting = accepting.withLock { accepting in
            defer { accepting = nil }
            return accepting
        }
        // Once nobody accepts any more, there are no new connections.
        accepting?.join()
        connections.end()
    }
}

/// The open connections and their threads.
private final class Connections: Sendable {
    private struct State {
        var accepted = 0
        var open: [(socket: Socket, thread: JoinableThread)] = []
    }

    private let state = Mutex(State())

    func add(_ socket: Socket, _ service: @escaping @Sendable (Socket, Int) -> Void) {
        state.withLock { state in
            state.open.removeAll { connection in
                guard connection.thread.hasEnded else { return false }
                connection.thread.join()
                return true
            }
            state.accepted += 1
            let number = state.accepted
            let thread = JoinableThread {
                service(socket, number)
                socket.close()
            }
            state.open.append((socket, thread))
        }
    }

    func end() {
        let connections = state.withLock { state in
            defer { state.open = [] }
            return state.open
        }
        for connection in connections { connection.socket.interrupt() }
        for connection in connections { connection.thread.join() }
    }
}
