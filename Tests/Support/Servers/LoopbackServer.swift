/// An HTTP/1.1 server on this machine that keeps every request and answers as a test says.
///
/// It serves each connection on a thread of its own, and stops with the value at the latest. Any number of requests may
/// follow each other on a connection.
package final class LoopbackServer: Sendable {
    /// Answers one request, on the thread of its connection. Where it returns, the connection stays open for the next
    /// request, unless the client asked for it to be closed.
    package typealias Handler = @Sendable (LoopbackRequest, LoopbackConnection) throws -> Void

    /// How a connection ended.
    package struct Ending: Sendable, Equatable {
        package var connection: Int
        package var cause: LoopbackConnection.End
        /// How many bytes the system had taken from us by then.
        package var sentBytes: Int
    }

    /// All requests, in the order in which they had come whole.
    package let requests = Recorded<LoopbackRequest>()
    /// The connections that have ended.
    package let endings = Recorded<Ending>()
    /// What clients sent that is not HTTP, and errors that a handler threw: a test wants none.
    package let failures = Recorded<String>()
    private let listener: Listener

    /// - Parameter arrival: Is told of each request before anyone can see it in `requests`.
    package init(
        on loopback: Loopback = .version4, arrival: @escaping @Sendable (LoopbackRequest) -> Void = { _ in },
        _ handler: @escaping Handler
    ) throws {
        let (requests, endings, failures) = (requests, endings, failures)
        let stopping = try Gate()
        listener = try Listener(loopback: loopback, stopping: stopping) { socket, number in
            let connection = LoopbackConnection(socket, number: number, stopping: stopping)
            var cause = LoopbackConnection.End.closed
            do {
                try Self.serve(connection) { request in
                    arrival(request)
                    requests.append(request)
                    try handler(request, connection)
                }
            } catch let end as LoopbackConnection.End {
                cause = end
            } catch {
                failures.append("connection \(number): \(error)")
            }
            socket.close()
            endings.append(Ending(connection: number, cause: cause, sentBytes: connection.sentBytes))
        }
    }

    /// Ends all connections and threads.
    package func stop() { listener.stop() }

    package var port: UInt16 { listener.port }

    /// What a client is given as the address: `http://127.0.0.1:40001`.
    package var address: String { "http://\(listener.loopback.host):\(port)" }

    private static func serve(
        _ connection: LoopbackConnection, _ answer: (LoopbackRequest) throws -> Void
    ) throws {
        var reader = HTTPMessageReader(.requests)
        while true {
            guard let message = try reader.next() else {
                let bytes = try connection.read()
                if bytes.isEmpty {
                    _ = try reader.finish()
                    throw LoopbackConnection.End.clientLeft
                }
                reader.receive(bytes)
                continue
            }
            let request = try LoopbackRequest(message, connection: connection.number)
            try answer(request)
            if request.asksToClose { try connection.close() }
        }
    }
}

// MARK: - What a test asks

extension LoopbackServer {
    /// How often a route such as `POST /v1/chat/completions` was called.
    package func calls(of route: String) -> Int { requests.all.count { $0.route == route } }

    /// Blocks until so many requests have come, of a route where one is named.
    ///
    /// - Returns: those requests, oldest first.
    @discardableResult
    package func waitForRequests(_ count: Int, of route: String? = nil) throws(Standstill) -> [LoopbackRequest] {
        try waitForRequests(count, of: route ?? "any route") { route == nil || $0.route == route }
    }

    /// The same for requests that are told by something else.
    @discardableResult
    package func waitForRequests(
        _ count: Int, of what: String, matching matches: @escaping @Sendable (LoopbackRequest) -> Bool
    ) throws(Standstill) -> [LoopbackRequest] {
        try requests.wait(for: "\(count) requests of \(what)") { $0.count(where: matches) >= count }.filter(matches)
    }

    /// Blocks until the client has closed its end of a connection: the one with this number, or any.
    @discardableResult
    package func waitUntilClientLeft(connection number: Int? = nil) throws(Standstill) -> Ending {
        let isIt = { @Sendable (ending: Ending) in
            ending.cause == .clientLeft && (number == nil || ending.connection == number)
        }
        return try endings.wait(for: "the client to leave") { $0.contains(where: isIt) }.first(where: isIt)!
    }
}
