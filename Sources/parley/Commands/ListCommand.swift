import ArgumentParser
import Conversations
import JSON
import Terminal
import Transcripts

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show recent chats.",
        discussion: """
            The last active first. ID is the short form that every command takes; a pinned chat has * behind its title. A \
            terminal cuts what is too wide for it, and a narrow one has no MESSAGES and PROVIDER.

            EXAMPLES:
              parley list
              parley list --since 7d --provider eliza
              parley list --columns id,created,title,tags
              parley list --json --limit 100
              parley list --all --jsonl | jq -r .title
            """
    )

    @Option(help: ArgumentHelp("How many at the most; 20 unless said.", valueName: "number"))
    var limit: Int?

    @Flag(help: "All of them.")
    var all = false

    @Flag(help: "Those that were put away, instead of those in use.")
    var archived = false

    @OptionGroup var filter: ChatFilter

    @Option(help: ArgumentHelp("Active before then.", valueName: "when"))
    var until: String?

    @Option(help: ArgumentHelp("Go on where an earlier list ended: its 'next'.", valueName: "cursor"))
    var before: String?

    @Option(
        help: ArgumentHelp(
            "What to show, in this order, with commas: \(ChatColumn.names).", valueName: "names"))
    var columns: String?

    @OptionGroup var format: ListFormatOptions
    @OptionGroup var global: GlobalOptions

    private static let usualLimit = 20

    func validate() throws {
        guard limit ?? 1 > 0 else { throw ValidationError("--limit has to be 1 or more.") }
        guard !(all && limit != nil) else { throw ValidationError("--all has no --limit.") }
        guard before.map({ ChatCursor(text: $0) != nil }) ?? true else {
            throw ValidationError("--before takes the 'next' of an earlier list.")
        }
        guard columns == nil || !(format.json || format.jsonl) else {
            throw ValidationError("--columns is for reading: JSON has all there is.")
        }
    }

    func run() async throws {
        let chosen = try columns.map(ChatColumn.columns(named:))
        let library = try Library(global)
        var query = ChatQuery()
        query.archived = archived
        query.limit = all ? nil : limit ?? Self.usualLimit
        query.conditions.since = try filter.moment(now: library.surroundings.now())
        query.conditions.until = try ChatFilter.moment(until, option: "--until", now: library.surroundings.now())
        query.conditions.provider = filter.provider
        query.conditions.tag = filter.tag
        query.after = before.flatMap { ChatCursor(text: $0) }
        let page = try await library.withExistingStore { [query] store in
            try await store?.chats(matching: query, of: library.owner) ?? ChatPage(chats: [], next: nil)
        }
        if format.json { return try StandardOutput.write(JSONWriter.line { $0.chatPage(page) }) }
        if format.jsonl {
            for chat in page.chats { try StandardOutput.write(chat.json) }
        } else if page.chats.isEmpty {
            let isNarrowed = !filter.isEmpty || until != nil || before != nil || archived
            global.notices.notice(
                isNarrowed ? "no chat fits these conditions" : "no conversation yet: start one with 'parley chat'")
        } else {
            let table = ChatTable(
                columns: chosen, style: global.style(for: StandardOutput.descriptor),
                width: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
            try StandardOutput.write(table.text(of: page.chats))
        }
        if let next = page.next { global.notices.notice("there are more: add --all, or --before \(next.text)") }
    }
}
