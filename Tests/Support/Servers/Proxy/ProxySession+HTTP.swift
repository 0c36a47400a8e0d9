extension ProxySession {
    /// Requests with an absolute address are sent on, one after the other; CONNECT makes a tunnel. RFC 9110, 9.3.6, and
    /// RFC 9112, 3.2.2.
    func serveHTTP() throws {
        var reader = HTTPMessageReader(.requests)
        while true {
            guard let message = try reader.next() else {
                let bytes = try client.receive()
                if bytes.isEmpty { return }
                reader.receive(bytes)
                continue
            }
            let request = try LoopbackRequest(message, connection: 1)
            let isTunnel = request.method == "CONNECT"
            let (host, port, path) = try isTunnel ? authority(request.target, "") : absolute(request.target)
            let given = basicCredentials(request.header("Proxy-Authorization"))
            let isAllowed = credentials == nil || given == credentials
            let origin = isAllowed ? connection(to: host, port) : nil
            note(isTunnel ? .tunnel : .absoluteAddress, host, port, given, granted: origin != nil)
            guard let origin else {
                try client.send(isAllowed ? Self.badGateway : Self.authenticationRequired)
                continue
            }
            if isTunnel {
                try client.send(Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
                try origin.send(reader.rest)
                return try tunnel(to: origin)
            }
            return try sendOn(request, path, to: origin)
        }
    }

    private static let badGateway = HTTPResponse(502).bytes
    private static let authenticationRequired = HTTPResponse(
        407, headers: [("Proxy-Authenticate", "Basic realm=\"tests\"")]
    ).bytes

    /// One request on a connection of its own, which the origin closes when it has answered.
    private func sendOn(_ request: LoopbackRequest, _ path: String, to origin: Socket) throws {
        var text = "\(request.method) \(path) HTTP/1.1\r\nConnection: close\r\n"
        for header in request.head.headers where !Self.isForProxy(header.name) {
            text += "\(header.name): \(header.value)\r\n"
        }
        if !request.head.values(of: "Transfer-Encoding").isEmpty { text += "Content-Length: \(request.body.count)\r\n" }
        try origin.send(Array((text + "\r\n").utf8) + request.body)
        try tunnel(to: origin)
    }

    /// RFC 9110, 7.6.1: of this hop, not of the next.
    private static func isForProxy(_ name: String) -> Bool {
        ["connection", "proxy-connection", "proxy-authorization", "transfer-encoding", "keep-alive"]
            .contains(name.lowercased())
    }

    // MARK: - Addresses

    private func absolute(_ target: String) throws -> (host: String, port: UInt16, path: String) {
        guard target.lowercased().hasPrefix("http://") else { throw Misunderstanding("target \(target)") }
        let rest = target.dropFirst(7)
        let end = rest.firstIndex { "/?".contains($0) } ?? rest.endIndex
        let path = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        let host = String(rest[..<end])
        let hasPort = host.drop { $0 != "]" }.contains(":") || !host.hasPrefix("[") && host.contains(":")
        return try authority(hasPort ? host : host + ":80", path)
    }

    private func authority(_ text: String, _ path: String) throws -> (host: String, port: UInt16, path: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw Misunderstanding("authority \(text)")
        }
        return (String(text[..<colon]), port, path)
    }

    // MARK: - Credentials

    /// RFC 7617.
    private func basicCredentials(_ value: String?) -> LoopbackProxy.Credentials? {
        guard let value, value.lowercased().hasPrefix("basic "),
            let bytes = Base64.decoded(String(value.dropFirst(6)))
        else { return nil }
        let sides = String(decoding: bytes, as: UTF8.self).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else { return nil }
        return LoopbackProxy.Credentials(user: String(sides[0]), password: String(sides[1]))
    }
}
