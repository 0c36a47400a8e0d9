import ArgumentParser
import Conversations

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Ask for the last reply again.",
        discussion: """
            The reply that is there is kept: the chat goes on with the new one, and 'parley show CHAT --branches' lists both.
            An earlier reply is named by its number, as 'parley show CHAT' prints it.

            EXAMPLES:
              parley retry
              parley retry k3m9x2ab --provider local
              parley retry k3m9x2ab --branch 4
            """
    )

    @Argument(help: "The chat: 'last', an id or its beginning or last 8 characters, or a title.")
    var chat: String?

    @Option(help: ArgumentHelp("The reply to ask for again, the last of a branch or any.", valueName: "number"))
    var branch: String?

    @OptionGroup var options: TalkOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await Talk(global: global, options: options, turn: .retry).goOn(
            in: chat ?? ChatReference.last.text, endingAt: branch)
    }
}
