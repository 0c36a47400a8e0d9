import Conversations

/// Times and sizes as the configuration writes them: `5m`, `16MiB`.
enum ShownQuantity {
    /// In the largest unit in which it is a whole number; parts of a millisecond are left out.
    static func time(_ time: Duration) -> String {
        text(Int(time.milliseconds), units: [("h", 3_600_000), ("m", 60_000), ("s", 1000)], smallest: "ms")
    }

    /// In the largest unit in which it is a whole number, else the plain number of bytes.
    static func bytes(_ count: Int) -> String {
        text(
            count,
            units: [
                ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10),
                ("kB", 1000),
            ], smallest: "")
    }

    private static func text(_ number: Int, units: [(name: String, size: Int)], smallest: String) -> String {
        guard number > 0, let unit = units.first(where: { number % $0.size == 0 }) else {
            return "\(number)\(smallest)"
        }
        return "\(number / unit.size)\(unit.name)"
    }
}
