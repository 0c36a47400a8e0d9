import ArgumentParser
import Service

/// The options of `serve`. Each goes before what the environment and the configuration say.
struct ServeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where to listen; 127.0.0.1 unless told otherwise.", valueName: "name"))
    var host: String?

    @Option(help: ArgumentHelp("The port; 8765 unless told otherwise, 0 for any that is free.", valueName: "number"))
    var port: Int?

    @Option(help: ArgumentHelp("The file that holds the terminal user's key.", valueName: "path"))
    var tokenFile: String?

    @Option(
        name: .customLong("cors-origin"),
        help: ArgumentHelp(
            "A site whose pages may ask, such as https://app.example; may be repeated.", valueName: "url"))
    var corsOrigins: [String] = []

    @Option(
        name: .customLong("allow-host"),
        help: ArgumentHelp("Another name that this service is called by; may be repeated.", valueName: "name"))
    var allowedHosts: [String] = []

    @Option(help: ArgumentHelp("How the log looks: text or json.", valueName: "format"))
    var logFormat: LogFormat?

    @Option(
        help: ArgumentHelp(
            "The most replies that are written at once; 2048 unless told otherwise.", valueName: "number"))
    var maxStreams: Int?

    @Option(
        help: ArgumentHelp(
            "The most requests a minute of each key; as many as it likes unless told otherwise.", valueName: "number"))
    var maxRate: Int?

    @Flag(help: "Give out the metrics without a key.")
    var publicMetrics = false

    func settings(over configured: ServeSettings) throws -> ServeSettings {
        var settings = configured
        if let host { settings.host = host }
        if let port { settings.port = port }
        if let tokenFile { settings.tokenFile = tokenFile }
        if !corsOrigins.isEmpty { settings.corsOrigins = corsOrigins }
        if !allowedHosts.isEmpty { settings.allowedHosts = allowedHosts }
        if let logFormat { settings.logFormat = logFormat }
        if let maxStreams { settings.maximumStreams = maxStreams }
        if let maxRate { settings.requestsPerMinute = maxRate }
        if publicMetrics { settings.metricsArePublic = true }
        do {
            try settings.check()
        } catch {
            throw Failure(ExitStatus.usage, "usage", "--\(Self.option(error.key)) \(error.problem)")
        }
        return settings
    }

    /// What sets one thing, of which the configuration has a list, is called by one of them.
    private static func option(_ key: String) -> String {
        switch key {
        case "cors_origins": "cors-origin"
        case "allow_hosts": "allow-host"
        default: key.replacing("_", with: "-")
        }
    }
}

extension LogFormat: ExpressibleByArgument {}
