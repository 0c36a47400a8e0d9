import ArgumentParser
import JSON
import Providers
import Terminal
import Transcripts

extension ProvidersCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show who can answer.",
            discussion: """
                Those of the configuration in its order, then those that are built in. NOTES tell who is asked by default, \
                the place in the fallback, and whose site is known to be gone.

                EXAMPLES:
                  parley providers list
                  parley providers list --json | jq -r '.providers[].name'
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() throws {
            let configuration = try global.configuration()
            if format.json { return try StandardOutput.write(configuration.json) }
            let style = global.style(for: StandardOutput.descriptor)
            try StandardOutput.write(ProviderTable(configuration).text(style: style))
        }
    }
}

extension Configuration {
    /// The list as programs read it.
    fileprivate var json: [UInt8] {
        JSONWriter.line { json in
            json.array("providers") { json in
                for provider in providers {
                    json.object { json in
                        for fact in ProviderFacts(provider, in: self).inLists { fact.write(to: &json) }
                    }
                }
            }
            json.array("fallback") { json in
                for name in fallback { json.string(name) }
            }
            json.member("default", defaultProvider)
        }
    }
}

/// A list of providers as a person reads it.
private struct ProviderTable {
    private let rows: [[String]]

    init(_ configuration: Configuration) {
        rows =
            [["NAME", "KIND", "URL", "HISTORY", "NONCE", "MODEL", "NOTES"]]
            + configuration.providers.map { provider in
                let facts = ProviderFacts(provider, in: configuration)
                return ["name", "kind", "url", "history", "nonce", "model"].map { facts.text(of: $0) ?? "-" }
                    + [Self.notes(on: provider, in: configuration)]
            }
    }

    private static func notes(on provider: Configuration.Provider, in configuration: Configuration) -> String {
        let name = provider.settings.name
        var notes: [String] = []
        if name == configuration.defaultProvider { notes.append("default") }
        if let index = configuration.fallback.firstIndex(of: name) { notes.append("fallback \(index + 1)") }
        if !provider.settings.isWorking { notes.append("site is gone") }
        return notes.joined(separator: ", ")
    }

    func text(style: Style) -> String {
        let rows = rows.map { $0.map(ControlCharacterFilter.visibleLine) }
        let widths = rows[0].indices.map { column in rows.map { DisplayWidth.columns(of: $0[column]) }.max() ?? 0 }
        var text = ""
        for (index, row) in rows.enumerated() {
            var line = zip(row, widths).map { DisplayWidth.padded($0, toColumns: $1) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            text += (index == 0 ? style.bold(line) : line) + "\n"
        }
        return text
    }
}
