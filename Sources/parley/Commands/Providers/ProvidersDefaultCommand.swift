import ArgumentParser
import JSON
import Transcripts
import YAML

extension ProvidersCommand {
    struct Default: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "default",
            abstract: "Say who is asked where nobody is named.",
            discussion: """
                Without NAME it prints who that is.

                EXAMPLES:
                  parley providers default
                  parley providers default eliza
                """
        )

        @Argument(help: "The provider's name.")
        var name: String?

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() throws {
            guard let name else {
                let name = try global.configuration().defaultProvider
                guard format.json else { return try StandardOutput.write(name + "\n") }
                return try StandardOutput.write(JSONWriter.line { $0.member("default", name) })
            }
            let file = try global.configurationFile()
            try file.edit { editor in
                _ = try file.configuration(editor.bytes).existingProvider(named: name)
                try editor.set(.text(name), at: ["default_provider"])
            }
            global.notices.notice("\(name) is the default in \(file.path)")
            if let other = try Environment.current().value("PARLEY_DEFAULT_PROVIDER"), other != name {
                global.notices.notice("PARLEY_DEFAULT_PROVIDER is set to \(other) and wins: unset it")
            }
        }
    }
}
