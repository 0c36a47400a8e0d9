import Glibc
import YAML

extension ConfigurationFile {
    /// Changes the file: all of it or nothing, one program at a time, and only into something that makes sense. A link
    /// is followed; a file that is missing is made, with its folder.
    func edit(_ change: (inout YAMLEditor) throws -> Void) throws {
        let target = ConfigurationFile(path: try followedPath(), isNamed: true)
        let folder = target.path.lastIndex(of: "/").map { String(target.path[...$0]) } ?? "./"
        try Self.makeFolder(folder)
        // Held by the folder: the file itself is replaced, and a lock on it would be another's then.
        let lock = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw Self.failure(folder, "cannot be opened") }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Self.failure(folder, "cannot be locked") }
        }
        let before = try target.read() ?? []
        var editor: YAMLEditor
        do {
            editor = try YAMLEditor(before)
        } catch {
            throw invalid(error)
        }
        do {
            try change(&editor)
        } catch let error as YAMLEditError {
            throw failure(error)
        }
        guard editor.bytes != before else { return }
        _ = try configuration(editor.bytes)
        let file = try WholeFile(path: target.path, replaces: true, database: nil)
        do {
            try file.write(editor.bytes.span)
            try file.finish()
        } catch {
            file.discard()
            throw error
        }
    }

    private func failure(_ error: YAMLEditError) -> Failure {
        switch error {
        case .notAMapping(let keys, let line):
            guard !keys.isEmpty else { return invalid(line: line, "the file \(Configuration.rootProblem)") }
            let name = keys.joined(separator: ".")
            return invalid(line: line, "\(name) has to be a mapping: write its keys below it, indented")
        case .needsAHand(let keys, let line):
            return invalid(
                line: line,
                "\(keys.joined(separator: ".")) cannot be changed here and all else be left as it is: change it by hand"
            )
        }
    }

    /// Where the file is, or will be.
    private func followedPath() throws -> String {
        if let real = unsafe realpath(path, nil) {
            defer { unsafe free(real) }
            return unsafe String(cString: real)
        }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return path }
        throw Failure(
            ExitStatus.cannotCreate, "cannot_create",
            "\(path) is a link that leads nowhere: make the file it points to, or remove the link")
    }

    /// Makes the folder and those above it, the user's alone.
    private static func makeFolder(_ path: String) throws {
        var parent = ""
        for name in path.split(separator: "/") {
            parent += (parent.isEmpty && !path.hasPrefix("/") ? "" : "/") + name
            guard unsafe mkdir(parent, 0o700) != 0, errno != EEXIST else { continue }
            var status = stat()
            // Those above may be on a file system that refuses without looking whether there is anything to do.
            let code = errno
            guard unsafe stat(parent, &status) != 0 else { continue }
            errno = code
            let reason = unsafe String(cString: strerror(code))
            throw Failure(
                code == EACCES ? ExitStatus.noPermission : ExitStatus.cannotCreate, "cannot_create",
                "\(parent) cannot be made (\(reason)): name another file with --config")
        }
    }
}
