import Conversations
import Glibc

/// Moments in the user's time zone, for the screen; and moments as the user writes them.
enum LocalTime {
    /// `2026-01-31 12:00`
    static func minute(_ moment: Timestamp) -> String {
        String(second(moment).dropLast(3))
    }

    /// `2026-01-31 12:00:00`
    static func second(_ moment: Timestamp) -> String {
        var seconds = time_t(moment.rawValue / 1000)
        var parts = unsafe tm()
        _ = unsafe localtime_r(&seconds, &parts)
        let date = unsafe "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return unsafe date + " \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    /// `+01:00`: how far this moment's clock is ahead of UTC here.
    static func offset(_ moment: Timestamp) -> String {
        var seconds = time_t(moment.rawValue / 1000)
        var parts = unsafe tm()
        _ = unsafe localtime_r(&seconds, &parts)
        let minutes = unsafe parts.tm_gmtoff / 60
        return (minutes < 0 ? "-" : "+") + "\(two(Int32(abs(minutes) / 60))):\(two(Int32(abs(minutes) % 60)))"
    }

    private static func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// Reads `90m`, `24h`, `7d` or `4w` (that long ago), a date (its first moment here), or a date and time with its
    /// offset from UTC. Nil for anything else.
    static func moment(_ text: String, now: Timestamp) -> Timestamp? {
        if let length = length(text) { return now.advanced(byMilliseconds: -length) }
        if let moment = Timestamp(rfc3339: text) { return moment }
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.map(\.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 45 || isDigit($0) }) else { return nil }
        let numbers = fields.compactMap { Int64($0) }
        guard numbers.count == 3, let date = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]) else {
            return nil
        }
        return beginning(of: date)
    }

    /// Milliseconds.
    private static func length(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        guard let unit = text.last.flatMap({ units[$0] }), text.utf8.dropLast().allSatisfy(isDigit),
            let count = Int64(text.dropLast())
        else { return nil }
        let (length, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : length
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func beginning(of date: CivilDate) -> Timestamp {
        var parts = unsafe tm()
        unsafe parts.tm_year = Int32(date.year - 1900)
        unsafe parts.tm_mon = Int32(date.month - 1)
        unsafe parts.tm_mday = Int32(date.day)
        unsafe parts.tm_isdst = -1
        return Timestamp(rawValue: unsafe Int64(mktime(&parts)) * 1000)
    }
}
