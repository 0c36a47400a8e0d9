import Service

/// How the service is to run.
struct ServeSettings: Equatable {
    var host = "127.0.0.1"
    /// 0 for any that is free.
    var port = 8765
    /// Holds the key of the terminal's user; nil where another place does.
    var tokenFile: String?
    /// Sites whose pages may ask.
    var corsOrigins: [String] = []
    /// Names by which the service is called, beside that of its host.
    var allowedHosts: [String] = []
    var logFormat = LogFormat.text
    /// Replies that are written at once.
    var maximumStreams = 2048
    /// How often each key may ask; nil for as often as it likes.
    var requestsPerMinute: Int?
    /// The metrics are for whoever asks, without a key.
    var metricsArePublic = false

    static let streams = 1...1_000_000
    static let rates = 1...1_000_000

    struct Invalid: Error {
        /// As the configuration calls it.
        var key: String
        /// `is so and so: it has to be …`.
        var problem: String
    }

    /// - Throws: ``Invalid`` of the first that makes no sense.
    func check() throws(Invalid) {
        guard AllowedHosts.isName(host) else {
            throw Invalid(key: "host", problem: "is '\(host)': it has to be a name or an address of this machine")
        }
        guard (0...65_535).contains(port) else {
            throw Invalid(key: "port", problem: "is \(port): it has to be a number from 0 to 65535")
        }
        for origin in corsOrigins where !AllowedOrigins.isOrigin(origin) {
            throw Invalid(
                key: "cors_origins",
                problem: "is '\(origin)': it has to be one site, as https://app.example, without a path")
        }
        for name in allowedHosts where !AllowedHosts.isName(name) {
            throw Invalid(
                key: "allow_hosts", problem: "is '\(name)': it has to be a name or an address, without a port")
        }
        guard Self.streams.contains(maximumStreams) else {
            throw Invalid(
                key: "max_streams", problem: "is \(maximumStreams): it has to be a number from 1 to 1000000")
        }
        guard requestsPerMinute.map(Self.rates.contains) ?? true else {
            throw Invalid(key: "max_rate", problem: "has to be a number of requests a minute, from 1 to 1000000")
        }
    }

    /// Nobody beyond this machine can reach it.
    var isLocal: Bool { ListeningPlace.isLoopback(host) }

    var limits: ServiceLimits {
        var limits = ServiceLimits()
        limits.maximumReplies = maximumStreams
        return limits
    }
}
