internal import Conversations

/// What stands behind the question mark of an address of the own surface. A name that it does not know is refused, so that
/// nobody believes that it was heeded.
struct OwnQuery {
    private let items: QueryItems
    private let now: Timestamp

    /// - Parameter known: The names that the address takes.
    init(_ request: ServiceRequest, now: Timestamp, _ known: [String]) throws(ServiceError) {
        items = request.query
        self.now = now
        for name in items.names where !known.contains(name) {
            let advice = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
            throw .invalid(
                "unknown_parameter", "Unknown query parameter '\(name)': \(advice).", parameter: name)
        }
    }

    /// nil where it is absent or empty.
    func text(_ name: String) -> String? { items[name].flatMap { $0.isEmpty ? nil : $0 } }

    func flag(_ name: String) throws(ServiceError) -> Bool? {
        switch text(name) {
        case nil: nil
        case "true", "1": true
        case "false", "0": false
        default: throw .wrongValue(of: name, wanted: "true or false")
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text) else { throw .wrongType(of: name, wanted: "a whole number") }
        guard range.contains(number) else { throw .outOfRange(name, range) }
        return number
    }

    /// How many to give: 1 to 100, or 20.
    func limit() throws(ServiceError) -> Int { try integer("limit", in: 1...100) ?? 20 }

    /// A moment: so long ago, a day's beginning in UTC, or a time with its offset.
    func moment(_ name: String) throws(ServiceError) -> Timestamp? {
        guard let text = text(name) else { return nil }
        guard let moment = Timestamp(ago: text, now: now) ?? Timestamp(rfc3339: text) ?? Timestamp(dayInUTC: text)
        else { throw .wrongValue(of: name, wanted: "90m, 24h, 7d, 4w, 2026-01-31 or 2026-01-31T12:00:00Z") }
        return moment
    }

    /// The beginning of a time that lasts until now.
    ///
    /// - Parameter usual: Where it is absent: `24h`, say.
    func since(_ usual: String) throws(ServiceError) -> Timestamp {
        guard let moment = try moment("since") ?? Timestamp(ago: usual, now: now) else { return now }
        guard moment < now else { throw .wrongValue(of: "since", wanted: "in the past") }
        // Nobody was asked before there were clocks of this kind.
        return max(moment, Timestamp(rawValue: 0))
    }

    /// A length of time, as `5m`, `1h` or `1d`.
    func length(_ name: String) throws(ServiceError) -> Duration? {
        guard let text = text(name) else { return nil }
        guard let length = Duration(length: text), length > .zero else {
            throw .wrongValue(of: name, wanted: "5m, 1h, 1d or 1w")
        }
        return length
    }
}
