import ArgumentParser
import Conversations
import Transcripts

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Take conversations away.",
        discussion: """
            Writes whole chats, all branches, to the standard output or a file. A file is written whole or not at all, and \
            only you can read it.

            EXAMPLES:
              parley export last
              parley export --all --output conversations.json
              parley export --since 4w --until 1w --format jsonl
              parley export last --output talk.html
              parley export --all --format markdown --redact --output talks.md
            """
    )

    @Argument(help: "The chats: 'last', ids or their beginnings or last 8 characters, or titles.")
    var chats: [String] = []

    @Flag(help: "Every chat.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "json (one document), jsonl (a chat a line), markdown, html or text; else what the output's name ends in.",
            valueName: "format"))
    var format: TranscriptFormat?

    @Option(
        name: [.long, .short], help: ArgumentHelp("The file to write; - for the standard output.", valueName: "path"))
    var output: String?

    @Flag(help: "Replace a file that is there already.")
    var force = false

    @Flag(help: "Replace likely keys, passwords, e-mail addresses and card numbers by words. A help, no promise.")
    var redact = false

    @OptionGroup var filter: ChatFilter

    @Option(help: ArgumentHelp("Active before then.", valueName: "when"))
    var until: String?

    @Flag(help: "Those that were put away, alone; otherwise both they and those in use.")
    var archived = false

    @Flag(help: ArgumentHelp("The same as --format json.", visibility: .hidden))
    var json = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let chooses = all || archived || until != nil || !filter.isEmpty
        if chats.isEmpty && !chooses { throw ValidationError("Name the chats to export, or say --all.") }
        if !chats.isEmpty && chooses {
            throw ValidationError(
                "Name chats, or choose them with --all, --since, --until, --provider, --tag and --archived: not both.")
        }
        if output?.isEmpty ?? false { throw ValidationError("--output names no file.") }
    }

    func run() async throws {
        let library = try Library(global)
        try await library.withExistingStore { try await export(from: $0, library: library) }
    }

    private func export(from store: (any ConversationStore)?, library: Library) async throws {
        let selection = try await selection(in: store, library: library)
        let encoder = encoder(exportedAt: library.surroundings.now())
        let signals = Signals()
        let file = try output.flatMap { output in
            output == "-"
                ? nil : try WholeFile(path: output, replaces: force, database: library.path, signals: signals)
        }
        let isOnScreen = file.map(\.isTerminal) ?? StandardOutput.isTerminal
        let put: @Sendable (Span<UInt8>) throws -> Void = { piece in
            if let file { try file.write(piece) } else { try StandardOutput.write(piece) }
        }
        // What others wrote must not rule the terminal.
        let screen = isOnScreen ? ScreenFilter() : nil
        let progress = try await progress(of: selection, in: store, isOnScreen: isOnScreen, library: library)
        // What is not whole is nothing, whoever ends it.
        signals.setTidyUp {
            file?.discard()
            progress.endAtOnce()
        }
        do {
            defer { progress.end() }
            try await TranscriptStream.write(
                selection, of: store, for: library.owner, as: encoder, progress: progress
            ) { piece in
                if let screen { try put(screen.visible(piece).span) } else { try put(piece) }
            }
            if let screen { try put(screen.finish().span) }
            try file?.finish()
        } catch {
            file?.discard()
            throw error
        }
    }

    private func encoder(exportedAt now: Timestamp) -> any TranscriptEncoder {
        let named = format ?? (json ? .json : output.flatMap(TranscriptFormat.init(fileName:)))
        let encoder = (named ?? .json).encoder(exportedAt: now)
        return redact ? RedactingEncoder(encoder) : encoder
    }

    /// Shown on the screen, unless that is where the transcript goes.
    private func progress(
        of selection: ChatSelection, in store: (any ConversationStore)?, isOnScreen: Bool, library: Library
    ) async throws -> ProgressBar {
        guard !isOnScreen, let device = ProgressBar.Device.ofErrors(global.notices) else {
            return ProgressBar("exporting", unit: .messages, total: nil, on: nil, uptime: library.surroundings.uptime)
        }
        let total = try await store?.messageCount(of: selection, of: library.owner)
        return ProgressBar(
            "exporting", unit: .messages, total: total, on: device, uptime: library.surroundings.uptime)
    }

    private func selection(
        in store: (any ConversationStore)?, library: Library
    ) async throws -> ChatSelection {
        if chats.isEmpty {
            var conditions = ChatConditions()
            let now = library.surroundings.now()
            conditions.since = try filter.moment(now: now)
            conditions.until = try ChatFilter.moment(until, option: "--until", now: now)
            conditions.provider = filter.provider
            conditions.tag = filter.tag
            return .all(conditions, archived: archived ? true : nil)
        }
        var ids: [ChatID] = []
        for reference in chats {
            let id = try await library.chat(reference, in: store).id
            if !ids.contains(id) { ids.append(id) }
        }
        return .chats(ids)
    }
}

extension TranscriptFormat: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(name: argument)
    }
}
