import ArgumentParser

struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers",
        abstract: "Say who can answer.",
        discussion: """
            EXAMPLES:
              parley providers list
              parley providers add blog --kind ai-engine --url https://blog.example --default
            """,
        subcommands: [List.self, Show.self, Add.self, Remove.self, Test.self, Default.self]
    )
}

extension GlobalOptions {
    /// The settings of the file and the environment.
    func configuration() throws -> Configuration {
        try Configuration.current(flag: config, environment: .current())
    }

    /// The file that settings are written to.
    func configurationFile() throws -> ConfigurationFile {
        if let file = try ConfigurationFile.find(flag: config, environment: .current()) { return file }
        throw Failure(
            ExitStatus.configuration, "no_home",
            "there is no home folder to keep settings in: set HOME, or name a file with --config")
    }
}
