import Glibc

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

    /// The path from the root; as it is where the working folder is gone.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(folder) }
        return unsafe String(cString: folder) + "/" + path
    }

    // MARK: - Numbers

    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = try environment.value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let end = range.upperBound == .max ? "" : " up to \(range.upperBound)"
            throw Self.invalid(name, text, "a whole number" + end)
        }
        return number
    }

    static func invalid(_ name: String, _ value: String, _ wanted: String) -> Failure {
        Failure(ExitStatus.configuration, "invalid_setting", "\(name) is '\(value)': it has to be \(wanted)")
    }
}
