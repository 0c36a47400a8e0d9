import ArgumentParser
import Conversations

/// The conditions that several commands choose chats by.
struct ChatFilter: ParsableArguments {
    @Option(help: ArgumentHelp("Active since then: 90m, 24h, 7d, 4w, or a date.", valueName: "when"))
    var since: String?

    @Option(help: ArgumentHelp("Of this provider: the one chosen to answer.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("With this tag.", valueName: "tag"))
    var tag: String?

    var isEmpty: Bool { since == nil && provider == nil && tag == nil }

    func moment(now: Timestamp) throws -> Timestamp? {
        try Self.moment(since, option: "--since", now: now)
    }

    static func moment(_ text: String?, option: String, now: Timestamp) throws -> Timestamp? {
        guard let text else { return nil }
        guard let moment = LocalTime.moment(text, now: now) else {
            throw Failure(
                ExitStatus.usage, "usage",
                "\(option) is '\(text)': it takes 90m, 24h, 7d, 4w, 2026-01-31 or 2026-01-31T12:00Z")
        }
        return moment
    }
}
