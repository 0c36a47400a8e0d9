import Conversations

/// What is said of a provider that had better be left alone, and is asked after others or all the same.
struct PassedOver {
    private let name: String
    private let condition: ProviderCondition
    private let asked: String

    init(_ name: String, _ condition: ProviderCondition, asking asked: String) {
        self.name = name
        self.condition = condition
        self.asked = asked
    }

    /// `blog has been down since 14:02 (http_5xx 503), next try in 2 min: asking local`. Nil where there is nothing to say: the
    /// provider is asked, and its time has come.
    func line(at now: Timestamp) -> String? {
        switch (condition.turn(at: now), condition.state(at: now)) {
        case (_, .down) where condition.wantsKey:
            let key = "\(name) wants a key\(cause): \(consequence)"
            return isAsked ? key : "\(key); 'parley health check \(name)' once it has one"
        case (_, .down):
            let since = condition.stateSince(at: now).map { " since " + Self.time($0, now: now) } ?? ""
            let next = condition.retryAt.map { ", next try " + ShownLength.until($0, now: now) }
            let isDown = since.isEmpty ? "is down" : "has been down"
            return "\(name) \(isDown)\(since)\(cause)\(isAsked ? "" : next ?? ""): \(consequence)"
        case (.later(let until?), _):
            return "\(name) asked to be left alone until \(Self.time(until, now: now)): \(consequence)"
        default:
            return isAsked ? nil : "\(name) was down\(cause), and another program tries it just now: \(consequence)"
        }
    }

    private var isAsked: Bool { asked == name }
    private var consequence: String { isAsked ? "trying anyway" : "asking \(asked)" }

    private var cause: String {
        guard let fault = condition.newestFault else { return "" }
        let status = fault.httpStatus.flatMap { $0 >= 400 ? " \($0)" : nil } ?? ""
        return " (\(fault.outcome.rawValue)\(status))"
    }

    /// `14:02`, with its date where that is another day.
    private static func time(_ moment: Timestamp, now: Timestamp) -> String {
        let text = LocalTime.minute(moment)
        return text.prefix(10) == LocalTime.minute(now).prefix(10) ? String(text.suffix(5)) : text
    }
}
