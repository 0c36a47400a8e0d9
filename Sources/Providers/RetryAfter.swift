internal import Conversations

/// The header that says when to ask again (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfter {
    /// - Returns: how long from now; nil where the header says nothing that can be read.
    static func duration(_ header: String?, now: Timestamp) -> Duration? {
        guard let header else { return nil }
        if let seconds = Int64(header), seconds >= 0 { return .seconds(min(seconds, 86_400 * 365)) }
        guard let date = date(header) else { return nil }
        return .milliseconds(max(0, date.rawValue - now.rawValue))
    }

    /// What services put into words where they have no header: `Please try again in 20s.`, `in 1m30.5s`, `Please retry
    /// in 120ms`.
    static func duration(saidIn words: String) -> Duration? {
        let words = words.lowercased()
        guard let start = words.firstRange(of: "try again in ") ?? words.firstRange(of: "retry in ") else { return nil }
        var rest = words[start.upperBound...]
        var sum: Duration?
        while let number = Double(rest.prefix { $0.isNumber || $0 == "." }.trimmingDots) {
            rest = rest.drop { $0.isNumber || $0 == "." || $0 == " " }
            let unit = rest.prefix { $0.isLetter }
            guard let scale = scales[String(unit)], number < 1e9 else { return sum }
            sum = (sum ?? .zero) + .milliseconds(Int64(number * scale))
            rest = rest.dropFirst(unit.count)
        }
        return sum
    }

    /// In milliseconds.
    private static let scales: [String: Double] = [
        "ms": 1, "s": 1000, "second": 1000, "seconds": 1000, "m": 60_000, "minute": 60_000, "minutes": 60_000,
        "h": 3_600_000, "hour": 3_600_000, "hours": 3_600_000,
    ]

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that is still sent (RFC 9110, 5.6.7).
    private static func date(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let number = month + 1
        return Timestamp(rfc3339: "\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
    }
}

extension Substring {
    fileprivate var trimmingDots: Substring { last == "." ? dropLast() : self }
}
