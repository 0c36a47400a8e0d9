import Conversations
import NIOCore
import Support

@testable import Providers

/// A transport to one origin, and what a test asks with it.
struct Caller: Sendable {
    let transport: HTTPTransport
    let address: WebAddress
    let meter = AttemptMeter(uptime: { .zero })

    /// - Parameter change: Sets what the test is about. Unless it does, nothing times out before the test does.
    init(_ address: String, _ change: (inout HTTPTransport.Settings) throws -> Void = { _ in }) throws {
        var settings = HTTPTransport.Settings(maximumBytes: 1 << 30, userAgent: "Tests/1")
        try change(&settings)
        self.address = try WebAddress(base: address)
        transport = try HTTPTransport(settings, to: self.address)
    }

    func get(_ path: String = "/", headers: [HTTPHeader] = []) async throws -> Providers.HTTPResponse {
        try await transport.send(.get(address.appending(path), headers: headers), measuring: meter)
    }

    func post(
        _ path: String = "/", headers: [HTTPHeader] = [], json: String = "{}"
    ) async throws -> Providers.HTTPResponse {
        try await transport.send(
            .post(address.appending(path), headers: headers, json: Array(json.utf8)), measuring: meter)
    }

    /// Gets an answer and reads it to its end or its failure.
    ///
    /// - Parameter onPart: Is told of each piece as it comes.
    @concurrent
    func outcome(of path: String = "/", onPart: @Sendable (String) -> Void = { _ in }) async -> Outcome {
        await Outcome(onPart: onPart) { try await get(path) }
    }
}

/// What came of an answer.
struct Outcome {
    /// Nil where no head came.
    var status: Int?
    /// As much of it as came.
    var body = ""
    /// Nil where it came to its end.
    var error: (any Error)?

    /// - Parameter ask: Gets the answer, whose body is then read.
    init(
        onPart: (String) -> Void = { _ in }, of ask: () async throws -> Providers.HTTPResponse
    ) async {
        do {
            let response = try await ask()
            status = response.status
            var iterator = response.body.makeAsyncIterator()
            while let part = try await iterator.nextText() {
                body += part
                onPart(part)
            }
        } catch {
            self.error = error
        }
    }

    var cause: ProviderError.Cause? { (error as? ProviderError)?.cause }
    var detail: String? { (error as? ProviderError)?.detail }
}

extension HTTPBody.Iterator {
    mutating func nextText() async throws -> String? { try await next().map { String(buffer: $0) } }
}

extension LoopbackServer {
    /// Gives every request the same answer.
    convenience init(_ steps: Answer.Step...) throws {
        try self.init(routes: [:], otherwise: .steps(steps))
    }
}

extension Answer.Step {
    static func write(_ text: String) -> Answer.Step { .write(Array(text.utf8)) }

    /// The head of an answer in chunks.
    static let chunkedHead = write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")

    static func chunk(_ text: String) -> Answer.Step { .write(HTTPResponse.chunk(Array(text.utf8))) }

    static let lastChunk = Answer.Step.write(HTTPResponse.lastChunk)
}
