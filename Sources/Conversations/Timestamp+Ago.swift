// Lengths of time and moments as people write them.

extension Duration {
    /// Reads `90m`, `24h`, `7d` or `4w`; nil for anything else, or what is too long to count.
    package init?(length text: String) {
        let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), text.utf8.dropLast().allSatisfy({ (48...57).contains($0) }),
            let count = Int64(text.dropLast())
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, seconds <= Int64.max / 1000 else { return nil }
        self = .seconds(seconds)
    }
}

extension Timestamp {
    /// Reads a length of time: that long ago. Nil for anything else.
    package init?(ago text: String, now: Timestamp) {
        guard let length = Duration(length: text) else { return nil }
        self = now.advanced(byMilliseconds: -length.milliseconds)
    }

    /// Reads a date, `2026-01-31`: its first moment in UTC. Nil for anything else.
    package init?(dayInUTC text: String) {
        guard let date = CivilDate(text) else { return nil }
        self.init(rawValue: date.daysSince1970 * 86_400_000)
    }
}

extension CivilDate {
    /// Reads `2026-01-31`; nil for anything else.
    package init?(_ text: String) {
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (48...57).contains($0) })
        else { return nil }
        let numbers = fields.compactMap { Int64($0) }
        guard numbers.count == 3 else { return nil }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }
}
