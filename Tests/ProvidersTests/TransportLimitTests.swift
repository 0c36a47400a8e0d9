import Conversations
import Support
import Testing

@testable import Providers

@Outside
struct TransportLimitTests {
    private nonisolated static let mebibyte = 1 << 20
    private nonisolated static let packedHead =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"

    // MARK: - Slow readers

    @Test func `an answer that nobody reads stays with the server`() async throws {
        let server = try LoopbackServer(.chunkedHead, .flood(.words, bytes: .max))
        var response: Providers.HTTPResponse? = try await (try Caller(server.address)).get()
        // As long as it takes to read so much of another.
        let other = try LoopbackServer(.chunkedHead, .flood(.words, bytes: 64 * Self.mebibyte), .lastChunk)
        #expect(await (try Caller(other.address)).outcome().body.utf8.count >= 64 * Self.mebibyte)
        #expect(response?.status == 200)
        response = nil
        // As much as the system keeps at both ends.
        #expect(try server.waitUntilClientLeft().sentBytes < 24 * Self.mebibyte)
    }

    @Test func `who reads late gets all that came before the connection broke`() async throws {
        let text = String(repeating: "0123456789abcdef", count: 20_000)
        let server = try LoopbackServer(.chunkedHead, .chunk(text), .chunk("The end"), .close)
        let response = try await (try Caller(server.address)).get()
        try server.endings.wait(for: "the server to close") { !$0.isEmpty }
        let outcome = await Outcome { response }
        #expect(outcome.cause == .endedEarly)
        #expect(outcome.body.utf8.count == text.utf8.count + 7)
        #expect(outcome.body.hasSuffix("The end"))
    }

    // MARK: - Limits

    @Test func `an answer without end`() async throws {
        let server = try LoopbackServer(.chunkedHead, .flood(.words, bytes: .max))
        let outcome = await (try Caller(server.address) { $0.maximumBytes = Self.mebibyte }).outcome()
        #expect(outcome.cause == .tooLarge(limit: Self.mebibyte))
        #expect(outcome.body.utf8.count <= Self.mebibyte)
        try server.waitUntilClientLeft()
    }

    @Test func `an answer as large as allowed`() async throws {
        let server = try LoopbackServer(.chunkedHead, .chunk("12345"), .chunk("67890"), .lastChunk)
        #expect(await (try Caller(server.address) { $0.maximumBytes = 10 }).outcome().error == nil)
        #expect(await (try Caller(server.address) { $0.maximumBytes = 9 }).outcome().cause == .tooLarge(limit: 9))
    }

    @Test func `a small answer that is not`() async throws {
        let server = try LoopbackServer(.chunkedHead, .chunk("12345"), .chunk("67890"), .lastChunk)
        let caller = try Caller(server.address)
        #expect(try await caller.get().body.collect(upTo: 10) == Array("1234567890".utf8))
        let response = try await caller.get()
        await #expect(throws: ProviderError(.tooLarge(limit: 9))) { try await response.body.collect(upTo: 9) }
    }

    @Test func `a reply without end`() async throws {
        let piece = Flood { #"data: {"choices":[{"delta":{"content":"word\#($0) "}}]}"# + "\n\n" }
        try await expectTooLarge(10_000, ReplyLimits(reply: 10_000), .flood(piece, bytes: .max))
    }

    @Test func `a line without end`() async throws {
        let line = Flood { "\($0 == 0 ? "data: " : "and so on, ")" }
        try await expectTooLarge(50_000, ReplyLimits(reply: 10_000, line: 50_000), .flood(line, bytes: .max))
    }

    @Test func `nothing without end`() async throws {
        let comment = Flood { _ in ": still thinking\n\n" }
        let limits = ReplyLimits(reply: 10_000, line: 50_000)
        try await expectTooLarge(64 * 50_000, limits, .flood(comment, bytes: .max))
    }

    private func expectTooLarge(_ limit: Int, _ limits: ReplyLimits, _ body: Answer.Step) async throws {
        let server = try LoopbackServer(.chunkedHead, body)
        let memory = try await TestMemory()
        let provider = try await OpenAIProvider.talking(to: server, limits: limits, memory: memory)
        let request = ProviderRequest(conversation: "c", model: "m", content: .prompt("Hello?"))
        await #expect(throws: ProviderError(.tooLarge(limit: limit))) {
            for try await _ in provider.reply(to: request, measuring: AttemptMeter(uptime: { .zero })) {}
        }
        try server.waitUntilClientLeft()
    }

    // MARK: - Packed answers

    @Test func `a packed stream is unpacked as it comes`() async throws {
        let gate = try Gate()
        let server = try LoopbackServer(
            .write(Self.packedHead), .write(HTTPResponse.chunk(Gzip.header + Gzip.block("Hello, "))), .wait(gate),
            .write(HTTPResponse.chunk(Gzip.block("world", isLast: true) + Gzip.trailer(of: "Hello, world"))),
            .lastChunk)
        let outcome = await (try Caller(server.address)).outcome { if $0 == "Hello, " { gate.open() } }
        #expect(outcome.body == "Hello, world")
        #expect(outcome.error == nil)
    }

    @Test func `a packed answer that is cut`() async throws {
        let packed = Gzip.packed("Hello, world")
        for count in [5, Gzip.header.count + 3, packed.count - 9, packed.count - 1] {
            let server = try LoopbackServer(
                .write(Self.packedHead), .write(HTTPResponse.chunk(packed[..<count])), .lastChunk)
            let outcome = await (try Caller(server.address)).outcome()
            #expect(outcome.cause == .brokenStream, "\(count)")
            #expect(outcome.detail == "it cannot be unpacked", "\(count)")
        }
    }

    @Test(arguments: [
        Array("<html>not packed</html>".utf8), Gzip.packed("Hello").dropLast(8) + [0, 0, 0, 0, 5, 0, 0, 0],
        Gzip.packed("Hello") + Array("more".utf8),
    ])
    func `what is not packed as it says`(bytes: [UInt8]) async throws {
        let server = try LoopbackServer(
            .write(Self.packedHead), .write(HTTPResponse.chunk(bytes)), .lastChunk)
        let outcome = await (try Caller(server.address)).outcome()
        #expect(outcome.cause == .brokenStream)
        #expect(outcome.detail == "it cannot be unpacked")
    }

    @Test func `a little that unpacks to far too much`() async throws {
        let server = try LoopbackServer { _, connection in
            try connection.write(Self.packedHead)
            try connection.write(HTTPResponse.chunk(Gzip.bomb))
            while true { try connection.write(HTTPResponse.chunk([UInt8](repeating: 0, count: 16_384))) }
        }
        let limit = 100 * Self.mebibyte
        let caller = try Caller(server.address) { $0.maximumBytes = limit }
        var iterator = try await caller.get().body.makeAsyncIterator()
        await #expect(throws: ProviderError(.tooLarge(limit: limit))) { while try await iterator.next() != nil {} }
        #expect(try server.waitUntilClientLeft().sentBytes < 24 * Self.mebibyte)
    }
}
