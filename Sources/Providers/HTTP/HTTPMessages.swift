internal import Conversations
internal import NIOCore
internal import NIOHTTP1

struct HTTPRequest: Sendable {
    var method: HTTPMethod
    var address: WebAddress
    var headers: [HTTPHeader] = []
    var body: [UInt8]?

    static func get(_ address: WebAddress, headers: [HTTPHeader] = []) -> HTTPRequest {
        HTTPRequest(method: .GET, address: address, headers: headers)
    }

    /// A request with JSON in it.
    static func post(_ address: WebAddress, headers: [HTTPHeader] = [], json: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            method: .POST, address: address,
            headers: [HTTPHeader(name: "content-type", value: "application/json")] + headers, body: json)
    }

    /// Without those that tell of the body.
    var headersBesideBody: [HTTPHeader] { headers.filter { $0.name.lowercased() != "content-type" } }
}

struct HTTPResponse: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: HTTPBody

    init(head: HTTPResponseHead, body: HTTPBody) {
        status = Int(head.status.code)
        headers = head.headers
        self.body = body
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    /// Where it sends us instead; nil where it does not.
    var redirect: String? {
        [301, 302, 303, 307, 308].contains(status) ? headers.first(name: "location") : nil
    }
}

/// The bytes of an answer, as they come; unpacked where they were packed. May be gone through once.
struct HTTPBody: AsyncSequence, Sendable {
    private let hold: TransferHold?

    init(_ hold: TransferHold) {
        self.hold = hold
    }

    private init() {
        hold = nil
    }

    /// One that has been gone through.
    static let empty = HTTPBody()

    func makeAsyncIterator() -> Iterator { Iterator(hold: hold) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let hold: TransferHold?

        /// - Throws: ``ProviderError``, or `CancellationError` where the task was cancelled.
        mutating func next() async throws -> ByteBuffer? {
            guard let hold else { return nil }
            switch await hold.transfer.next() {
            case .part(let buffer): return buffer
            case .end: return nil
            case .failed(let error): throw TransportFailure.error(error, hasAnswer: true, proxied: false)
            case .head: throw ProviderError(.brokenStream, "an answer with two beginnings")
            }
        }
    }

    /// All of it.
    ///
    /// - Throws: also where it is larger than so many bytes.
    func collect(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in self {
            guard bytes.count + buffer.readableBytes <= limit else { throw ProviderError(.tooLarge(limit: limit)) }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }
}

/// Ends a transfer when nobody can read on any more, and not before.
final class TransferHold: Sendable {
    let transfer: Transfer
    /// Which would end it as well, by going.
    private let transport: HTTPTransport

    init(_ transfer: Transfer, by transport: HTTPTransport) {
        self.transfer = transfer
        self.transport = transport
    }

    deinit {
        transfer.cancel()
    }
}
