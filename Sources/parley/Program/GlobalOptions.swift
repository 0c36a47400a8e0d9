import ArgumentParser
import Conversations
import Terminal

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The database file.", valueName: "path"))
    var database: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "path"))
    var config: String?

    @Option(help: ArgumentHelp("When to colour the output.", valueName: "when"))
    var color: Style.Mode = .auto

    @Flag(help: "Say nothing but results and errors.")
    var quiet = false

    @Flag(help: "Say more about the work.")
    var verbose = false

    static let namesWithValue = ["--database", "--config", "--color"]
    static let flagNames = ["--quiet", "--verbose", "--json", "--jsonl"]
}

extension Style.Mode: ExpressibleByArgument {}

/// The option of commands that give something to read.
struct JSONOption: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}

/// The options of commands that give a list to read.
struct ListFormatOptions: ParsableArguments {
    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Print JSON, an object a line.")
    var jsonl = false

    func validate() throws {
        guard !(json && jsonl) else { throw ValidationError("--json and --jsonl are two formats: choose one.") }
    }
}

extension GlobalOptions {
    var notices: Notices { Notices(isQuiet: quiet, isVerbose: verbose) }

    /// The style for what goes to this descriptor.
    func style(for descriptor: Int32) -> Style {
        Style(
            mode: color, environment: Environment.current().all, isTerminal: TerminalDevice.isTerminal(descriptor))
    }
}
