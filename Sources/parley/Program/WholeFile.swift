import Glibc

/// A file that is written whole or not at all: it gets its name when its last byte is on the disk.
///
/// Only its owner can read it.
final class WholeFile: Sendable {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32

    /// Begins the file, under another name in the same folder.
    init(path: String, replaces: Bool) throws {
        self.path = path
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw Failure(ExitStatus.cannotCreate, "is_a_folder", "\(path) is a folder: name a file in it")
            }
            guard replaces else { throw Self.isThere(path) }
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { path[...$0] } ?? ""
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        temporaryPath = "\(folder).\(name.prefix(100)).\(getpid()).part"
        descriptor = unsafe open(temporaryPath, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.cannotCreate(path) }
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
    func finish(replaces: Bool) throws {
        guard fsync(descriptor) == 0, Glibc.close(descriptor) == 0 else { throw Self.cannotCreate(path) }
        // A link refuses to stand where something is, which a renaming does not.
        let placed = unsafe replaces ? rename(temporaryPath, path) == 0 : link(temporaryPath, path) == 0
        guard placed else { throw errno == EEXIST ? Self.isThere(path) : Self.cannotCreate(path) }
        if !replaces { discard() }
    }

    /// Leaves nothing behind.
    func discard() {
        _ = unsafe unlink(temporaryPath)
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
