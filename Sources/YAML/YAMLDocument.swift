/// What a file says, and where it says it.
///
/// Read is the plain part of YAML: mappings whose keys are words, sequences and scalars, one document. Anchors,
/// aliases and tags are refused, so that a small file is a small tree and means what it seems to.
package struct YAMLDocument: Equatable, Sendable {
    /// Nil where there is nothing but blank lines and comments.
    package let root: YAMLNode?

    /// No value lies deeper in others than that.
    package static let maximumDepth = 64

    /// No file is larger that a person keeps in order.
    package static let maximumBytes = 1 << 20

    /// Reads a whole file: UTF-8, with a byte order mark or without, with any line ends.
    ///
    /// - Parameter maximumBytes: A larger file is refused: 1 MiB unless it may be one that a program keeps.
    package init(_ bytes: [UInt8], maximumBytes: Int = Self.maximumBytes) throws(YAMLError) {
        let events = try EventReader(try SourceText(bytes, maximumBytes: maximumBytes))
        _ = try events.next()
        guard case .documentStart = try events.next().kind else {
            root = nil
            return
        }
        root = try Self.node(try events.next(), from: events, depth: 1)
        _ = try events.next()
        let rest = try events.next()
        guard case .streamEnd = rest.kind else {
            throw Self.error(rest.start, "a second document begins here: keep all in one, without ---")
        }
    }

    /// The value that begins with this event.
    private static func node(_ event: Event, from events: EventReader, depth: Int) throws(YAMLError) -> YAMLNode {
        if let decoration = event.decoration {
            throw error(event.start, "\(decoration) not supported: write the value itself, in quotes where it is text")
        }
        guard depth <= maximumDepth else {
            throw error(event.start, "values lie more than \(maximumDepth) deep in each other here")
        }
        switch event.kind {
        case .sequenceStart(let isFlow):
            return try sequence(beginning: event, isFlow: isFlow, from: events, depth: depth)
        case .mappingStart(let isFlow):
            return try mapping(beginning: event, isFlow: isFlow, from: events, depth: depth)
        case .scalar(let scalar):
            return YAMLNode(content: .scalar(scalar), start: event.start, end: event.end, isFlow: false)
        default:
            preconditionFailure("libyaml gave an event that begins no value")
        }
    }

    private static func sequence(
        beginning start: Event, isFlow: Bool, from events: EventReader, depth: Int
    ) throws(YAMLError) -> YAMLNode {
        var elements: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind {
                // A block has no end of its own: libyaml's is where the next thing begins.
                let end = isFlow ? event.end : elements.last?.end ?? start.end
                return YAMLNode(content: .sequence(elements), start: start.start, end: end, isFlow: isFlow)
            }
            elements.append(try node(event, from: events, depth: depth + 1))
        }
    }

    private static func mapping(
        beginning start: Event, isFlow: Bool, from events: EventReader, depth: Int
    ) throws(YAMLError) -> YAMLNode {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind {
                let end = isFlow ? event.end : entries.last?.value.end ?? start.end
                return YAMLNode(content: .mapping(entries), start: start.start, end: end, isFlow: isFlow)
            }
            guard case .scalar(let key) = try node(event, from: events, depth: depth + 1).content else {
                throw error(event.start, "a list or a mapping is used as a key: keys are single words")
            }
            guard !key.text.isEmpty else { throw error(event.start, "a key is missing before the colon") }
            if let line = lines.updateValue(event.start.line, forKey: key.text) {
                throw error(
                    event.start, "the key '\(key.text)' is there already, in line \(line): keep one of the two")
            }
            let value = try node(try events.next(), from: events, depth: depth + 1)
            entries.append(YAMLEntry(key: key.text, keyStart: event.start, keyEnd: event.end, value: value))
        }
    }

    private static func error(_ mark: YAMLMark, _ problem: String) -> YAMLError {
        YAMLError(line: mark.line, column: mark.column, problem: problem)
    }
}
