import Conversations
import Support
import Testing

@testable import Providers

@Outside
struct TransportTimeoutTests {
    private nonisolated static let short = Duration.milliseconds(50)
    private nonisolated static let beginning =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nHello, \r\n3\r\nwor\r\n"

    private func caller(_ address: String, _ change: (inout Timeouts) -> Void) throws -> Caller {
        try Caller(address) { change(&$0.timeouts) }
    }

    @Test func `a server that never lets us in`() async throws {
        let server = try DeafServer.neverConnecting()
        let caller = try caller(server.address) { $0.connect = Self.short }
        #expect(await caller.outcome().cause == .timedOut(.connect))
    }

    @Test func `a server that takes the request and says nothing`() async throws {
        let server = try LoopbackServer(.hold)
        let caller = try caller(server.address) { $0.firstByte = Self.short }
        #expect(await caller.outcome().cause == .timedOut(.firstByte))
        try server.waitUntilClientLeft()
    }

    @Test func `a server that never reads the request`() async throws {
        let server = try DeafServer.neverReading()
        let caller = try caller(server.address) { $0.firstByte = Self.short }
        let large = "\"" + String(repeating: "x", count: 32 << 20) + "\""
        #expect(await Outcome { try await caller.post(json: large) }.cause == .timedOut(.firstByte))
    }

    @Test func `silence after the head`() async throws {
        let server = try LoopbackServer(.chunkedHead, .hold)
        let caller = try caller(server.address) { $0.idle = Self.short }
        let outcome = await caller.outcome()
        #expect(outcome.status == 200)
        #expect(outcome.cause == .timedOut(.idle))
    }

    @Test func `silence in the middle, after text that is kept`() async throws {
        let server = try LoopbackServer(.write(Self.beginning), .hold)
        let caller = try caller(server.address) { $0.idle = .milliseconds(500) }
        let outcome = await caller.outcome()
        #expect(outcome.cause == .timedOut(.idle))
        #expect(outcome.body == "Hello, wor")
        try server.waitUntilClientLeft()
    }

    @Test func `an answer that goes on and on, though each piece comes in time`() async throws {
        let server = try LoopbackServer { _, connection in
            try connection.write(Self.beginning)
            while true { try connection.write(HTTPResponse.chunk(Array("again ".utf8))) }
        }
        let caller = try caller(server.address) {
            $0.total = .milliseconds(500)
            $0.idle = .seconds(100)
        }
        #expect(await caller.outcome().cause == .timedOut(.total))
    }

    @Test func `all of it counts while there is no answer yet`() async throws {
        let server = try LoopbackServer(.hold)
        let caller = try caller(server.address) { $0.total = Self.short }
        #expect(await caller.outcome().cause == .timedOut(.total))
    }

    @Test func `a request may have shorter time-outs of its own`() async throws {
        let server = try LoopbackServer(.hold)
        let caller = try Caller(server.address)
        var timeouts = Timeouts()
        timeouts.firstByte = Self.short
        let outcome = await Outcome {
            try await caller.transport.send(.get(caller.address), measuring: caller.meter, timeouts: timeouts)
        }
        #expect(outcome.cause == .timedOut(.firstByte))
    }

    /// The time-out is long for a busy machine: other tests keep the event loops at work for a second at a time.
    @Test func `a slow reader is not the server's silence`() async throws {
        let left = try Gate()
        let server = try LoopbackServer(.chunkedHead, .chunk("one"), .wait(left), .chunk("two"), .lastChunk)
        let caller = try caller(server.address) { $0.idle = .seconds(4) }
        let response = try await caller.get()
        try await passTime(of: .milliseconds(4100))
        var body = response.body.makeAsyncIterator()
        #expect(try await body.nextText() == "one")
        left.open()
        #expect(try await body.nextText() == "two")
        #expect(try await body.nextText() == nil)
    }

    @Test func `time-outs that are for ever`() async throws {
        let server = try LoopbackServer(.chunkedHead, .chunk("one"), .lastChunk)
        let caller = try caller(server.address) { timeouts in
            timeouts.connect = .seconds(Int64.max)
            timeouts.firstByte = .seconds(Int64.max)
            timeouts.idle = .seconds(Int64.max)
            timeouts.total = .seconds(Int64.max)
        }
        #expect(await caller.outcome().body == "one")
    }

    /// Lets another request run into a time-out of that length.
    private func passTime(of length: Duration) async throws {
        let server = try LoopbackServer(.hold)
        let caller = try caller(server.address) { $0.total = length }
        #expect(await caller.outcome().cause == .timedOut(.total))
    }
}
