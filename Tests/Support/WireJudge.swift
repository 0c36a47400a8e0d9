/// What a recorded stream of AI Engine says, told from its bytes without Parley's decoder: each line that begins with
/// `data: ` and holds JSON is an event, which is whole once its line is.
package struct WireJudge: Sendable {
    package enum Event: Equatable, Sendable {
        case text(String)
        case note(String)
        case end(reply: String)
        case error(String)
    }

    /// The events, each with how many bytes it takes to know it: up to and with the blank line behind it.
    package let events: [(event: Event, end: Int)]

    package init(_ body: [UInt8]) {
        var events: [(event: Event, end: Int)] = []
        var start = 0
        while start < body.count {
            let end = body[start...].firstIndex(of: UInt8(ascii: "\n")) ?? body.count
            let line = String(decoding: body[start..<end], as: UTF8.self)
            start = end + 1
            guard line.hasPrefix("data: "), let event = Self.event(String(line.dropFirst(6))) else { continue }
            events.append((event, end + 2))
        }
        self.events = events
    }

    /// The pieces of the reply that are whole in the first `count` bytes.
    package func texts(in count: Int) -> [String] {
        events.prefix { $0.end <= count }.compactMap { if case .text(let text) = $0.event { text } else { nil } }
    }

    private static func event(_ json: String) -> Event? {
        guard let value = try? JSONValue(json), let data = value["data"]?.text else { return nil }
        switch value["type"]?.text {
        case "live": return value["subtype"] == nil ? .text(data) : .note(data)
        case "end": return (try? JSONValue(data))?["reply"]?.text.map { .end(reply: $0) }
        case "error": return .error(data)
        default: return nil
        }
    }
}
