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
              parley export --since 4w --format jsonl
            """
    )

    @Argument(help: "The chats: 'last', ids or their beginnings or last 8 characters, or titles.")
    var chats: [String] = []

    @Flag(help: "Every chat.")
    var all = false

    @Option(help: ArgumentHelp("json (one document) or jsonl (a chat a line).", valueName: "format"))
    var format: TranscriptFormat = .json

    @Option(
        name: [.long, .short], help: ArgumentHelp("The file to write; - for the standard output.", valueName: "path"))
    var output: String?

    @Flag(help: "Replace a file that is there already.")
    var force = false

    @OptionGroup var filter: ChatFilter

    @Flag(help: ArgumentHelp("The same as --format json.", visibility: .hidden))
    var json = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if chats.isEmpty && !all && filter.isEmpty {
            throw ValidationError("Name the chats to export, or say --all.")
        }
        if !chats.isEmpty && (all || !filter.isEmpty) {
            throw ValidationError("Name chats, or choose them with --all, --since, --provider and --tag: not both.")
        }
        if output?.isEmpty ?? false { throw ValidationError("--output names no file.") }
    }

    func run() async throws {
        let library = try Library(global)
        try await library.withExistingStore { try await export(from: $0, library: library) }
    }

    private func export(from store: (any ConversationStore)?, library: Library) async throws {
        let selection = try await selection(in: store, library: library)
        let writer = TranscriptWriter(format: format, exportedAt: library.surroundings.now())
        guard let output, output != "-" else {
            return try await TranscriptStream.write(selection, of: store, for: library.owner, as: writer) {
                try StandardOutput.write($0)
            }
        }
        let file = try WholeFile(path: output, replaces: force, database: library.path, signals: Signals())
        do {
            try await TranscriptStream.write(selection, of: store, for: library.owner, as: writer) {
                try file.write($0)
            }
            try file.finish()
        } catch {
            file.discard()
            throw error
        }
    }

    private func selection(
        in store: (any ConversationStore)?, library: Library
    ) async throws -> ChatSelection {
        if chats.isEmpty {
            return .all(
                since: try filter.moment(now: library.surroundings.now()), provider: filter.provider, tag: filter.tag)
        }
        var ids: [ChatID] = []
        for reference in chats {
            let id = try await library.chat(reference, in: store).id
            if !ids.contains(id) { ids.append(id) }
        }
        return .chats(ids)
    }
}

extension TranscriptFormat: ExpressibleByArgument {}
