import ArgumentParser
import Conversations

struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Begin a conversation.",
        discussion: """
            With TEXT, or something piped in, says it, prints the reply and exits. On a terminal without TEXT it opens a \
            prompt. In TEXT a lone - stands for what is piped in.

            EXAMPLES:
              parley chat
              parley chat "Good morning"
              git diff | parley chat "A commit message for this:" -
              parley chat --json "Good morning"
              parley chat -c "And another thing"
            """
    )

    @Argument(help: "What to say.")
    var text: [String] = []

    @Option(help: ArgumentHelp("What the new chat is called; made from the first words otherwise.", valueName: "text"))
    var title: String?

    @Option(help: ArgumentHelp("What the model is told before everything else.", valueName: "text"))
    var system: String?

    @Flag(name: [.customLong("continue"), .customShort("c")], help: "Go on with the latest chat.")
    var goOn = false

    @OptionGroup var options: TalkOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if goOn && (title != nil || system != nil) {
            throw ValidationError("--title and --system are for a new chat: leave them out, or --continue.")
        }
    }

    func run() async throws {
        let talk = try Talk(global: global, options: options, words: text)
        if goOn {
            try await talk.goOn(in: ChatReference.last.text)
        } else {
            try await talk.begin(title: title, system: system)
        }
    }
}
