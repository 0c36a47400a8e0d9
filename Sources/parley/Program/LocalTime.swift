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
        Timestamp(ago: text, now: now) ?? Timestamp(rfc3339: text) ?? CivilDate(text).map(beginning)
    }

    private static func beginning(of date: CivilDate) -> Timestamp {
        var parts = unsafe tm()
        unsafe parts.tm_year = Int32(date.year - 1900)
        unsafe parts.tm_mon = Int32(date.month - 1)
        unsafe parts.tm_mday = Int32(date.day)
        unsafe parts.tm_isdst = -1
        return Timestamp(rawValue: unsafe Int64(mktime(&parts)) * 1000)
    }
}
