import Conversations

/// Shares as people read them, with no more digits than the numbers behind them bear, and never rounded up: `100 %` is
/// all of them.
enum ShownShare {
    /// With fewer attempts a share would say more than is known.
    static let leastForPercent = 20
    /// What stands where nothing tells.
    static let none = "-"

    /// `96.4 % of 212`, `3/3`, or `-` where nothing tells.
    static func success(_ counts: AttemptCounts) -> String {
        guard counts.counted > 0 else { return none }
        guard counts.counted >= leastForPercent else { return "\(counts.ok)/\(counts.counted)" }
        return percent(Double(counts.ok) / Double(counts.counted)) + " of \(counts.counted)"
    }

    /// `98.2 %`, `~98 %` where few attempts tell, or `-` where none does.
    static func availability(_ share: Double?, _ counts: AttemptCounts) -> String {
        guard let share, counts.counted > 0 || share < 1 else { return none }
        guard counts.counted < leastForPercent else { return percent(share) }
        return "~\(Int((share * 100 + tolerance).rounded(.down))) %"
    }

    private static func percent(_ share: Double) -> String {
        guard share < 1 else { return "100 %" }
        let tenths = Int((share * 1000 + tolerance).rounded(.down))
        guard tenths > 0 || share == 0 else { return "<0.1 %" }
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// What reckoning in binary fractions may take off.
    private static let tolerance = 1e-6
}
