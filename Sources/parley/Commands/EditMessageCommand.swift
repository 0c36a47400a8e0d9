import ArgumentParser
import Conversations

struct EditMessageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit-message",
        abstract: "Say something else in the place of an earlier message.",
        discussion: """
            The message and all that followed it are kept, as another branch; the chat goes on with the new words and the \
            reply to them. NUMBER is the message's, as 'parley show CHAT' prints it.

            EXAMPLES:
              parley edit-message last 3 "I meant Rome, Georgia"
              parley edit-message k3m9x2ab 1 - < question.txt
            """
    )

    @Argument(help: "The chat: 'last', an id or its beginning or last 8 characters, or a title.")
    var chat: String

    @Argument(help: "The number of the message, which has to be yours.")
    var number: String

    @Argument(help: "What to say instead.")
    var text: [String] = []

    @OptionGroup var options: TalkOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        guard let text = try Talk.text(of: text) else {
            throw Failure(
                ExitStatus.usage, "usage", "there are no words to say instead: put them behind NUMBER, or pipe them in")
        }
        try await Talk(global: global, options: options, turn: .edit(text)).goOn(in: chat, endingAt: number)
    }
}
