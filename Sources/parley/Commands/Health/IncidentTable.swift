import Conversations
import Terminal

/// A list of incidents as a person reads it.
struct IncidentTable {
    let style: Style
    /// The terminal's; nil where there is none, and lines go whole.
    let width: Int?

    func text(of incidents: [ProviderIncident], now: Timestamp) -> String {
        FoldingTable(columns: Self.columns(now), style: style, width: width).text(of: incidents)
    }

    private static func columns(_ now: Timestamp) -> [FoldingTable<ProviderIncident>.Column] {
        [
            .init(title: "START") { Table.Cell(LocalTime.minute($0.startedAt)) },
            .init(
                title: "END", leaves: 5,
                cell: { $0.endedAt == nil ? Table.Cell("ongoing", .red) : Table.Cell(end($0)) },
                words: { $0.endedAt == nil ? end($0) : "until \(end($0))" }),
            .init(
                title: "LASTED", alignment: .right, leaves: 4, cell: { Table.Cell(lasted($0, now)) },
                words: { "lasted \(lasted($0, now))" }),
            .init(title: "PROVIDER", enough: 10) { incident in
                Table.Cell(incident.provider.map(ControlCharacterFilter.visibleLine) ?? "this machine's network")
            },
            .init(title: "CAUSE", leaves: 3, cell: { Table.Cell(cause($0)) }, words: { cause($0) }),
            .init(
                title: "ATTEMPTS", alignment: .right, leaves: 2, cell: { Table.Cell("\($0.attempts)") },
                words: { "\($0.attempts) \($0.attempts == 1 ? "attempt" : "attempts")" }),
            .init(
                title: "CHATS", alignment: .right, leaves: 1, cell: { Table.Cell("\($0.chats)") },
                words: { "\($0.chats) \($0.chats == 1 ? "chat" : "chats")" }),
        ]
    }

    private static func lasted(_ incident: ProviderIncident, _ now: Timestamp) -> String {
        ShownLength.precise((incident.endedAt ?? now).rawValue - incident.startedAt.rawValue)
    }

    /// `17:07`, with its date where that is another day than the start's, and with its offset from UTC where clocks were put
    /// back meanwhile, so that it would stand before the start.
    private static func end(_ incident: ProviderIncident) -> String {
        guard let endedAt = incident.endedAt else { return "ongoing" }
        let (start, end) = (LocalTime.minute(incident.startedAt), LocalTime.minute(endedAt))
        let shown = start.prefix(10) == end.prefix(10) ? String(end.suffix(5)) : end
        return end < start && incident.startedAt <= endedAt ? shown + " " + LocalTime.offset(endedAt) : shown
    }

    /// `http_5xx 503`. A key that is missing or wrong is a matter of the configuration, and is called so.
    private static func cause(_ incident: ProviderIncident) -> String {
        let words = incident.cause.words(status: incident.httpStatus)
        return incident.cause == .auth ? "configuration (\(words))" : words
    }
}
