import ArgumentParser
import Conversations
import JSON
import Storage
import Terminal
import Transcripts

struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Erase conversations for good.",
        discussion: """
            All the chats named, or none if one of them cannot be found; or those that meet all of the conditions given. Without \
            --yes it asks first. What is erased is overwritten in the file: nothing brings it back but a backup, or a file that a \
            restoration has kept aside.

            EXAMPLES:
              parley delete k3m9x2ab
              parley delete last "trip to Rome" --yes
              parley delete --older-than 90d --provider eliza --dry-run
            """
    )

    @Argument(help: "The chats: 'last', ids or their beginnings or last 8 characters, or titles.")
    var chats: [String] = []

    @Option(help: ArgumentHelp("Not active since then: 24h, 7d, 4w, or a date.", valueName: "when"))
    var olderThan: String?

    @Option(help: ArgumentHelp("Of this provider: the one chosen to answer.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("With this tag.", valueName: "tag"))
    var tag: String?

    @Flag(help: "Of those that were put away.")
    var archived = false

    @Flag(help: "Show what would be erased, and erase nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var format: JSONOption
    @OptionGroup var global: GlobalOptions

    private var hasConditions: Bool { olderThan != nil || provider != nil || tag != nil || archived }

    func validate() throws {
        if chats.isEmpty && !hasConditions {
            throw ValidationError(
                "Name the chats to erase, or choose them with --older-than, --provider, --tag and --archived.")
        }
        if !chats.isEmpty && hasConditions {
            throw ValidationError(
                "Name chats, or choose them with --older-than, --provider, --tag and --archived: not both.")
        }
    }

    /// What has become of the chats that were meant.
    private struct Deletion {
        var deleted: [Chat] = []
        /// Chats that were passed over, since something is or was being said in them.
        var left: [Chat] = []
        var erasure = ErasureOutcome.complete
    }

    func run() async throws {
        let library = try Library(global)
        SQLiteConversationStore.putTemporaryFiles(besides: library.path)
        try await library.withExistingStore { store in
            let found = try await chosen(in: store, library: library)
            if dryRun { return try show(found) }
            guard let store, !found.isEmpty else {
                global.notices.notice("no chat meets these conditions: nothing was deleted")
                return try tell(of: Deletion())
            }
            try confirm(found)
            var deletion = Deletion()
            do {
                try await delete(found, from: store, into: &deletion)
                try await erase(from: store, into: &deletion)
            } catch {
                guard !deletion.deleted.isEmpty else { throw error }
                var failure = Failure(error)
                failure.message = "\(Self.count(deletion.deleted)) deleted, and then: \(failure.message)"
                throw failure
            }
            try tell(of: deletion)
        }
    }

    private func tell(of deletion: Deletion) throws {
        if format.json {
            return try StandardOutput.write(
                JSONWriter.line { $0.deletion(of: deletion.deleted, left: deletion.left, deletion.erasure) })
        }
        let listed = 20
        for chat in deletion.deleted.prefix(listed) {
            global.notices.notice("deleted \(chat.id.short) \"\(chat.title)\"")
        }
        if deletion.deleted.count > listed {
            global.notices.notice("and \(deletion.deleted.count - listed) more: \(Self.count(deletion.deleted))")
        }
        for chat in deletion.left.prefix(listed) {
            global.notices.notice("\(chat.id.short) was left: something is being said in it")
        }
        if deletion.left.count > listed {
            global.notices.notice("\(Self.count(deletion.left)) were left: something is being said in them")
        }
    }

    // MARK: - Which

    private func chosen(in store: (any ConversationStore)?, library: Library) async throws -> [Chat] {
        guard chats.isEmpty else {
            var found: [Chat] = []
            for reference in chats {
                let chat = try await library.chat(reference, in: store)
                if !found.contains(where: { $0.id == chat.id }) { found.append(chat) }
            }
            return found
        }
        var query = ChatQuery()
        query.conditions.until = try ChatFilter.moment(
            olderThan, option: "--older-than", now: library.surroundings.now())
        query.conditions.provider = provider
        query.conditions.tag = tag
        var found: [Chat] = []
        for isArchived in archived ? [true] : [false, true] {
            query.archived = isArchived
            found += try await store?.chats(matching: query, of: library.owner).chats ?? []
        }
        return found
    }

    private func show(_ chats: [Chat]) throws {
        if format.json { return try StandardOutput.write(JSONWriter.line { $0.ids("would_delete", of: chats) }) }
        if !chats.isEmpty {
            let table = ChatTable(
                style: global.style(for: StandardOutput.descriptor),
                width: StandardOutput.isTerminal ? TerminalDevice.size(of: StandardOutput.descriptor).columns : nil)
            try StandardOutput.write(table.text(of: chats))
        }
        global.notices.notice("\(Self.count(chats)) would be erased; nothing was")
    }

    private static func count(_ chats: [Chat]) -> String { chats.count == 1 ? "1 chat" : "\(chats.count) chats" }

    // MARK: - Erasing

    private static let batch = 100

    /// Deletes chats that were named, or none of them; of those chosen by conditions, a batch at a time, all but those in
    /// which something is being said.
    private func delete(
        _ found: [Chat], from store: any ConversationStore, into deletion: inout Deletion
    ) async throws {
        guard hasConditions else {
            try await store.delete(found)
            deletion.deleted = found
            return
        }
        var waiting = found
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.batch))
            do {
                try await store.delete(batch)
                deletion.deleted += batch
                waiting.removeFirst(batch.count)
            } catch {
                switch error {
                case .chatBusy(let id), .chatChanged(let id):
                    deletion.left += waiting.filter { $0.id == id }
                    waiting.removeAll { $0.id == id }
                case .noSuchChat(let id): waiting.removeAll { $0.id == id }
                default: throw error
                }
            }
        }
    }

    private func erase(from store: any ConversationStore, into deletion: inout Deletion) async throws {
        let progress = ProgressLine("erasing", notices: global.notices)
        defer { progress.end() }
        deletion.erasure = try await store.finishErasure { progress.show($0) }
        progress.end()
        switch deletion.erasure {
        case .complete: break
        case .heldUp:
            global.notices.notice(
                "other programs are reading the database: what was deleted may be in its log until they are done;"
                    + " 'parley db compact' makes sure")
        case .leftToCompacting:
            global.notices.notice(
                "fragments of what was deleted may be left in the file, which is large: 'parley db compact' erases them"
            )
        }
    }

    /// - Throws: ``Failure`` where nobody means it.
    private func confirm(_ chats: [Chat]) throws {
        if yes { return }
        guard StandardInput.isTerminal else {
            throw Failure(
                ExitStatus.usage, "not_confirmed",
                "nothing was deleted, since nobody can be asked: add --yes to mean it")
        }
        let shown = 20
        for chat in chats.prefix(shown) {
            global.notices.screen(
                "\(chat.id.short)  \(ControlCharacterFilter.visibleLine(chat.title)) (\(chat.messageCount) messages)\n")
        }
        if chats.count > shown { global.notices.screen("… and \(chats.count - shown) more\n") }
        global.notices.screen("Erase \(chats.count == 1 ? "it" : "them") for good? [y/N] ")
        if ["y", "yes"].contains(readLine()?.lowercased()) { return }
        throw Failure(ExitStatus.usage, "not_confirmed", "nothing was deleted: say y to mean it")
    }
}
