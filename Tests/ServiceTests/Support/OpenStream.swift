import AsyncHTTPClient
import JSON
import NIOCore
import NIOHTTP1

/// A stream of events that a test reads as it likes, or leaves: it is left when nobody has it any more.
///
/// Not checked: whoever has it reads it from one task at a time.
final class OpenStream: @unchecked Sendable {
    let status: Int
    let contentType: String?
    private var body: HTTPClientResponse.Body.AsyncIterator
    /// What has come and was not read.
    private var text = ""

    init(_ response: HTTPClientResponse) {
        status = Int(response.status.code)
        contentType = response.headers.first(name: "Content-Type")
        body = response.body.makeAsyncIterator()
    }

    /// The next line, without its end; nil at the stream's end.
    func line() async throws -> String? {
        while true {
            if let end = text.firstIndex(of: "\n") {
                defer { text.removeSubrange(...end) }
                return String(text[..<end])
            }
            guard let part = try await body.next() else { return nil }
            text += String(buffer: part)
        }
    }

    /// The data of the next event; nil at the stream's end.
    func event() async throws -> String? {
        while let line = try await line() {
            if line.hasPrefix("data: ") { return String(line.dropFirst(6)) }
        }
        return nil
    }
}

enum EventText {
    /// The data of each event of a stream, in order.
    static func data(of text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }
}
