import ArgumentParser
import Conversations
import JSON
import Terminal
import Transcripts

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a conversation.",
        discussion: """
            The branch in view, each message with its number; with --json the whole chat, all branches. A branch is named by \
            the number of its last message. --branches lists them, FROM the first message that the branch in view has not.

            EXAMPLES:
              parley show last
              parley show k3m9x2ab --last 4
              parley show "trip to Rome" --json
              parley show last --follow
              parley show last --branches
              parley show last --branch 4
            """
    )

    @Argument(help: "The chat: 'last', an id or its beginning or last 8 characters, or a title.")
    var chat: String

    @Option(help: ArgumentHelp("Only the last few messages.", valueName: "number"))
    var last: Int?

    @Flag(help: "List the branches instead: the last message of each.")
    var branches = false

    @Option(help: ArgumentHelp("The branch that ends in this message, not the one in view.", valueName: "number"))
    var branch: String?

    @Flag(help: "Go on showing a reply that is being written elsewhere, until it ends.")
    var follow = false

    @OptionGroup var format: JSONOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard last ?? 1 > 0 else { throw ValidationError("--last has to be 1 or more.") }
        guard !(branches && (last != nil || branch != nil || follow)) else {
            throw ValidationError("--branches lists all branches: leave out --last, --branch and --follow.")
        }
        guard !(format.json && follow) else { throw ValidationError("--follow is for reading, --json for programs.") }
    }

    func run() async throws {
        let library = try Library(global)
        try await library.withExistingStore { store in
            let chat = try await library.chat(chat, in: store)
            guard let store else { return }
            let tip = try branch.map { try MessageNumber(of: $0, in: chat).seq }
            if branches {
                let branches = try await store.branches(of: chat.id, of: library.owner) ?? []
                try StandardOutput.write(
                    format.json
                        ? JSONWriter.line { $0.branches(branches, of: chat.id) }
                        : Array(
                            BranchTable.text(of: branches, style: global.style(for: StandardOutput.descriptor)).utf8))
            } else if format.json {
                try await printJSON(of: chat, endingAt: tip, in: store, for: library.owner)
            } else {
                try await printPage(of: chat, endingAt: tip, in: store, library: library)
            }
        }
    }

    private func printJSON(
        of chat: Chat, endingAt tip: Int?, in store: any ConversationStore, for owner: Owner
    ) async throws {
        var encoder = JSONTranscriptEncoder(exportedAt: nil)
        guard last != nil || tip != nil else {
            return try await TranscriptStream.write(.chats([chat.id]), of: store, for: owner, as: encoder) {
                try StandardOutput.write($0)
            }
        }
        guard let (found, messages) = try await store.branch(of: chat.id, of: owner, endingAt: tip, last: last)
        else { return }
        // The one branch that is written is the one in view for whoever reads it.
        var chat = found
        chat.head = messages.last?.id.seq
        try encoder.receive(Transcript(chat: chat, messages: messages))
        try StandardOutput.write(encoder.take())
    }

    private func printPage(
        of chat: Chat, endingAt tip: Int?, in store: any ConversationStore, library: Library
    ) async throws {
        guard let (chat, messages) = try await store.branch(of: chat.id, of: library.owner, endingAt: tip, last: last)
        else { return }
        let page = TranscriptPage(
            style: global.style(for: StandardOutput.descriptor), isForScreen: StandardOutput.isTerminal)
        try StandardOutput.write(page.heading(of: chat, showing: messages.count))
        for message in messages.dropLast(follow ? 1 : 0) {
            try StandardOutput.write("\n" + page.text(of: message) + "\n")
        }
        guard follow, let latest = messages.last else { return }
        try StandardOutput.write("\n" + page.speaker(of: latest) + "\n")
        try await printToItsEnd(latest, in: store, library: library)
    }

    /// Prints the message as it grows. Others' writes give no sign, so it is looked at ten times a second.
    private func printToItsEnd(
        _ message: Message, in store: any ConversationStore, library: Library
    ) async throws {
        var filter = ControlCharacterFilter()
        var message = message
        var shown = ""
        while true {
            // A provider may give another text at the end than had come in pieces: that one is shown whole.
            let goesOn = message.content.utf8.starts(with: shown.utf8)
            let piece =
                goesOn
                ? String(decoding: message.content.utf8.dropFirst(shown.utf8.count), as: UTF8.self)
                : "\n" + message.content
            shown = message.content
            try StandardOutput.write(StandardOutput.isTerminal ? filter.filter(piece) : piece)
            guard message.status == .streaming else { break }
            try await library.surroundings.sleep(.milliseconds(100))
            guard
                let (_, messages) = try await store.branch(
                    of: message.id.chat, of: library.owner, endingAt: message.id.seq, last: 1),
                let now = messages.last
            else { break }
            message = now
        }
        try StandardOutput.write(filter.finish() + "\n")
        if message.status != .complete {
            global.notices.notice("\(message.status.rawValue): \(message.error?.message ?? "the reply is not whole")")
        }
    }
}
