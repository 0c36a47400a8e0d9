private import Synchronization

extension LoopbackServer {
    /// A server with an answer for each route, such as `"POST /v1/chat/completions": .response(#"{"id":1}"#)`. A route is
    /// a method and a path; what follows a question mark does not count.
    ///
    /// - Parameter otherwise: The answer to all other requests.
    package convenience init(routes: [String: Answer], otherwise: Answer = .noRoute) throws {
        let calls = CallCounter()
        try self.init { request, connection in
            let answer = routes[request.route] ?? otherwise
            try answer.give(to: request, on: connection, call: calls.next(of: request.route))
        }
    }
}

private final class CallCounter: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Which call of this route it is: 1, 2, 3 … .
    func next(of route: String) -> Int {
        counts.withLock { counts in
            counts[route, default: 0] += 1
            return counts[route]!
        }
    }
}
