import Glibc
import YAML

/// The file that people keep their settings in.
struct ConfigurationFile: Equatable {
    /// As it was given, for messages; relative to the working folder where it does not begin with a slash.
    let path: String
    /// The user named it: then it has to be there.
    let isNamed: Bool

    /// The flag's, the environment's, or the usual place. Nil where there is no home to look in.
    static func find(flag: String?, environment: Environment) throws -> ConfigurationFile? {
        if let flag {
            guard !flag.isEmpty else {
                throw Failure(ExitStatus.usage, "usage", "--config names no file: give it a path")
            }
            return ConfigurationFile(path: flag, isNamed: true)
        }
        if let path = try environment.value("PARLEY_CONFIG") { return ConfigurationFile(path: path, isNamed: true) }
        // The specification has relative paths ignored: https://specifications.freedesktop.org/basedir-spec/latest/
        if let folder = try environment.value("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
            return ConfigurationFile(path: folder + "/parley/config.yaml", isNamed: false)
        }
        guard let home = try environment.value("HOME"), home.hasPrefix("/") else { return nil }
        return ConfigurationFile(path: home + "/.config/parley/config.yaml", isNamed: false)
    }

    /// What is in it; nil where it is not there.
    func read() throws -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.failure(path, "cannot be read")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        // One byte more than may be there tells that it is too large.
        while bytes.count <= YAMLDocument.maximumBytes {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure(path, "cannot be read")
            }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// What it says; what holds without one where it is not there.
    func load() throws -> Configuration {
        guard let bytes = try read() else {
            guard !isNamed else {
                throw Failure(
                    ExitStatus.noInput, "no_configuration",
                    "there is no \(path): name another with --config, or make it with 'parley providers add'")
            }
            return Configuration()
        }
        return try configuration(bytes)
    }

    /// What these bytes would say if they were the file.
    func configuration(_ bytes: [UInt8]) throws -> Configuration {
        let document: YAMLDocument
        do {
            document = try YAMLDocument(bytes)
        } catch {
            throw invalid(error)
        }
        do {
            return try Configuration(document, path: path).resolvingFiles(beside: path)
        } catch let error as ConfigurationProblem {
            throw invalid(line: error.line, error.text)
        }
    }

    // MARK: - What may be wrong

    func invalid(_ error: YAMLError) -> Failure {
        invalid(line: error.line, error.problem.contains(": ") ? error.problem : error.problem + ": mend the line")
    }

    /// - Parameter problem: `what is wrong: what to do`.
    func invalid(line: Int, _ problem: String) -> Failure {
        Failure(ExitStatus.configuration, "invalid_configuration", "\(path):\(line): \(problem)")
    }

    static func failure(_ path: String, _ problem: String) -> Failure {
        let code = errno
        let reason = unsafe String(cString: strerror(code))
        if [EACCES, EPERM].contains(code) {
            return Failure(
                ExitStatus.noPermission, "permission_denied",
                "\(path) \(problem) (\(reason)): change its permissions, or name another with --config")
        }
        return Failure(
            ExitStatus.inputOutput, "configuration_file",
            "\(path) \(problem) (\(reason)): name another file with --config")
    }
}
