import Conversations
import Support
import Testing

@testable import Providers

@Outside
struct TransportFailureTests {
    private func outcome(_ steps: Answer.Step...) async throws -> Outcome {
        let server = try LoopbackServer(routes: [:], otherwise: .steps(steps))
        return await (try Caller(server.address)).outcome()
    }

    // MARK: - No connection

    @Test func `nobody listens`() async throws {
        let port = try LoopbackServer(.close).port
        let outcome = await (try Caller("http://127.0.0.1:\(port)")).outcome()
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == "nothing listens there")
    }

    @Test func `there is no such host`() async throws {
        let outcome = await (try Caller("http://nonexistent.invalid")).outcome()
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == "there is no host nonexistent.invalid, or no name server to ask")
    }

    // MARK: - No answer

    @Test(arguments: [Answer.Step.close, .reset])
    func `the connection is gone before an answer`(end: Answer.Step) async throws {
        let outcome = try await outcome(end)
        #expect(outcome.cause == .unreachable)
        #expect(outcome.detail == "the connection was closed before an answer")
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Le", "HTT"])
    func `the connection is gone in the middle of the head`(part: String) async throws {
        let outcome = try await outcome(.write(part), .close)
        #expect(outcome.cause == .unreachable)
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n", "<html>\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "HTTP/9.9 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    ])
    func `what is no HTTP`(rubbish: String) async throws {
        let outcome = try await outcome(.write(rubbish), .close)
        #expect(outcome.cause == .brokenStream)
        #expect(outcome.detail == "it does not speak HTTP")
    }

    @Test func `a head without end`() async throws {
        let header = "X-Long: " + String(repeating: "x", count: 8000) + "\r\n"
        let server = try LoopbackServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\n")
            while true { try connection.write(header) }
        }
        let outcome = await (try Caller(server.address)).outcome()
        #expect(outcome.cause == .brokenStream)
        // Within what the system keeps for both ends.
        #expect(try server.waitUntilClientLeft().sentBytes < 16 << 20)
    }

    // MARK: - Half an answer

    @Test(arguments: [Answer.Step.close, .reset])
    func `the connection is gone in the middle of a chunk`(end: Answer.Step) async throws {
        let gate = try Gate()
        let server = try LoopbackServer(
            .chunkedHead, .chunk("Hello, "), .write("ff\r\nwor"), .wait(gate), end)
        let caller = try Caller(server.address)
        // A reset takes with it what has not been read.
        let outcome = await caller.outcome { if $0.hasSuffix("wor") { gate.open() } }
        #expect(outcome.error as? ProviderError == ProviderError(.endedEarly, "the connection was closed"))
        #expect(outcome.body == "Hello, wor")
    }

    @Test func `the connection is gone between two chunks`() async throws {
        let outcome = try await outcome(.chunkedHead, .chunk("Hello"), .close)
        #expect(outcome.cause == .endedEarly)
        #expect(outcome.body == "Hello")
    }

    @Test func `the connection is gone before as much came as was promised`() async throws {
        let outcome = try await outcome(.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHello"), .close)
        #expect(outcome.cause == .endedEarly)
        #expect(outcome.body == "Hello")
    }

    @Test func `a chunk that is none`() async throws {
        let gate = try Gate()
        let server = try LoopbackServer(.chunkedHead, .chunk("Hello"), .wait(gate), .write("what?\r\n"), .hold)
        let outcome = await (try Caller(server.address)).outcome { _ in gate.open() }
        #expect(outcome.cause == .brokenStream)
        #expect(outcome.body == "Hello")
    }

    // MARK: - Answers of other kinds

    @Test func `what is said before the answer is passed over`() async throws {
        let outcome = try await outcome(
            .write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), .chunkedHead,
            .chunk("Hello"), .lastChunk)
        #expect(outcome.status == 200)
        #expect(outcome.body == "Hello")
        #expect(outcome.error == nil)
    }

    @Test(arguments: [
        "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ])
    func `an answer without a body`(answer: String) async throws {
        let outcome = try await outcome(.write(answer), .hold)
        #expect(outcome.status != nil)
        #expect(outcome.error == nil)
        #expect(outcome.body.isEmpty)
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"])
    func `a body that lasts to the end of the connection`(head: String) async throws {
        let outcome = try await outcome(.write(head), .write("Hello"), .close)
        #expect(outcome.body == "Hello")
        #expect(outcome.error == nil)
    }
}
