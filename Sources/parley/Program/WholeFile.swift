import Glibc

/// A file that is written whole or not at all: it gets its name when its last byte is on the disk.
///
/// Only its owner can read it. A link is followed; what is no regular file, such as a pipe or a device, is written to
/// as it stands.
final class WholeFile: Sendable {
    private let path: String
    private let replaces: Bool
    /// Where the bytes are until the end; nil where they go straight to their place.
    private let temporaryPath: String?
    private let descriptor: Int32

    /// Begins the file, under another name in the same folder.
    ///
    /// - Parameter database: The database's path: neither it nor what stands beside it is ever replaced. Nil where
    ///   nobody could name it by mistake.
    init(path: String, replaces: Bool, database: String?) throws {
        let path = Self.followed(path)
        self.path = path
        self.replaces = replaces
        switch Self.kind(of: path) {
        case .folder: throw Failure(ExitStatus.cannotCreate, "is_a_folder", "\(path) is a folder: name a file in it")
        case .other:
            temporaryPath = nil
            descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        case .file where database.map({ Self.isDatabase(path, $0) }) ?? false:
            throw Failure(
                ExitStatus.cannotCreate, "is_the_database", "\(path) is the database itself: name another file")
        case .file where !replaces: throw Self.isThere(path)
        case .file, .nothing:
            let slash = path.lastIndex(of: "/")
            let folder = slash.map { path[...$0] } ?? ""
            let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
            let temporary = "\(folder).\(name.prefix(60)).\(getpid()).part"
            temporaryPath = temporary
            descriptor = unsafe open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { throw Self.cannotCreate(path) }
    }

    private static func isDatabase(_ path: String, _ database: String) -> Bool {
        ["", "-wal", "-shm"].contains { followed(database + $0) == path }
    }

    private enum Kind { case nothing, file, folder, other }

    private static func kind(of path: String) -> Kind {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return .nothing }
        return switch status.st_mode & S_IFMT {
        case S_IFDIR: .folder
        case S_IFREG: .file
        default: .other
        }
    }

    /// The path without links; as it is where it leads to nothing.
    private static func followed(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    func write(_ bytes: [UInt8]) throws {
        do {
            try unsafe bytes.withUnsafeBytes { unsafe try FileWriting.write($0, to: descriptor) }
        } catch OutputError.failed(let reason) {
            throw Failure(
                ExitStatus.inputOutput, "output", "\(path) cannot be written (\(reason)): nothing was left there")
        }
    }

    /// Puts the file in its place.
    func finish() throws {
        guard let temporaryPath else {
            guard Glibc.close(descriptor) == 0 else { throw Self.cannotCreate(path) }
            return
        }
        guard fsync(descriptor) == 0, Glibc.close(descriptor) == 0 else { throw Self.cannotCreate(path) }
        // A link refuses to stand where something is, which a renaming does not.
        if !replaces, unsafe link(temporaryPath, path) == 0 { return discard() }
        // Some file systems have no links: what stands there is looked at, then.
        let hasNoLinks = [EPERM, ENOTSUP, ENOSYS].contains(errno)
        guard replaces || hasNoLinks && Self.kind(of: path) == .nothing else {
            throw errno == EEXIST || hasNoLinks ? Self.isThere(path) : Self.cannotCreate(path)
        }
        guard unsafe rename(temporaryPath, path) == 0 else { throw Self.cannotCreate(path) }
    }

    /// Leaves nothing behind.
    func discard() {
        if let temporaryPath { _ = unsafe unlink(temporaryPath) }
    }

    private static func isThere(_ path: String) -> Failure {
        Failure(ExitStatus.cannotCreate, "file_exists", "\(path) is there already: add --force to replace it")
    }

    private static func cannotCreate(_ path: String) -> Failure {
        let reason = unsafe String(cString: strerror(errno))
        return Failure(
            ExitStatus.cannotCreate, "cannot_create", "\(path) cannot be made (\(reason)): name another place")
    }
}
