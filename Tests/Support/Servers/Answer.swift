/// What a test server answers to a request: steps, or a closure for what they cannot say.
package indirect enum Answer: Sendable {
    case steps([Step])
    /// The first call gets the first of them, the second the second; the last stays.
    case inTurn([Answer])
    case handler(LoopbackServer.Handler)

    package enum Step: Sendable {
        /// Sends bytes as they are, cut as said.
        case write([UInt8], Cut = .nowhere)
        /// Goes on when the test opens the gate.
        case wait(Gate)
        /// Sends events until so many bytes of them have gone, or the client has.
        case flood(Flood, bytes: Int)
        case close
        case reset
        /// Sends nothing more and keeps the connection open until the client has left.
        case hold
    }

    // MARK: - Usual answers

    /// Bytes as they are, then the connection's end, which recordings expect.
    package static func bytes(_ bytes: [UInt8], _ cut: Cut = .nowhere) -> Answer {
        .steps([.write(bytes, cut), .close])
    }

    /// What a real site once sent.
    ///
    /// - Throws: where there is no recording of this name.
    package static func recording(_ name: String, _ cut: Cut = .nowhere) throws -> Answer {
        .bytes(try recordingBytes(name), cut)
    }

    /// A whole response; the connection stays open.
    package static func response(
        _ body: String, status: Int = 200, type: String = "application/json", headers: [(String, String)] = []
    ) -> Answer {
        let response = HTTPResponse(status, headers: [("Content-Type", type)] + headers, body: Array(body.utf8))
        return .steps([.write(response.bytes)])
    }

    /// What WordPress says of a route that it does not have.
    package static let noRoute = response(
        #"{"code":"rest_no_route","message":"No route was found matching the URL and request method.","#
            + #""data":{"status":404}}"#,
        status: 404, type: "application/json; charset=UTF-8")

    // MARK: - Giving it

    /// Gives the answer to one request.
    ///
    /// - Parameter call: Which call this is, 1, 2, 3 …, for answers in turn.
    package func give(
        to request: LoopbackRequest, on connection: LoopbackConnection, call: Int = 1
    ) throws {
        switch self {
        case .inTurn(let answers):
            try answers[min(call, answers.count) - 1].give(to: request, on: connection, call: 1)
        case .handler(let handler): try handler(request, connection)
        case .steps(let steps): for step in steps { try step.take(on: connection) }
        }
    }
}

extension Answer.Step {
    func take(on connection: LoopbackConnection) throws(LoopbackConnection.End) {
        switch self {
        case .write(let bytes, let cut): for piece in cut.pieces(of: bytes) { try connection.write(piece) }
        case .wait(let gate): try connection.wait(at: gate)
        case .flood(let flood, let bytes): try flood.send(bytes: bytes, on: connection)
        case .close: try connection.close()
        case .reset: try connection.reset()
        case .hold: try connection.hold()
        }
    }
}
