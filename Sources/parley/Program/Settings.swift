import Conversations
import Glibc
import Providers

/// What the flags and the environment ask for, checked. A flag wins over the environment.
struct Settings {
    private let environment: Environment

    init(environment: Environment) {
        self.environment = environment
    }

    // MARK: - The database

    /// The database's absolute path: the flag's, the environment's, or the usual place.
    func databasePath(flag: String?) throws -> String {
        if let flag {
            guard !flag.isEmpty else {
                throw Failure(ExitStatus.usage, "usage", "--database names no file: give it a path")
            }
            return Self.absolute(flag)
        }
        if let path = try environment.value("PARLEY_DATABASE") { return Self.absolute(path) }
        // The specification has relative paths ignored: https://specifications.freedesktop.org/basedir-spec/latest/
        if let data = try environment.value("XDG_DATA_HOME"), data.hasPrefix("/") { return data + "/parley/parley.db" }
        if let home = try environment.value("HOME"), home.hasPrefix("/") {
            return home + "/.local/share/parley/parley.db"
        }
        throw Failure(
            ExitStatus.configuration, "no_home",
            "there is no home folder to keep conversations in: set HOME, or name a file with --database")
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(folder) }
        return unsafe String(cString: folder) + "/" + path
    }

    // MARK: - Providers

    /// The provider of this name, or the one to use where none is named.
    ///
    /// - Parameter pace: The time between the words of the bot on board, unless the environment says otherwise.
    func provider(named name: String?, pace: Duration) throws -> any ChatProvider {
        let name = try name ?? environment.value("PARLEY_DEFAULT_PROVIDER") ?? "eliza"
        guard name == "eliza" else {
            throw Failure(
                ExitStatus.configuration, "unknown_provider", "there is no provider '\(name)': there is eliza")
        }
        let seed = try number("PARLEY_ELIZA_SEED", in: 0...Int.max).map(UInt64.init)
        let milliseconds = try number("PARLEY_ELIZA_PACE", in: 0...60_000)
        return ElizaProvider(
            seed: seed ?? ElizaProvider.standardSeed, pace: milliseconds.map { .milliseconds($0) } ?? pace)
    }

    // MARK: - History

    func historyLimits() throws -> HistoryLimits {
        var limits = HistoryLimits.standard
        if let tokens = try limit("PARLEY_HISTORY_MAX_TOKENS") { limits.maximumTokens = tokens.value }
        if let characters = try limit("PARLEY_HISTORY_MAX_CHARACTERS") { limits.maximumCharacters = characters.value }
        if let messages = try limit("PARLEY_HISTORY_MAX_MESSAGES") { limits.maximumMessages = messages.value }
        switch try environment.value("PARLEY_HISTORY_KEEP_FIRST") {
        case nil, "true": break
        case "false": limits.keepFirst = false
        case .some(let value): throw Self.invalid("PARLEY_HISTORY_KEEP_FIRST", value, "true or false")
        }
        return limits
    }

    /// A limit that is set to a number, or to `none`.
    private struct Limit {
        var value: Int?
    }

    private func limit(_ name: String) throws -> Limit? {
        if try environment.value(name) == "none" { return Limit(value: nil) }
        return try number(name, in: 0...Int.max).map { Limit(value: $0) }
    }

    private func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = try environment.value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let end = range.upperBound == .max ? "" : " up to \(range.upperBound)"
            throw Self.invalid(name, text, "a whole number" + end)
        }
        return number
    }

    private static func invalid(_ name: String, _ value: String, _ wanted: String) -> Failure {
        Failure(ExitStatus.configuration, "invalid_setting", "\(name) is '\(value)': it has to be \(wanted)")
    }
}
