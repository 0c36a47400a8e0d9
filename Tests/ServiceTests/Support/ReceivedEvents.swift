import JSON

/// The events of a stream that is over, as they came.
struct ReceivedEvents {
    struct Event {
        /// nil for one without a name.
        var name: String?
        var data: String

        var json: JSON.JSONValue? { try? JSON.JSONValue(Array(data.utf8)) }
    }

    private(set) var events: [Event] = []
    /// What came after the last event's empty line, and lines that are no events: there should be none.
    private(set) var others: [String] = []

    init(_ text: String) {
        var name: String?
        var blocks = text.components(separatedBy: "\n\n")
        if blocks.last == "" { blocks.removeLast() } else { others.append("no empty line at the end") }
        for block in blocks {
            name = nil
            var data: String?
            for line in block.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasPrefix("event: "), name == nil, data == nil {
                    name = String(line.dropFirst(7))
                } else if line.hasPrefix("data: "), data == nil {
                    data = String(line.dropFirst(6))
                } else {
                    others.append(String(line))
                }
            }
            events.append(Event(name: name, data: data ?? ""))
        }
    }

    var names: [String?] { events.map(\.name) }

    subscript(_ name: String) -> JSON.JSONValue? { events.last { $0.name == name }?.json }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        parts.append(String(rest))
        return parts
    }
}
