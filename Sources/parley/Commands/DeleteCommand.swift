import ArgumentParser
import Conversations
import JSON
import Terminal

struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Erase conversations for good.",
        discussion: """
            All the chats named, or none if one of them cannot be found. Without --yes it asks first.

            EXAMPLES:
              parley delete k3m9x2ab
              parley delete last "trip to Rome" --yes
            """
    )

    @Argument(help: "The chats: 'last', ids or their beginnings or last 8 characters, or titles.")
    var chats: [String]

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var format: JSONOption
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let library = try Library(global)
        let deleted = try await library.withExistingStore { try await delete(from: $0, library: library) }
        if format.json {
            try StandardOutput.write(
                JSONWriter.line { json in
                    json.array("deleted") { json in
                        for chat in deleted { json.string(chat.id.rawValue) }
                    }
                })
        } else {
            for chat in deleted { global.notices.notice("deleted \(chat.id.short) \"\(chat.title)\"") }
        }
    }

    private func delete(from store: (any ConversationStore)?, library: Library) async throws -> [Chat] {
        var found: [Chat] = []
        for reference in chats {
            let chat = try await library.chat(reference, in: store)
            if !found.contains(where: { $0.id == chat.id }) { found.append(chat) }
        }
        guard let store, try isMeant(found) else { throw ExitCode(ExitStatus.usage) }
        try await store.delete(found.map(\.id), of: library.owner)
        return found
    }

    private func isMeant(_ chats: [Chat]) throws -> Bool {
        if yes { return true }
        guard StandardInput.isTerminal else {
            throw Failure(
                ExitStatus.usage, "not_confirmed",
                "nothing was deleted, since nobody can be asked: add --yes to mean it")
        }
        for chat in chats {
            global.notices.screen(
                "\(chat.id.short)  \(ControlCharacterFilter.visibleLine(chat.title)) (\(chat.messageCount) messages)\n")
        }
        global.notices.screen("Erase \(chats.count == 1 ? "it" : "them") for good? [y/N] ")
        if ["y", "yes"].contains(readLine()?.lowercased()) { return true }
        global.notices.notice("nothing was deleted")
        return false
    }
}
