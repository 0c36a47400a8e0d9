import HTTPTypes
import Testing

@testable import Service

@Suite struct ConnectionStateTests {
    private static func request(_ headers: HTTPFields = [:], method: HTTPRequest.Method = .post) -> HTTPRequest {
        HTTPRequest(method: method, scheme: "http", authority: "localhost", path: "/", headerFields: headers)
    }

    private let answer = HTTPResponse(status: .ok)

    @Test func `what is wrong between requests is told, and the connection closed`() {
        var state = ConnectionState()
        #expect(state.receive(.malformed) == .answer(.malformed))
        #expect(state.isDeaf)
        #expect(state.receive(.malformed) == .nothing)
    }

    @Test func `what is wrong with a body is told by whoever reads it`() {
        var state = ConnectionState()
        #expect(state.receiveHead(Self.request()) == .nothing)
        #expect(state.receive(.requestTimedOut) == .passOn(.requestTimedOut))
        let closes = state.sendHead(HTTPResponse(status: .requestTimeout, headerFields: [.connection: "close"]))
        #expect(closes)
        #expect(state.sendEnd() == .close)
    }

    @Test func `rubbish behind a request waits for its answer`() {
        var state = ConnectionState()
        _ = state.receiveHead(Self.request())
        state.receiveEnd()
        #expect(state.receive(.malformed) == .nothing)
        let closes = state.sendHead(answer)
        #expect(!closes)
        #expect(state.sendEnd() == .answer(.malformed))
    }

    @Test func `several requests in a row keep the connection`() {
        var state = ConnectionState()
        for _ in 0..<3 {
            _ = state.receiveHead(Self.request([.contentLength: "3"]))
            state.receiveEnd()
            let closes = state.sendHead(answer)
            #expect(!closes)
            #expect(state.sendEnd() == .nothing)
        }
        #expect(!state.isDeaf)
    }

    @Test(
        arguments: [
            (["Content-Length": "100"], false), (["Content-Length": "100000000"], true),
            (["Transfer-Encoding": "chunked"], true), ([:], false),
        ] as [([String: String], Bool)])
    func `a large body that nobody wants is not waited for`(headers: [String: String], closes: Bool) {
        var fields: HTTPFields = [:]
        for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
        var state = ConnectionState()
        _ = state.receiveHead(Self.request(fields))
        let saysSo = state.sendHead(answer)
        #expect(saysSo == closes)
        #expect(state.sendEnd() == (closes ? .close : .nothing))
    }

    @Test(arguments: ["gzip, chunked", "identity", "xchunked", "chunked, chunked"])
    func `a body that is sent in a way of its own is no request`(encoding: String) {
        var state = ConnectionState()
        #expect(state.receiveHead(Self.request([.transferEncoding: encoding])) == .answer(.malformed))
        #expect(state.isDeaf)
    }

    @Test func `behind a request for another protocol nothing is a request`() {
        for request in [Self.request([.upgrade: "websocket"]), Self.request(method: .connect)] {
            var state = ConnectionState()
            _ = state.receiveHead(request)
            state.receiveEnd()
            let closes = state.sendHead(answer)
            #expect(closes)
            #expect(state.sendEnd() == .close)
        }
    }

    @Test func `a head that comes before the answer ends nothing`() {
        var state = ConnectionState()
        _ = state.receiveHead(Self.request([.upgrade: "h2c"]))
        let closes = state.sendHead(HTTPResponse(status: .continue))
        #expect(!closes)
    }
}
