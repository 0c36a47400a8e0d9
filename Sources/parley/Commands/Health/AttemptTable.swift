import Conversations
import Terminal

/// A list of attempts as a person reads it.
struct AttemptTable {
    private let table: Table

    /// - Parameter width: The terminal's; nil where there is none, and errors go whole.
    init(style: Style, width: Int?) {
        table = Table(
            columns: [
                Table.Column(title: "STARTED"), Table.Column(title: "PROVIDER"), Table.Column(title: "KIND"),
                Table.Column(title: "MODEL"), Table.Column(title: "OUTCOME"),
                Table.Column(title: "FIRST", alignment: .right), Table.Column(title: "TOOK", alignment: .right),
                Table.Column(title: "ERROR"),
            ], style: style, width: width)
    }

    func text(of attempts: [ProviderAttempt]) -> String {
        table.text(
            of: attempts.map { attempt in
                let result = attempt.result
                return [
                    Table.Cell(LocalTime.second(attempt.startedAt)), Table.Cell(line(attempt.provider)),
                    Table.Cell(attempt.kind.rawValue), Table.Cell(line(attempt.model ?? "-")),
                    Table.Cell(result.outcome.rawValue, result.fault.colour),
                    Table.Cell(Self.length(result.firstTextMilliseconds)),
                    Table.Cell(Self.length(result.durationMilliseconds)), Table.Cell(line(result.error?.message ?? "")),
                ]
            })
    }

    private func line(_ text: String) -> String { ControlCharacterFilter.visibleLine(text) }

    /// `640 ms`, `1.9 s`, `12 min`, or `-` where it is not known.
    static func length(_ milliseconds: Int64?) -> String {
        guard let milliseconds else { return "-" }
        switch milliseconds {
        case ..<1000: return "\(milliseconds) ms"
        case ..<600_000: return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
        default: return "\(milliseconds / 60_000) min"
        }
    }
}

extension ProviderAttempt.Fault {
    fileprivate var colour: Style.Colour? {
        switch self {
        case .none: nil
        case .provider: .red
        case .limit, .config: .yellow
        case .caller, .local: .cyan
        }
    }
}
