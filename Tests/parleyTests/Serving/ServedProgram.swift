import Support

/// `parley serve` on a free port, asked over sockets.
final class ServedProgram {
    let running: RunningProgram
    let port: UInt16
    /// Opens the terminal user's conversations.
    let key: String

    static let key = "an-example-key-0123456789"

    /// - Parameter key: What `PARLEY_TOKEN` is; nil for none: then the program's own first key is taken.
    init(_ parley: ParleyProgram, key: String? = ServedProgram.key, _ arguments: String...) throws {
        var parley = parley
        if let key { parley.environment["PARLEY_TOKEN"] = key }
        running = try parley.start(["serve", "--port", "0"] + arguments)
        port = try running.port()
        if let key {
            self.key = key
        } else {
            try running.waitForOutput("\n")
            self.key = String(running.outputSoFar.split(separator: "\n").first ?? "")
        }
    }

    struct Answer {
        var status: Int
        var head: HTTPHead
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
        func json() throws -> JSONValue { try JSONValue(text) }
    }

    func ask(_ route: String, _ body: String? = nil, key: String? = nil, host: String = "localhost") throws -> Answer {
        let socket = try open(route, body, key: key, host: host)
        var reader = HTTPMessageReader(.responses)
        reader.receive(try socket.receiveToEnd())
        guard let message = try reader.next() ?? reader.finish() else { throw NoAnswer() }
        return Answer(
            status: Int(message.head.firstLine.split(separator: " ")[1]) ?? 0, head: message.head, body: message.body)
    }

    /// Sends the request, and leaves the answer to be read.
    func open(_ route: String, _ body: String? = nil, key: String? = nil, host: String = "localhost") throws -> Socket {
        let socket = try Socket(connectingTo: port)
        var lines = [
            "\(route) HTTP/1.1", "Host: \(host)", "Authorization: Bearer \(key ?? self.key)", "Connection: close",
        ]
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        try socket.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")).utf8))
        return socket
    }

    struct NoAnswer: Error {}

    /// Asks it to end, and waits until it has.
    func stop(by signal: Int32) throws -> ParleyProgram.Outcome {
        running.signal(signal)
        return try running.finish()
    }
}

extension RunningProgram {
    /// Where it says that it listens.
    func port() throws -> UInt16 {
        try waitForErrorOutput("/v1")
        let said = errorOutputSoFar.firstMatch(of: /listening on http:\/\/[^ ]*:(\d+)\/v1/)
        guard let port = said.flatMap({ UInt16($0.1) }) else { throw ServedProgram.NoAnswer() }
        return port
    }
}
