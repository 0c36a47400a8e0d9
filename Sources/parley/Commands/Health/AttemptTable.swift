import Conversations
import Terminal

/// A list of attempts as a person reads it.
struct AttemptTable {
    let style: Style
    /// The terminal's; nil where there is none, and lines go whole.
    let width: Int?

    func text(of attempts: [ProviderAttempt]) -> String {
        FoldingTable(columns: Self.columns, style: style, width: width).text(of: attempts)
    }

    private static var columns: [FoldingTable<ProviderAttempt>.Column] {
        [
            .init(title: "STARTED") { Table.Cell(LocalTime.second($0.startedAt)) },
            .init(title: "PROVIDER", enough: 8) { Table.Cell(line($0.provider)) },
            .init(title: "KIND", leaves: 5, cell: { Table.Cell($0.kind.rawValue) }, words: { $0.kind.rawValue }),
            .init(
                title: "MODEL", enough: 8, leaves: 3, cell: { Table.Cell(line($0.model ?? "-")) },
                words: { $0.model.map { "model " + line($0) } }),
            .init(title: "OUTCOME") { Table.Cell(outcome($0), $0.result.fault.colour) },
            .init(
                title: "FIRST", alignment: .right, leaves: 2,
                cell: { Table.Cell(length($0.result.firstTextMilliseconds)) },
                words: { $0.result.firstTextMilliseconds.map { "first text \(length($0))" } }),
            .init(
                title: "TOOK", alignment: .right, leaves: 4,
                cell: { Table.Cell(length($0.result.durationMilliseconds)) },
                words: { $0.result.durationMilliseconds.map { "took \(length($0))" } }),
            .init(
                title: "ERROR", enough: 20, leaves: 1, cell: { Table.Cell(line($0.result.error?.message ?? "")) },
                words: { $0.result.error.map { line($0.message) } }),
        ]
    }

    private static func line(_ text: String) -> String { ControlCharacterFilter.visibleLine(text) }

    private static func outcome(_ attempt: ProviderAttempt) -> String {
        attempt.result.outcome.words(status: attempt.result.httpStatus)
    }

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
