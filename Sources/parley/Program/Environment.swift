import Glibc

/// The environment's variables. An empty one counts as not set.
struct Environment: Sendable {
    private var variables: [String: String] = [:]
    private var unreadable: Set<String> = []

    /// The variable's value; nil where it is not set.
    ///
    /// - Throws: where it is not UTF-8: a path that was changed on the way in would be another.
    func value(_ name: String) throws -> String? {
        guard !unreadable.contains(name) else {
            throw Failure(ExitStatus.configuration, "not_utf8", "\(name) is not UTF-8: write it in that encoding")
        }
        return variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The variables that Parley looks at, as they are now.
    static func current() -> Environment {
        var environment = Environment()
        for name in names {
            guard let value = unsafe getenv(name) else { continue }
            environment.variables[name] = unsafe String(validatingCString: value)
            if environment.variables[name] == nil { environment.unreadable.insert(name) }
        }
        return environment
    }

    /// Those that can be read.
    var all: [String: String] { variables }

    /// Whether a variable that a setting names has anything in it. What it is stays unread: it is a secret.
    static func holds(_ name: String) -> Bool {
        guard let value = unsafe getenv(name) else { return false }
        return unsafe value.pointee != 0
    }

    private static let names = [
        "HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "NO_COLOR", "TERM",
        "LC_ALL", "LC_CTYPE", "LANG",
        "PARLEY_DATABASE", "PARLEY_CONFIG", "PARLEY_DEFAULT_PROVIDER", "PARLEY_FALLBACK",
        "PARLEY_HISTORY_MAX_TOKENS", "PARLEY_HISTORY_MAX_CHARACTERS", "PARLEY_HISTORY_MAX_MESSAGES",
        "PARLEY_HISTORY_KEEP_FIRST", "PARLEY_ATTEMPTS_KEEP_DAYS", "PARLEY_ELIZA_SEED", "PARLEY_ELIZA_PACE",
        "PARLEY_SERVE_HOST", "PARLEY_SERVE_PORT", "PARLEY_SERVE_TOKEN_FILE", "PARLEY_SERVE_CORS_ORIGINS",
        "PARLEY_SERVE_ALLOW_HOSTS", "PARLEY_SERVE_LOG_FORMAT", "PARLEY_SERVE_MAX_STREAMS",
        "PARLEY_SERVE_MAX_RATE", "PARLEY_SERVE_PUBLIC_METRICS",
    ]
}
