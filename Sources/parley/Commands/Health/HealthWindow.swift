import Conversations

/// The time that is looked at: from a moment until now.
struct HealthWindow {
    let since: Timestamp
    let now: Timestamp
    /// `LAST 24 H`, or `SINCE 2026-01-31`: what stands over it.
    let title: String

    /// - Parameter text: As it stands behind `--since`.
    init(since text: String, now: Timestamp) throws {
        guard let moment = try ChatFilter.moment(text, option: "--since", now: now), moment < now else {
            throw Failure(
                ExitStatus.usage, "usage", "--since is '\(text)', which is not in the past: name an earlier time")
        }
        // Nobody was asked before there were clocks of this kind.
        since = max(moment, Timestamp(rawValue: 0))
        self.now = now
        title = Self.title(of: text, since: since)
    }

    private static func title(of text: String, since: Timestamp) -> String {
        let units: [Character: String] = ["m": "MIN", "h": "H", "d": "D", "w": "W"]
        if let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()) {
            return "LAST \(count) \(unit)"
        }
        let minute = LocalTime.minute(since)
        return "SINCE " + (minute.hasSuffix(" 00:00") ? String(minute.dropLast(6)) : minute)
    }

    /// `the last 24 h`, `the time since 2026-01-31`.
    var words: String {
        let words = title.lowercased()
        return title.hasPrefix("LAST") ? "the \(words)" : "the time \(words)"
    }
}
