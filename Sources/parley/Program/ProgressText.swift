import Terminal

/// How far a long piece of work has come, in one line: a bar, a share, a rate and the time left, as far as they are
/// known and there is room for them.
struct ProgressText: Sendable {
    /// What the work is counted in.
    enum Unit: Sendable {
        case messages, bytes
    }

    /// What is being done, in a word or two.
    let label: String
    let unit: Unit
    /// How many there are to do; nil where nobody knows.
    let total: Int?

    private static let widestBar = 30
    private static let narrowestBar = 8
    private static let gap = "  "

    /// - Parameters:
    ///   - elapsed: Since the work began.
    ///   - columns: The most columns that the line may take.
    func line(done: Int, elapsed: Duration, columns: Int) -> String {
        let rate = rate(done: done, elapsed: elapsed)
        var parts = ["parley: \(label)"]
        if let total {
            parts.append(percent(done, of: total))
            if let rate { parts.append(rateText(rate)) }
            if let rate, let left = timeLeft(done, of: total, rate: rate) { parts.append(left) }
        } else {
            parts.append(amount(done))
            if let rate { parts.append(rateText(rate)) }
        }
        // What comes last is missed least.
        while parts.count > 2, width(of: parts) > columns { parts.removeLast() }
        if let total {
            let room = columns - width(of: parts) - Self.gap.count - 2
            if room >= Self.narrowestBar {
                parts.insert(bar(done, of: total, width: min(room, Self.widestBar)), at: 1)
            }
        }
        return DisplayWidth.truncated(parts.joined(separator: Self.gap), toColumns: columns)
    }

    private func width(of parts: [String]) -> Int {
        DisplayWidth.columns(of: parts.joined(separator: Self.gap))
    }

    // MARK: - Parts

    /// 1 only when all is done; what there turns out to be beyond the total changes nothing.
    private func share(_ done: Int, of total: Int) -> Double {
        total > 0 ? min(max(Double(done) / Double(total), 0), 1) : 1
    }

    private func percent(_ done: Int, of total: Int) -> String {
        DisplayWidth.padded("\(Int(share(done, of: total) * 100)) %", toColumns: 5, alignment: .right)
    }

    private func bar(_ done: Int, of total: Int, width: Int) -> String {
        let full = Int(share(done, of: total) * Double(width))
        return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: width - full) + "]"
    }

    /// A second; nil before anything can be said of it.
    private func rate(done: Int, elapsed: Duration) -> Double? {
        let seconds = elapsed / .seconds(1)
        return done > 0 && seconds > 0 ? Double(done) / seconds : nil
    }

    private func rateText(_ rate: Double) -> String { amount(Int(rate.rounded())) + "/s" }

    private func amount(_ count: Int) -> String {
        switch unit {
        case .messages: "\(count) message\(count == 1 ? "" : "s")"
        case .bytes: FileSize.text(count)
        }
    }

    /// In whole seconds, rounded up: nothing is left only when all is done.
    private func timeLeft(_ done: Int, of total: Int, rate: Double) -> String? {
        let seconds = (Double(max(total - done, 0)) / rate).rounded(.up)
        // What takes days is no matter of seconds, nor of anyone's looking on.
        guard let left = Int(exactly: seconds), left < 360_000 else { return nil }
        let minutes = left / 60 % 60
        let clock = left >= 3600 ? "\(left / 3600):\(two(minutes))" : "\(minutes)"
        return "\(clock):\(two(left % 60)) left"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
