import ArgumentParser
import Conversations
import JSON
import Terminal
import Transcripts

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find messages and titles by their words.",
        discussion: """
            All WORDS have to be in it, in any order, without regard to case and accents. Within WORDS "a few words" is a \
            phrase and trip* what begins so: put quotes around both for the shell. Newest first; each with the chat's short id \
            and the message's number. Words that begin with a dash come after --.

            EXAMPLES:
              parley search train Rome
              parley search '"night train" to*'
              parley search rome --role user --since 4w
              parley search visa --chat "trip to Rome"
              parley search passport --by-rank --limit 5
              parley search --raw 'NEAR(train rome, 5) NOT plane'
              parley search --jsonl rome | jq -r .message
            """
    )

    @Argument(help: "What to look for.")
    var words: [String] = []

    @Flag(help: "WORDS are a query in SQLite's own language (FTS5).")
    var raw = false

    @Flag(help: "The best match first.")
    var byRank = false

    @Option(
        help: ArgumentHelp(
            "In this chat: 'last', an id or its beginning or last 8 characters, or a title.", valueName: "chat"))
    var chat: String?

    @Option(help: ArgumentHelp("What this side said; titles are nobody's.", valueName: "role"))
    var role: Role?

    @Option(help: ArgumentHelp("In chats last answered by this provider.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("Said since then: 90m, 24h, 7d, 4w, or a date.", valueName: "when"))
    var since: String?

    @Option(help: ArgumentHelp("Said before then.", valueName: "when"))
    var until: String?

    @Option(help: ArgumentHelp("How many at the most.", valueName: "number"))
    var limit = 20

    @Option(help: ArgumentHelp("Go on where an earlier answer ended: its 'next'.", valueName: "cursor"))
    var before: String?

    @OptionGroup var format: ListFormatOptions
    @OptionGroup var global: GlobalOptions

    private var text: String { words.joined(separator: " ") }

    func validate() throws {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("There is nothing to look for; words that begin with a dash come after --.")
        }
        guard limit > 0 else { throw ValidationError("--limit has to be 1 or more.") }
        guard before.map({ SearchCursor(text: $0) != nil }) ?? true else {
            throw ValidationError("--before takes the 'next' of an earlier answer.")
        }
        guard !(byRank && before != nil) else {
            throw ValidationError("--by-rank has no --before: ask for more with --limit.")
        }
    }

    func run() async throws {
        let library = try Library(global)
        var query = SearchQuery(raw ? .raw(text) : .typed(text))
        query.order = byRank ? .byRank : .newestFirst
        query.role = role
        query.provider = provider
        query.since = try ChatFilter.moment(since, option: "--since", now: library.surroundings.now())
        query.until = try ChatFilter.moment(until, option: "--until", now: library.surroundings.now())
        query.before = before.flatMap { SearchCursor(text: $0) }
        query.limit = limit
        let page = try await library.withExistingStore { [query] store -> SearchPage? in
            var query = query
            if let chat { query.chat = try await library.chat(chat, in: store).id }
            return try await store?.search(query, of: library.owner)
        }
        try print(page ?? SearchPage(hits: []), hasStore: page != nil)
    }

    private func print(_ page: SearchPage, hasStore: Bool) throws {
        if format.json { return try StandardOutput.write(JSONWriter.line { $0.searchPage(page) }) }
        if format.jsonl {
            for hit in page.hits { try StandardOutput.write(JSONWriter.line { $0.searchHit(hit) }) }
        } else if page.hits.isEmpty {
            global.notices.notice(
                hasStore ? "nothing was found" : "no conversation yet: start one with 'parley chat'")
        } else {
            let text = SearchPageText(
                style: global.style(for: StandardOutput.descriptor),
                width: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
            try StandardOutput.write(text.text(of: page.hits))
        }
        if let count = page.rankedOnly {
            global.notices.notice(
                "only the newest \(count) that fit were compared with one another: narrow it with --since, --chat …")
        }
        if byRank, !page.hits.isEmpty, page.hits.allSatisfy({ $0.score == nil }) {
            global.notices.notice("signs are not ranked: these are the newest first")
        }
        if let next = page.next {
            global.notices.notice("there are more: add --before \(next.text)")
        } else if page.hasMore {
            global.notices.notice("there are more: ask for them with --limit")
        }
    }
}

extension Role: ExpressibleByArgument {}
