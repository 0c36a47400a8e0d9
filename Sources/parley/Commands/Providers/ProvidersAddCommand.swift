import ArgumentParser
import Providers
import YAML

extension ProvidersCommand {
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a provider to the configuration.",
            discussion: """
                Writes the keys that are given, and leaves everything else in the file as it is, comments too. With --force \
                it changes one that is there. Secrets are not written: name where they are.

                EXAMPLES:
                  parley providers add blog --kind ai-engine --url https://blog.example --default
                  parley providers add local --kind openai --url http://127.0.0.1:11434/v1 --model llama3.2
                  parley providers add cloud --kind openai --url https://api.example/v1 --api-key-env CLOUD_KEY
                  parley providers add old --preset opchatgpts --url https://mirror.example
                """
        )

        @Argument(help: "What to call it: letters, digits, dots, - and _.")
        var name: String

        @Option(help: ArgumentHelp("ai-engine, openai or eliza.", valueName: "kind"))
        var kind: String?

        @Option(
            help: ArgumentHelp("What is known of a public site: opchatgpts or chatgpt4online.", valueName: "preset"))
        var preset: String?

        @Option(help: ArgumentHelp("The site's or the endpoint's address.", valueName: "address"))
        var url: String?

        @Option(help: ArgumentHelp("The model that answers when none is asked for.", valueName: "name"))
        var model: String?

        @Option(help: ArgumentHelp("ai-engine: the bot; 'default' unless said.", valueName: "id"))
        var bot: String?

        @Option(name: .customLong("custom-id"), help: ArgumentHelp("ai-engine: the bot of a page.", valueName: "id"))
        var customID: String?

        @Option(name: .customLong("context-id"), help: ArgumentHelp("ai-engine: the page.", valueName: "number"))
        var contextID: Int?

        @Option(help: ArgumentHelp("ai-engine: auto, messages, prompt or server.", valueName: "form"))
        var history: String?

        @Option(help: ArgumentHelp("ai-engine: auto, required or none.", valueName: "use"))
        var nonce: String?

        @Option(help: ArgumentHelp("ai-engine: the most that a message may have.", valueName: "number"))
        var maxCharacters: Int?

        @Option(help: ArgumentHelp("A header of every request; may be repeated.", valueName: "name: value"))
        var header: [String] = []

        @Option(help: ArgumentHelp("http:// or socks5://, with a port.", valueName: "address"))
        var proxy: String?

        @Option(help: ArgumentHelp("Certificates to trust beside the system's.", valueName: "path"))
        var caFile: String?

        @Option(help: ArgumentHelp("openai: the variable that the key is in.", valueName: "name"))
        var apiKeyEnv: String?

        @Option(help: ArgumentHelp("openai: the file that the key is in.", valueName: "path"))
        var apiKeyFile: String?

        @Option(help: ArgumentHelp("ai-engine: the variable that the site's token is in.", valueName: "name"))
        var apiTokenEnv: String?

        @Option(help: ArgumentHelp("ai-engine: the file that the site's token is in.", valueName: "path"))
        var apiTokenFile: String?

        @Flag(help: "Ask for whole replies, not for pieces.")
        var noStream = false

        @Flag(help: "Ask this one where nobody is named.")
        var `default` = false

        @Flag(help: "Change one that is there.")
        var force = false

        @OptionGroup var global: GlobalOptions

        func run() throws {
            let settings = try settings()
            do {
                _ = try ProviderConfiguration(name: name, ConfigurationValue(settings))
            } catch {
                throw Failure(ExitStatus.usage, "usage", Self.words(of: error, name: name))
            }
            let file = try global.configurationFile()
            var isThere = false
            try file.edit { editor in
                let entry = editor.document.root?.entry("providers")?.value.entry(name)
                isThere = entry != nil
                if let entry, !force {
                    throw Failure(
                        ExitStatus.usage, "provider_exists",
                        "\(name) is there already, in line \(entry.keyStart.line) of \(file.path): add --force to change"
                            + " it, or choose another name")
                }
                try editor.set(settings, at: ["providers", name])
                if self.default { try editor.set(.text(name), at: ["default_provider"]) }
            }
            global.notices.notice(
                (isThere ? "changed \(name) in" : "added \(name) to") + " \(file.path); see whether it answers:"
                    + " parley providers test \(name)" + configOption)
        }

        /// What a command has to have behind it to find the same file, as a shell takes it.
        private var configOption: String {
            guard let path = global.config else { return "" }
            let isPlain = path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-~".contains($0)) }
            return " --config " + (isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'")
        }

        /// The mapping that is written under the name.
        private func settings() throws -> YAMLValue {
            let texts = [
                ("kind", kind), ("preset", preset), ("url", url), ("model", model), ("bot", bot),
                ("custom_id", customID), ("history", history), ("nonce", nonce), ("proxy", proxy),
                ("ca_file", caFile.map(Settings.absolute)), ("api_key_env", apiKeyEnv),
                ("api_key_file", apiKeyFile.map(Settings.absolute)), ("api_token_env", apiTokenEnv),
                ("api_token_file", apiTokenFile.map(Settings.absolute)),
            ]
            var members = texts.compactMap { key, text in text.map { YAMLValue.Member(key, .text($0)) } }
            if let contextID { members.append(.init("context_id", .integer(contextID))) }
            if let maxCharacters { members.append(.init("max_characters", .integer(maxCharacters))) }
            if noStream { members.append(.init("stream", .boolean(false))) }
            if !header.isEmpty { members.append(.init("headers", .mapping(try header.map(Self.header)))) }
            return .mapping(members)
        }

        private static func header(_ text: String) throws -> YAMLValue.Member {
            guard let colon = text.firstIndex(of: ":") else {
                throw Failure(ExitStatus.usage, "usage", "--header has no colon: write --header 'Name: value'")
            }
            let value = text[text.index(after: colon)...].drop { $0 == " " }
            return .init(String(text[..<colon]), .text(String(value)))
        }

        /// A key of the file as the option that it came from.
        private static func words(of error: ConfigurationError, name: String) -> String {
            guard let key = error.path.first else { return "\(name) \(error.problem)" }
            if key == "headers", error.path.count > 1 { return "--header \(error.path[1]) \(error.problem)" }
            return "--\(key == "headers" ? "header" : key.replacing("_", with: "-")) \(error.problem)"
        }
    }
}
