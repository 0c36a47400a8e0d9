import Providers
import Service

extension ServeSettings {
    private static let keys = [
        "host", "port", "token_file", "cors_origins", "allow_hosts", "log_format", "max_streams", "max_rate",
        "public_metrics",
    ]

    /// What the section `serve` of the file says.
    mutating func read(_ root: ConfigurationSection) throws {
        let section = try root.section("serve", keys: Self.keys)
        if let host = try section.text("host") { self.host = host }
        if let port = try section.integer("port", in: 0...65_535) { self.port = port }
        if let path = try section.text("token_file") { tokenFile = path }
        if let origins = try section.texts("cors_origins") { corsOrigins = origins }
        if let names = try section.texts("allow_hosts") { allowedHosts = names }
        if let format = try section.choice("log_format", of: LogFormat.self) { logFormat = format }
        if let most = try section.integer("max_streams", in: Self.streams) { maximumStreams = most }
        if let most = try section.integer("max_rate", in: Self.rates) { requestsPerMinute = most }
        if let isPublic = try section.boolean("public_metrics") { metricsArePublic = isPublic }
        do {
            try check()
        } catch {
            throw section.error(error.key, error.problem)
        }
    }

    /// What the environment says: each key is `PARLEY_SERVE_` and its name.
    mutating func apply(_ environment: Environment) throws {
        let settings = Settings(environment: environment)
        if let host = try environment.value("PARLEY_SERVE_HOST") { self.host = host }
        if let port = try settings.number("PARLEY_SERVE_PORT", in: 0...65_535) { self.port = port }
        if let path = try environment.value("PARLEY_SERVE_TOKEN_FILE") { tokenFile = path }
        if let list = try environment.value("PARLEY_SERVE_CORS_ORIGINS") { corsOrigins = Self.parts(of: list) }
        if let list = try environment.value("PARLEY_SERVE_ALLOW_HOSTS") { allowedHosts = Self.parts(of: list) }
        if let name = try environment.value("PARLEY_SERVE_LOG_FORMAT") {
            guard let format = LogFormat(rawValue: name) else {
                throw Settings.invalid(
                    "PARLEY_SERVE_LOG_FORMAT", name, Spelling.list(LogFormat.allCases.map(\.rawValue)))
            }
            logFormat = format
        }
        if let most = try settings.number("PARLEY_SERVE_MAX_STREAMS", in: Self.streams) { maximumStreams = most }
        if let most = try settings.number("PARLEY_SERVE_MAX_RATE", in: Self.rates) { requestsPerMinute = most }
        switch try environment.value("PARLEY_SERVE_PUBLIC_METRICS") {
        case nil: break
        case "true": metricsArePublic = true
        case "false": metricsArePublic = false
        case .some(let value): throw Settings.invalid("PARLEY_SERVE_PUBLIC_METRICS", value, "true or false")
        }
        do {
            try check()
        } catch {
            throw Failure(
                ExitStatus.configuration, "invalid_setting", "PARLEY_SERVE_\(error.key.uppercased()) \(error.problem)")
        }
    }

    private static func parts(of list: String) -> [String] {
        list.split(separator: ",").map { String($0.filter { $0 != " " }) }
    }
}
