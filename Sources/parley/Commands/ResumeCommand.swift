import ArgumentParser
import Conversations

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a past conversation.",
        discussion: """
            Without CHAT it is the one last used. With TEXT, or something piped in, says it, prints the reply and exits; on \
            a terminal without TEXT it shows the last few messages and opens a prompt.

            EXAMPLES:
              parley resume
              parley resume k3m9x2ab
              parley resume "trip to Rome" "Which month is best?"
              parley resume last --json "And then?"
              parley resume k3m9x2ab --branch 4
            """
    )

    @Argument(help: "The chat: 'last', an id or its beginning or last 8 characters, or a title.")
    var chat: String?

    @Argument(help: "What to say.")
    var text: [String] = []

    @Option(help: ArgumentHelp("Go on after this message, the last of another branch.", valueName: "number"))
    var branch: String?

    @OptionGroup var options: TalkOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let talk = try Talk(global: global, options: options, words: text)
        do {
            try await talk.goOn(in: chat ?? ChatReference.last.text, endingAt: branch)
        } catch var failure as Failure where failure.code == Library.noSuchChat && chat?.contains(" ") ?? false {
            failure.message += "; to say it in the latest one: parley resume last TEXT"
            throw failure
        }
    }
}
