import ArgumentParser

/// The options of the commands that talk.
struct TalkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who answers; with commas, who is asked next.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("The model to ask for.", valueName: "name"))
    var model: String?

    @Flag(help: "Show the reply when it is whole, not as it comes.")
    var noStream = false

    @Flag(help: "Where a reply is still being written in the chat, wait for its end, up to 10 minutes.")
    var wait = false

    @Flag(help: "Print the exchange as one JSON object.")
    var json = false

    /// How long another's reply is waited for.
    var patience: Duration { wait ? .seconds(600) : .zero }
}
