import Conversations
import Terminal

/// What a line of the health table says of a provider.
struct HealthRow {
    /// In the order in which they stand.
    enum Column: CaseIterable {
        case provider, state, bar, success, availability, attempts, limited, firstText, lastOK, lastError

        /// Those that a narrow screen does without, the first first.
        static let leavingFirst: [Column] = [
            .lastError, .attempts, .lastOK, .limited, .firstText, .availability, .bar,
        ]

        /// With so many columns it is readable, if need be.
        var enough: Int {
            switch self {
            case .provider: 10
            case .lastError: 32
            default: .max
            }
        }
    }

    private let summary: ProviderSummary
    private let now: Timestamp
    private let signs: HealthSigns
    private let title: String

    /// - Parameter title: What stands over the bar.
    init(_ summary: ProviderSummary, now: Timestamp, signs: HealthSigns, title: String) {
        self.summary = summary
        self.now = now
        self.signs = signs
        self.title = title
    }

    func column(_ column: Column) -> Table.Column {
        switch column {
        case .provider: Table.Column(title: "PROVIDER", canShrink: true)
        case .state: Table.Column(title: "STATE")
        case .bar: Table.Column(title: title)
        case .success: Table.Column(title: "OK")
        case .availability: Table.Column(title: "UP", alignment: .right)
        case .attempts: Table.Column(title: "ATTEMPTS", alignment: .right)
        case .limited: Table.Column(title: "LIMITED", alignment: .right)
        case .firstText: Table.Column(title: "FIRST TEXT p50/p90")
        case .lastOK: Table.Column(title: "LAST OK")
        case .lastError: Table.Column(title: "LAST ERROR", canShrink: true)
        }
    }

    /// Whether the column is worth its place for this provider.
    func has(_ column: Column) -> Bool {
        switch column {
        case .limited: summary.counts.limited > 0
        case .lastError: lastError != nil
        default: true
        }
    }

    func cell(_ column: Column) -> Table.Cell {
        switch column {
        case .provider: Table.Cell(ControlCharacterFilter.visibleLine(summary.provider))
        case .state: Table.Cell(state, summary.state.colour)
        case .bar: Table.Cell(parts: summary.slots.map { signs.sign(of: $0.counts) })
        case .success: Table.Cell(ShownShare.success(summary.counts))
        case .availability: Table.Cell(ShownShare.availability(summary.availability, summary.counts))
        case .attempts: Table.Cell("\(summary.counts.all)")
        case .limited: Table.Cell(summary.counts.limited > 0 ? "\(summary.counts.limited)" : "", .yellow)
        case .firstText: Table.Cell(firstText ?? "-")
        case .lastOK: Table.Cell(summary.lastOKAt.map { ShownLength.ago($0, now: now) } ?? "-")
        case .lastError: Table.Cell(lastError ?? "")
        }
    }

    /// The same where it has no column; nil where there is nothing to be said.
    func words(_ column: Column) -> String? {
        switch column {
        case .provider, .state, .bar, .success: nil
        case .availability:
            summary.availability.map { ShownShare.availability($0, summary.counts) }
                .flatMap { $0 == ShownShare.none ? nil : "up " + $0 }
        case .attempts:
            switch summary.counts.all {
            case 0: nil
            case 1: "1 attempt"
            default: "\(summary.counts.all) attempts"
            }
        case .limited: summary.counts.limited > 0 ? "\(summary.counts.limited) limited" : nil
        case .firstText: firstText.map { "first text \($0)" }
        case .lastOK: summary.lastOKAt.map { "last ok \(ShownLength.ago($0, now: now))" }
        case .lastError: lastError
        }
    }

    private var state: String {
        guard summary.state != .unknown, let since = summary.stateSince else { return summary.state.rawValue }
        return "\(summary.state.rawValue) \(ShownLength.short(now.rawValue - since.rawValue))"
    }

    private var firstText: String? {
        summary.firstText.map { "\(AttemptTable.length($0.p50)) / \(AttemptTable.length($0.p90))" }
    }

    /// `http_5xx 503 14 min ago, next try in 2 min: what it said`.
    private var lastError: String? {
        guard let error = summary.lastError else { return nextTry }
        var words = error.outcome.words(status: error.httpStatus) + " " + ShownLength.ago(error.at, now: now)
        if let nextTry { words += ", \(nextTry)" }
        guard let text = error.text, !text.isEmpty else { return words }
        return words + ": " + ControlCharacterFilter.visibleLine(text)
    }

    private var nextTry: String? {
        switch summary.state {
        case .down:
            summary.retryAt.map { "next try \(ShownLength.until($0, now: now))" } ?? "no other try until it is named"
        case .recovering: "its next attempt is a trial"
        case .unknown, .healthy, .degraded:
            summary.retryAt.map { "wants to be left alone, next try \(ShownLength.until($0, now: now))" }
        }
    }
}

extension ProviderState {
    fileprivate var colour: Style.Colour? {
        switch self {
        case .unknown: nil
        case .healthy: .green
        case .degraded: .yellow
        case .down: .red
        case .recovering: .cyan
        }
    }
}
