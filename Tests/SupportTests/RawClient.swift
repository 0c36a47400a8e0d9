import Testing

@testable import Support

/// A client of HTTP that sends what a test writes.
final class RawClient {
    let socket: Socket
    private var reader = HTTPMessageReader(.responses)

    init(_ port: UInt16) throws { socket = try Socket(connectingTo: port) }

    init(_ server: LoopbackServer) throws { socket = try Socket(connectingTo: server.port) }

    func send(_ text: String) throws { try socket.send(Array(text.utf8)) }

    func request(_ route: String, headers: [String] = [], body: String = "") throws {
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        let lines = ["\(route) HTTP/1.1", "Host: 127.0.0.1"] + headers + length
        try send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// The next response.
    func response() throws -> Response {
        while true {
            if let message = try reader.next() { return Response(message) }
            let bytes = try socket.receive()
            reader.receive(bytes)
            if bytes.isEmpty { return Response(try #require(try reader.finish())) }
        }
    }

    /// What there is of a body once it holds this text, which need not be the whole.
    func receive(until text: String) throws -> String {
        var all: [UInt8] = []
        while !String(decoding: all, as: UTF8.self).contains(text) {
            let bytes = try socket.receive()
            try #require(!bytes.isEmpty, "it ended with \(String(decoding: all, as: UTF8.self))")
            all += bytes
        }
        return String(decoding: all, as: UTF8.self)
    }
}

struct Response {
    let head: HTTPHead
    let body: String

    init(_ message: HTTPMessageReader.Message) {
        head = message.head
        body = String(decoding: message.body, as: UTF8.self)
    }

    var status: Int? { Int(head.firstLine.split(separator: " ")[1]) }
    var json: JSONValue? { try? JSONValue(body) }
    /// What stands behind `data: ` in each event.
    var events: [String] {
        body.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }
}

/// A request as a server would have read it.
func request(_ route: String, headers: [String] = [], body: String = "") throws -> LoopbackRequest {
    var reader = HTTPMessageReader(.requests)
    let lines = ["\(route) HTTP/1.1", "Content-Length: \(body.utf8.count)"] + headers
    reader.receive(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    return try LoopbackRequest(#require(try reader.next()), connection: 1)
}
