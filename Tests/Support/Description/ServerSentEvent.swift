/// An event of a stream, as browsers read it: <https://html.spec.whatwg.org/multipage/server-sent-events.html>. For whole
/// streams of our own, without carriage returns.
package struct ServerSentEvent: Equatable, Sendable {
    /// Empty where it has none.
    package var name = ""
    package var data = ""

    /// Those that an empty line ends.
    package static func events(in text: String) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var event = ServerSentEvent()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.isEmpty {
                if event != ServerSentEvent() { events.append(event) }
                event = ServerSentEvent()
            } else if line.hasPrefix("event: ") {
                event.name = String(line.dropFirst(7))
            } else if line.hasPrefix("data: ") {
                event.data += line.dropFirst(6)
            }
        }
        return events
    }
}
