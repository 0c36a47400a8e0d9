import ArgumentParser
import Conversations

struct ForkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork",
        abstract: "Begin a new chat with the same past.",
        discussion: """
            The messages of the branch in view, or of the branch up to NUMBER, are copied: either chat can be deleted without \
            harm to the other. Prints the new chat's id.

            EXAMPLES:
              parley fork last
              parley fork k3m9x2ab --at 4
            """
    )

    @Argument(help: "The chat: 'last', an id or its beginning or last 8 characters, or a title.")
    var chat: String

    @Option(help: ArgumentHelp("The last message to take along; the last there is otherwise.", valueName: "number"))
    var at: String?

    @Option(
        help: ArgumentHelp("What the new chat is called; as the old one, with (fork), otherwise.", valueName: "text"))
    var title: String?

    @OptionGroup var format: JSONOption
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let library = try Library(global)
        let title = try title.flatMap(ChatTitle.given)
        let (origin, made) = try await library.withExistingStore { store in
            let origin = try await library.chat(chat, in: store)
            guard let store, let seq = try at.map({ try MessageNumber(of: $0, in: origin).seq }) ?? origin.head else {
                throw Failure(
                    ExitStatus.badData, "empty_chat",
                    "nothing has been said in \(origin.id.short) yet: there is no past")
            }
            let now = library.surroundings.now()
            let chat = try origin.fork(at: seq, as: library.surroundings.newChatID(), title: title, createdAt: now)
            return (origin, try await store.fork(MessageID(chat: origin.id, seq: seq), as: chat))
        }
        if format.json {
            try StandardOutput.write(made.json)
        } else {
            try StandardOutput.write(made.id.rawValue + "\n")
            global.notices.notice(
                "\(made.messageCount) of the \(origin.messageCount) messages of \(origin.id.short) copied: "
                    + "parley resume \(made.id.short)")
        }
    }
}
