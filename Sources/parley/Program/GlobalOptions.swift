import ArgumentParser
import Conversations
import Terminal

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The database file.", valueName: "path"))
    var database: String?

    @Option(help: ArgumentHelp("When to colour the output.", valueName: "when"))
    var color: ColorMode = .auto

    @Flag(help: "Say nothing but results and errors.")
    var quiet = false

    @Flag(help: "Say more about the work.")
    var verbose = false

    static let namesWithValue = ["--database", "--color"]
    static let flagNames = ["--quiet", "--verbose", "--json"]
}

enum ColorMode: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

/// The option of commands that give something to read.
struct JSONOption: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}

extension GlobalOptions {
    var notices: Notices { Notices(isQuiet: quiet, isVerbose: verbose) }

    /// The style for what goes to this descriptor.
    func style(for descriptor: Int32) -> Style {
        let mode: Style.Mode =
            switch color {
            case .auto: .auto
            case .always: .always
            case .never: .never
            }
        return Style(
            mode: mode, environment: Environment.current().all, isTerminal: TerminalDevice.isTerminal(descriptor))
    }
}
