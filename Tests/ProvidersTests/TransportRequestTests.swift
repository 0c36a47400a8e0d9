import Conversations
import Support
import Testing

@testable import Providers

@Outside
struct TransportRequestTests {
    private static let answer = Answer.Step.write(Support.HTTPResponse(body: Array("Hello".utf8)).bytes)

    // MARK: - Headers

    @Test func `what is sent unless something else is said`() async throws {
        let server = try LoopbackServer(Self.answer)
        _ = await Outcome { try await (try Caller(server.address)).post("/path?a=b", json: "[1]") }
        let request = try #require(server.requests.all.first)
        #expect(request.head.firstLine == "POST /path?a=b HTTP/1.1")
        #expect(request.head.values(of: "Host") == ["127.0.0.1:\(server.port)"])
        #expect(request.head.values(of: "User-Agent") == ["Tests/1"])
        #expect(request.head.values(of: "Accept-Encoding") == ["identity"])
        #expect(request.head.values(of: "Content-Type") == ["application/json"])
        #expect(request.head.values(of: "Content-Length") == ["3"])
        #expect(request.header("Transfer-Encoding") == nil)
        #expect(request.body == Array("[1]".utf8))
    }

    @Test func `a request without a body says nothing of one`() async throws {
        let server = try LoopbackServer(Self.answer)
        _ = await (try Caller(server.address)).outcome()
        let request = try #require(server.requests.all.first)
        #expect(request.header("Content-Length") == nil)
        #expect(request.header("Content-Type") == nil)
    }

    @Test func `headers that are configured win, in whichever case`() async throws {
        let server = try LoopbackServer(Self.answer)
        let caller = try Caller(server.address) { settings in
            settings.headers = [
                HTTPHeader(name: "USER-AGENT", value: "Mine/2"), HTTPHeader(name: "X-Wp-Nonce", value: "mine"),
                HTTPHeader(name: "Host", value: "name.test"), HTTPHeader(name: "Accept-Encoding", value: "gzip"),
                HTTPHeader(name: "X-New", value: "new"),
            ]
        }
        _ = await Outcome { try await caller.get(headers: [HTTPHeader(name: "x-wp-nonce", value: "ours")]) }
        let head = try #require(server.requests.all.first).head
        #expect(head.values(of: "User-Agent") == ["Mine/2"])
        #expect(head.values(of: "X-WP-Nonce") == ["mine"])
        #expect(head.values(of: "Host") == ["name.test"])
        #expect(head.values(of: "Accept-Encoding") == ["gzip"])
        #expect(head.values(of: "X-New") == ["new"])
    }

    @Test func `an origin with an IPv6 address`() async throws {
        let server = try LoopbackServer(on: .version6) { _, connection in
            try connection.write(Support.HTTPResponse(body: Array("Hello".utf8)).bytes)
        }
        #expect(await (try Caller(server.address)).outcome().body == "Hello")
        #expect(server.requests.all.first?.header("Host") == "[::1]:\(server.port)")
    }

    @Test func `an origin with a name`() async throws {
        let server = try LoopbackServer(Self.answer)
        #expect(await (try Caller("http://localhost:\(server.port)/base")).outcome(of: "/x").body == "Hello")
        let request = try #require(server.requests.all.first)
        #expect(request.header("Host") == "localhost:\(server.port)")
        #expect(request.target == "/base/x")
    }

    // MARK: - Connections

    @Test func `requests in a row use one connection`() async throws {
        let server = try LoopbackServer(Self.answer)
        let caller = try Caller(server.address)
        for _ in 0..<3 { #expect(await caller.outcome().body == "Hello") }
        #expect(server.requests.all.map(\.connection) == [1, 1, 1])
    }

    @Test func `a server that says that it closes, closes`() async throws {
        let server = try LoopbackServer(
            .write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nHello"), .close)
        let caller = try Caller(server.address)
        for _ in 0..<3 { #expect(await caller.outcome().body == "Hello") }
        #expect(server.requests.all.map(\.connection) == [1, 2, 3])
    }

    /// Whether it had taken the request nobody can know: it is for those to repeat it who know what was asked.
    @Test func `a request on a kept connection that is not answered is not repeated`() async throws {
        let server = try LoopbackServer { request, connection in
            guard request.path != "/second" || request.connection > 1 else { try connection.close() }
            try connection.write(Support.HTTPResponse(body: Array("Hello".utf8)).bytes)
        }
        let caller = try Caller(server.address)
        #expect(await caller.outcome(of: "/first").body == "Hello")
        #expect(await caller.outcome(of: "/second").cause == .unreachable)
        #expect(server.requests.all.map(\.path) == ["/first", "/second"])
        #expect(await caller.outcome(of: "/second").body == "Hello")
    }

    /// The second request finds a connection that may be another thread's, and a large one takes several writes. Several
    /// callers keep the threads from being on time.
    @Test(arguments: [2, 300_000])
    func `an answer is whole however soon behind its request the connection is closed`(size: Int) async throws {
        let server = try LoopbackServer { request, connection in
            let closes = request.path == "/last"
            let head = "HTTP/1.1 200 OK\r\nConnection: \(closes ? "close" : "keep-alive")\r\nContent-Length: 5\r\n\r\n"
            try connection.write(head + "Hello")
            if closes { try connection.close() }
        }
        let json = String(repeating: "1", count: size)
        let callers = try (1...8).map { _ in try Caller(server.address) }
        let tasks = callers.map { caller in
            Task.detached {
                var answers: [String: Int] = [:]
                for _ in 0..<50 {
                    for (path, json) in [("/first", "{}"), ("/last", json)] {
                        let outcome = await Outcome { try await caller.post(path, json: json) }
                        answers[outcome.detail ?? outcome.body, default: 0] += 1
                    }
                }
                return answers
            }
        }
        for task in tasks {
            let answers = await task.value
            #expect(answers == ["Hello": 100])
        }
        #expect(Set(server.requests.all.map(\.connection)).count == 400)
    }

    @Test func `many at once have a connection each`() async throws {
        let gate = try Gate()
        let server = try LoopbackServer(.wait(gate), Self.answer)
        let caller = try Caller(server.address)
        let tasks = (0..<20).map { _ in Task.detached { await caller.outcome().body } }
        try server.waitForRequests(20)
        gate.open()
        for task in tasks { #expect(await task.value == "Hello") }
        #expect(Set(server.requests.all.map(\.connection)).count == 20)
    }
}
