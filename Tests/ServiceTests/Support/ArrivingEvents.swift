import AsyncHTTPClient
import JSON
import NIOCore
import NIOHTTP1
import Support

/// A stream of events as it comes. Whoever lets it go leaves.
final class ArrivingEvents {
    let status: Int
    /// One task reads at a time.
    private nonisolated(unsafe) var body: HTTPClientResponse.Body.AsyncIterator
    private var bytes: [UInt8] = []

    init(_ response: HTTPClientResponse) {
        status = Int(response.status.code)
        unsafe body = response.body.makeAsyncIterator()
    }

    struct Event {
        var name: String
        var data: JSON.JSONValue
    }

    /// nil at the end.
    func next() async throws -> Event? {
        while true {
            if let end = bytes.firstRange(of: Array("\n\n".utf8))?.upperBound {
                let event = ServerSentEvent.events(in: String(decoding: bytes[..<end], as: UTF8.self)).first
                bytes.removeFirst(end)
                guard let event else { continue }
                return Event(name: event.name, data: try JSON.JSONValue(Array(event.data.utf8)))
            }
            guard let part = try await unsafe body.next() else { return nil }
            bytes += part.readableBytesView
        }
    }

    /// All that is still to come.
    func rest() async throws -> [Event] {
        var events: [Event] = []
        while let event = try await next() { events.append(event) }
        return events
    }

    /// The next event with some of the text, and the text.
    func nextText() async throws -> String? {
        while let event = try await next() {
            if event.name == "text" { return event.data["text"]?.string }
        }
        return nil
    }
}
