import ArgumentParser
import Conversations
import Terminal
import Transcripts

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show recent chats.",
        discussion: """
            The last active first. ID is the short form that every command takes.

            EXAMPLES:
              parley list
              parley list --since 7d --provider eliza
              parley list --json --limit 100
            """
    )

    @Option(help: ArgumentHelp("How many at the most.", valueName: "number"))
    var limit = 20

    @Flag(help: "All of them.")
    var all = false

    @Flag(help: "Those that were put away, instead of those in use.")
    var archived = false

    @OptionGroup var filter: ChatFilter

    @Option(help: ArgumentHelp("Active before then.", valueName: "when"))
    var until: String?

    @Option(help: ArgumentHelp("Go on where an earlier list ended: its 'next'.", valueName: "cursor"))
    var before: String?

    @OptionGroup var format: JSONOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit has to be 1 or more.") }
        guard before.map({ ChatCursor(text: $0) != nil }) ?? true else {
            throw ValidationError("--before takes the 'next' of an earlier list.")
        }
    }

    func run() async throws {
        let library = try Library(global)
        var query = ChatQuery()
        query.archived = archived
        query.limit = all ? nil : limit
        query.since = try filter.moment(now: library.surroundings.now())
        query.until = try ChatFilter.moment(until, option: "--until", now: library.surroundings.now())
        query.provider = filter.provider
        query.tag = filter.tag
        query.before = before.flatMap { ChatCursor(text: $0) }
        let page = try await library.withExistingStore { [query] store in
            try await store?.chats(matching: query, of: library.owner) ?? ChatPage(chats: [], next: nil)
        }
        if format.json {
            try StandardOutput.write(ChatListObject(page).json)
        } else if page.chats.isEmpty {
            global.notices.notice("no conversation to show: start one with 'parley chat'")
        } else {
            let table = ChatTable(
                style: global.style(for: StandardOutput.descriptor),
                columns: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
            try StandardOutput.write(table.text(of: page.chats))
        }
    }
}

/// The conditions that several commands choose chats by.
struct ChatFilter: ParsableArguments {
    @Option(help: ArgumentHelp("Active since then: 90m, 24h, 7d, 4w, or a date.", valueName: "when"))
    var since: String?

    @Option(help: ArgumentHelp("Last answered by this provider.", valueName: "name"))
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

/// A list of chats as programs read it.
struct ChatListObject {
    private let page: ChatPage

    init(_ page: ChatPage) {
        self.page = page
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.array("chats") { json in
                for chat in page.chats { json.chat(chat) }
            }
            json.member("next", page.next?.text)
        }
        json.lineEnd()
        return json.take()
    }
}

/// A list of chats as a person reads it.
struct ChatTable {
    let style: Style
    /// The terminal's width; nil where there is none, and titles go whole.
    let columns: Int?

    func text(of chats: [Chat]) -> String {
        let rows = chats.map { chat in
            [
                chat.id.short, LocalTime.minute(chat.updatedAt), String(chat.messageCount),
                line(chat.provider ?? "-"), line(chat.title) + (chat.pinned ? " *" : ""),
            ]
        }
        let head = ["ID", "UPDATED", "MESSAGES", "PROVIDER", "TITLE"]
        let widths = head.indices.dropLast().map { column in
            ([head] + rows).map { DisplayWidth.columns(of: $0[column]) }.max() ?? 0
        }
        let lines = [style.bold(row(head, widths: widths))] + rows.map { row($0, widths: widths) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func row(_ cells: [String], widths: [Int]) -> String {
        var text = ""
        for (cell, width) in zip(cells, widths) {
            let isNumber = cell == cells[2]
            text += DisplayWidth.padded(cell, toColumns: width, alignment: isNumber ? .right : .left) + "  "
        }
        let used = widths.reduce(0) { $0 + $1 + 2 }
        let title = cells[cells.count - 1]
        return text + (columns.map { DisplayWidth.truncated(title, toColumns: max($0 - used, 10)) } ?? title)
    }

    private func line(_ text: String) -> String { ControlCharacterFilter.visibleLine(text) }
}
