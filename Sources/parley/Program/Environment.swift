import Glibc

/// The environment's variables. An empty one counts as not set.
struct Environment: Sendable {
    private var variables: [String: String]

    init(_ variables: [String: String]) {
        self.variables = variables
    }

    subscript(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The variables that Parley looks at, as they are now.
    static func current() -> Environment {
        var variables: [String: String] = [:]
        for name in names {
            guard let value = unsafe getenv(name) else { continue }
            variables[name] = unsafe String(cString: value)
        }
        return Environment(variables)
    }

    /// For those who ask for the whole of it.
    var all: [String: String] { variables }

    private static let names = [
        "HOME", "XDG_DATA_HOME", "NO_COLOR", "TERM",
        "PARLEY_DATABASE", "PARLEY_DEFAULT_PROVIDER",
        "PARLEY_HISTORY_MAX_TOKENS", "PARLEY_HISTORY_MAX_CHARACTERS", "PARLEY_HISTORY_MAX_MESSAGES",
        "PARLEY_HISTORY_KEEP_FIRST", "PARLEY_ELIZA_SEED", "PARLEY_ELIZA_PACE",
    ]
}
