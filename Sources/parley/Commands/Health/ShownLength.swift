import Conversations

/// Lengths of time as people say them: how long ago, how long it took, how long until.
enum ShownLength {
    private static let units: [(name: String, letter: String, milliseconds: Int64)] = [
        ("d", "d", 86_400_000), ("h", "h", 3_600_000), ("min", "m", 60_000), ("s", "s", 1000),
    ]

    /// `14m`, `3d`: in whole units, what is left over dropped. A length below 0, of a clock that was set back, is none.
    static func short(_ milliseconds: Int64) -> String {
        let unit = unit(of: milliseconds)
        return "\(max(0, milliseconds) / unit.milliseconds)\(unit.letter)"
    }

    /// `14 min`, `3 d`: the same with a space.
    static func words(_ milliseconds: Int64) -> String {
        let unit = unit(of: milliseconds)
        return "\(max(0, milliseconds) / unit.milliseconds) \(unit.name)"
    }

    /// `3 h 12 min`, `2 d 4 h`, `14 min`, `40 s`: in two units where the first says little.
    static func precise(_ milliseconds: Int64) -> String {
        guard let index = units.firstIndex(where: { milliseconds >= $0.milliseconds }), index < 2 else {
            return words(milliseconds)
        }
        let rest = milliseconds % units[index].milliseconds / units[index + 1].milliseconds
        return words(milliseconds) + (rest == 0 ? "" : " \(rest) \(units[index + 1].name)")
    }

    /// `2 min ago`.
    static func ago(_ moment: Timestamp, now: Timestamp) -> String {
        let length = now.rawValue - moment.rawValue
        return length < 1000 ? "now" : words(length) + " ago"
    }

    /// `in 2 min`, rounded up, or `now` where the moment has come.
    static func until(_ moment: Timestamp, now: Timestamp) -> String {
        let length = moment.rawValue - now.rawValue
        guard length > 0 else { return "now" }
        let unit = unit(of: length)
        return "in " + words((length + unit.milliseconds - 1) / unit.milliseconds * unit.milliseconds)
    }

    private static func unit(of milliseconds: Int64) -> (name: String, letter: String, milliseconds: Int64) {
        units.first { milliseconds >= $0.milliseconds } ?? ("s", "s", 1000)
    }
}
