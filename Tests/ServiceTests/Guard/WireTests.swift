import Conversations
import HTTPTypes
import JSON
import Support
import Testing

@testable import Service

/// Requests as no library would write them.
@Outside
struct WireTests {
    /// What came on a connection, until its end.
    private struct Talk {
        var text: String

        init(_ port: Int, _ request: String) throws {
            let socket = try Socket(connectingTo: UInt16(port))
            try socket.send(Array(request.utf8))
            text = String(decoding: try socket.receiveToEnd(), as: UTF8.self)
        }

        var statuses: [String] {
            text.matches(of: #/HTTP/1\.1 (\d{3}) /#).map { String($0.1) }
        }

        /// The error in the last answer.
        var error: JSON.JSONValue? {
            let body = text.split(separator: "\r\n\r\n").last ?? ""
            return try? JSON.JSONValue(Array(body.utf8))["error"]
        }
    }

    @Sendable nonisolated private static func echo(_ parts: ServiceParts) -> [Route] {
        [
            Route(.get, "/echo", access: .open) { _ in .json(Array("{}".utf8)) },
            Route(.post, "/echo", access: .open) { request in .json(try await request.bytes()) },
        ]
    }

    nonisolated static let malformed = [
        "rubbish\r\n\r\n", "GET /echo\r\n\r\n", "GET /echo HTTP/2.0\r\nHost: localhost\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\u{5}hello",
        // A length and chunks, or two lengths: who stands before us may read the other.
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5, 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        // Lines that end, or go on, in a way of their own.
        "GET /echo HTTP/1.1\nHost: localhost\n\n", "GET /echo HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: localhost\r\n X: y\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost : localhost\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: localhost\r\nX: a\u{0}b\r\n\r\n",
        "G(T /echo HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n",
        // Two hosts, or none.
        "GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    ]

    @Test(arguments: malformed)
    func `what is no request is told once, in the envelope, and the connection ends`(request: String) async throws {
        let guarded = try await GuardedService(routes: Self.echo)
        let talk = try Talk(guarded.service.port, request)
        #expect(talk.statuses == ["400"])
        #expect(talk.error?["type"]?.string == "invalid_request_error")
        #expect(talk.error?["param"] == .null)
        #expect(talk.text.contains("x-request-id: req_"))
        try await guarded.stop()
    }

    @Test(arguments: [
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n",
    ])
    func `a body that is not what it says is told in the envelope`(rest: String) async throws {
        let guarded = try await GuardedService(routes: Self.echo)
        let talk = try Talk(guarded.service.port, "POST /echo HTTP/1.1\r\nHost: localhost\r\n" + rest)
        #expect(talk.statuses == ["400"])
        #expect(talk.error?["type"]?.string == "invalid_request_error")
        try await guarded.stop()
    }

    @Test func `a body that is cut off is not taken for a whole one`() async throws {
        let (seen, continuation) = AsyncStream.makeStream(of: String.self)
        let guarded = try await GuardedService { _ in
            [
                Route(.post, "/echo", access: .open) { request in
                    do {
                        continuation.yield("\(try await request.bytes().count) bytes")
                    } catch {
                        continuation.yield("cut off")
                    }
                    return .json([])
                }
            ]
        }
        for resets in [false, true] {
            let socket = try Socket(connectingTo: UInt16(guarded.service.port))
            try socket.send(Array("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello".utf8))
            if resets { try socket.reset() } else { socket.finishSending() }
            var iterator = seen.makeAsyncIterator()
            #expect(await iterator.next() == "cut off")
        }
        try await guarded.stop()
    }

    @Test(arguments: [
        "GET /echo HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n",
        "GET /\(String(repeating: "a", count: 40_000)) HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: localhost\r\n\(String(repeating: "X: a\r\n", count: 300))\r\n",
    ])
    func `a flood of headers is told to be one`(request: String) async throws {
        let guarded = try await GuardedService(routes: Self.echo)
        let talk = try Talk(guarded.service.port, request)
        #expect(talk.statuses == ["431"])
        #expect(talk.error?["code"]?.string == "headers_too_large")
        try await guarded.stop()
    }

    @Test func `requests in a row are answered in a row, and the rubbish behind them last`() async throws {
        let guarded = try await GuardedService(routes: Self.echo)
        let one = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n"
        let talk = try Talk(guarded.service.port, one + "one" + one + "two" + "rubbish\r\n\r\n")
        #expect(talk.statuses == ["200", "200", "400"])
        #expect(
            try #require(talk.text.firstRange(of: "one")).lowerBound
                < #require(talk.text.firstRange(of: "two")).lowerBound)
        try await guarded.stop()
    }

    @Test func `what a large body would be for is refused before it is read`() async throws {
        let guarded = try await GuardedService()
        let head = "POST /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        for size in ["Content-Length: 1000000000", "Transfer-Encoding: chunked"] {
            let talk = try Talk(guarded.service.port, head + size + "\r\n\r\n")
            #expect(talk.statuses == ["401"])
            #expect(talk.text.contains("\r\nConnection: close\r\n"))
        }
        try await guarded.stop()
    }

    @Test func `a body that is larger than is taken is refused by its length alone`() async throws {
        var limits = ServiceLimits()
        limits.maximumBodyBytes = 100
        let guarded = try await GuardedService(limits: limits, routes: Self.echo)
        let head = "POST /echo HTTP/1.1\r\nHost: localhost\r\n"
        for rest in [
            "Content-Length: 101\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n65\r\n\(String(repeating: "a", count: 101))\r\n",
        ] {
            let talk = try Talk(guarded.service.port, head + rest)
            #expect(talk.statuses == ["413"])
            #expect(talk.error?["code"]?.string == "request_too_large")
        }
        let whole = "Content-Length: 100\r\nConnection: close\r\n\r\n" + String(repeating: "a", count: 100)
        #expect(try Talk(guarded.service.port, head + whole).statuses == ["200"])
        try await guarded.stop()
    }

    @Test func `a request that does not come to its end is not waited for`() async throws {
        var limits = ServiceLimits()
        limits.requestTimeout = .milliseconds(20)
        let guarded = try await GuardedService(limits: limits, routes: Self.echo)
        let talk = try Talk(
            guarded.service.port, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello")
        #expect(talk.statuses == ["408"])
        #expect(talk.error?["code"]?.string == "request_timeout")
        try await guarded.stop()
    }

    @Test(arguments: ["", "GET /ec", "GET /echo HTTP/1.1\r\nHost: local"])
    func `a connection on which no request comes is closed`(beginning: String) async throws {
        var limits = ServiceLimits()
        limits.idleTimeout = .milliseconds(20)
        let guarded = try await GuardedService(limits: limits, routes: Self.echo)
        #expect(try Talk(guarded.service.port, beginning).statuses.isEmpty)
        try await guarded.stop()
    }

    @Test(arguments: ["GET", "DELETE", "HEAD", "OPTIONS"])
    func `a body where none belongs ends nothing`(method: String) async throws {
        let guarded = try await GuardedService(routes: Self.echo)
        let request = "\(method) /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n"
        let talk = try Talk(
            guarded.service.port, request + "\r\nrubbish" + request + "Connection: close\r\n\r\nrubbish")
        #expect(talk.statuses.count == 2)
        #expect(Set(talk.statuses).isSubset(of: ["200", "401", "405"]))
        try await guarded.stop()
    }

    @Test(arguments: [false, true])
    func `the leaving of a client is noticed at once`(resets: Bool) async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let (left, leave) = AsyncStream.makeStream(of: Void.self)
        let guarded = try await GuardedService { _ in
            [
                Route(.get, "/wait", access: .open) { request in
                    let (gone, go) = AsyncStream.makeStream(of: Void.self)
                    request.whenClientLeaves { go.yield() }
                    begin.yield()
                    var iterator = gone.makeAsyncIterator()
                    await iterator.next()
                    leave.yield()
                    return .json([])
                }
            ]
        }
        let socket = try Socket(connectingTo: UInt16(guarded.service.port))
        try socket.send(Array("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        var beginnings = begun.makeAsyncIterator()
        await beginnings.next()
        if resets { try socket.reset() } else { socket.close() }
        var leavings = left.makeAsyncIterator()
        await leavings.next()
        try await guarded.stop()
    }

    @Test func `a client that has its answer has not left`() async throws {
        let (left, leave) = AsyncStream.makeStream(of: String.self)
        let guarded = try await GuardedService { _ in
            [
                Route(.get, "/{name}", access: .open) { request in
                    let name = request.variables[0]
                    let (open, end) = AsyncStream.makeStream(of: Void.self)
                    request.whenClientLeaves {
                        leave.yield(name)
                        end.finish()
                    }
                    guard name == "second" else { return .json([]) }
                    // The answer to this one does not end before.
                    return .events { stream in
                        try await stream.write([UInt8(ascii: "x")])
                        for await _ in open {}
                    }
                }
            ]
        }
        let socket = try Socket(connectingTo: UInt16(guarded.service.port))
        for name in ["first", "second"] {
            try socket.send(Array("GET /\(name) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            #expect(try !socket.receive().isEmpty)
        }
        socket.close()
        var names = left.makeAsyncIterator()
        #expect(await names.next() == "second")
        try await guarded.stop()
    }
}
