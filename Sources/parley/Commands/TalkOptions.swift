import ArgumentParser

/// The options of the commands that talk.
struct TalkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who answers; with commas, who is asked next.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("The model to ask for.", valueName: "name"))
    var model: String?

    @Flag(help: "Show the reply when it is whole, not as it comes.")
    var noStream = false

    @Flag(help: "Print the exchange as one JSON object.")
    var json = false
}
