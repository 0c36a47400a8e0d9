import ArgumentParser
import Providers
import YAML

extension ProvidersCommand {
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a provider from the configuration.",
            discussion: """
                Comments above it stay in the file. Conversations with it stay too.

                EXAMPLE:
                  parley providers remove blog
                """
        )

        @Argument(help: "The provider's name.")
        var name: String

        @Flag(help: "Also where it is the default or in the fallback: it is removed from there too.")
        var force = false

        @OptionGroup var global: GlobalOptions

        func run() throws {
            let file = try global.configurationFile()
            let configuration = try file.load()
            guard case .file = try configuration.existingProvider(named: name).source else {
                throw Failure(
                    ExitStatus.usage, "built_in",
                    "\(name) is built in and stays: configure one of that name to replace it")
            }
            try file.edit { editor in
                let configuration = try file.configuration(editor.bytes)
                // One that is built in steps forward under the same name.
                if !Configuration().providers.contains(where: { $0.settings.name == name }) {
                    try Self.forget(name, configuration, isForced: force, in: &editor)
                }
                _ = try editor.remove(at: ["providers", name])
            }
            global.notices.notice("\(name) is no longer in \(file.path)")
        }

        /// Takes the name out of the keys that would then name nobody.
        private static func forget(
            _ name: String, _ configuration: Configuration, isForced: Bool, in editor: inout YAMLEditor
        ) throws {
            let isDefault = configuration.chosenDefault == name
            let isInFallback = configuration.fallback.contains(name)
            guard isForced || !isDefault && !isInFallback else {
                throw Failure(
                    ExitStatus.usage, "provider_in_use",
                    "\(name) is named by \(isDefault ? "default_provider" : "fallback"): add --force to remove it there too"
                )
            }
            if isDefault { _ = try editor.remove(at: ["default_provider"]) }
            guard isInFallback else { return }
            let others = configuration.fallback.filter { $0 != name }
            if others.isEmpty {
                _ = try editor.remove(at: ["fallback"])
            } else {
                try editor.set(.sequence(others.map(YAMLValue.text)), at: ["fallback"])
            }
        }
    }
}
