import ArgumentParser
import JSON
import Terminal
import Transcripts

extension ProvidersCommand {
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show all that is set and known of a provider.",
            discussion: """
                No secret is shown: of a password nothing, of headers the names. With --json times are in milliseconds, \
                sizes in bytes.

                EXAMPLE:
                  parley providers show eliza
                """
        )

        @Argument(help: "The provider's name.")
        var name: String

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() throws {
            let configuration = try global.configuration()
            let facts = ProviderFacts(try configuration.existingProvider(named: name), in: configuration).all
            if format.json {
                try StandardOutput.write(
                    JSONWriter.line { json in
                        for fact in facts { fact.write(to: &json) }
                    })
            } else {
                let width = (facts.map(\.name.count).max() ?? 0) + 2
                for fact in facts {
                    let label = DisplayWidth.padded(fact.name, toColumns: width)
                    try StandardOutput.write(ControlCharacterFilter.visibleLine(label + fact.text) + "\n")
                }
            }
        }
    }
}
