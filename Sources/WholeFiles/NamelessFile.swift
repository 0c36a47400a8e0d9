private import Glibc

/// A file that gets its name when it is whole: until then it stands beside its place, under a name of its own.
///
/// Only its owner can read it. While it is made, a lock is held on it, so that what a killed program has left is told
/// from what another is still making, and is cleared away by the next that makes the same file.
package final class NamelessFile: Sendable {
    /// Where it will be, without links.
    package let path: String
    /// Where it is until then. Files beside it, whose names go on from this one with a `-`, belong to it.
    package let temporaryPath: String
    /// To write to it.
    package let descriptor: Int32
    private let replaces: Bool

    /// Begins the file.
    ///
    /// - Parameters:
    ///   - replaces: Whether a file that stands in its place is replaced.
    ///   - spared: Paths that the file is never put in, whatever stands there.
    package init(path: String, replaces: Bool, sparing spared: [String] = []) throws(FileError) {
        let followed = FilePath.followed(path)
        if spared.contains(where: { FilePath.followed($0) == followed }) { throw .isSpared(path: path) }
        switch FilePath.kind(of: followed) {
        case .folder: throw .isAFolder(path: path)
        case .other: throw .isNoFile(path: path)
        case .file where !replaces: throw .isThere(path: path)
        case .file, .nothing: break
        }
        self.path = followed
        self.replaces = replaces
        Self.clearAway(besides: followed)
        guard let (temporaryPath, descriptor) = Self.made(besides: followed) else { throw .last(path) }
        self.temporaryPath = temporaryPath
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Puts the file in its place, with all that is in it on the disk.
    package func finish() throws(FileError) {
        guard fsync(descriptor) == 0 else { throw .last(path) }
        // A link refuses to stand where something is, which a renaming does not.
        if !replaces, unsafe link(temporaryPath, path) == 0 {
            discard()
        } else {
            // Some file systems have no links: what stands there is looked at, then.
            let hasNoLinks = [EPERM, ENOTSUP, ENOSYS].contains(errno)
            guard replaces || hasNoLinks && FilePath.kind(of: path) == .nothing else {
                throw errno == EEXIST || hasNoLinks ? .isThere(path: path) : .last(path)
            }
            guard unsafe rename(temporaryPath, path) == 0 else { throw .last(path) }
        }
        FilePath.syncFolder(of: path)
    }

    /// Leaves nothing behind.
    package func discard() {
        Self.remove(temporaryPath)
    }

    // MARK: - Under another name

    /// The longest part of the file's name that goes into the other one, in bytes: names have 255.
    private static let longestPart = 100
    private static let suffix = ".part"

    private static func prefix(for path: String) -> String {
        "." + String(decoding: FilePath.name(of: path).utf8.prefix(longestPart), as: UTF8.self) + "."
    }

    private static func made(besides path: String) -> (path: String, descriptor: Int32)? {
        let folder = FilePath.folder(of: path)
        for attempt in 0..<100 {
            let number = attempt == 0 ? "" : "-\(attempt)"
            let temporary = "\(folder)/\(prefix(for: path))\(getpid())\(number)\(suffix)"
            let descriptor = unsafe open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
            if descriptor < 0 && errno == EEXIST { continue }
            guard descriptor >= 0 else { return nil }
            // Another program may have taken it for left over before it was locked.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 && isNamed(temporary, descriptor) {
                return (temporary, descriptor)
            }
            close(descriptor)
        }
        errno = EEXIST
        return nil
    }

    private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
        var (named, held) = (stat(), stat())
        return unsafe stat(path, &named) == 0 && fstat(descriptor, &held) == 0 && named.st_ino == held.st_ino
    }

    /// Removes what killed programs have left of the same file.
    private static func clearAway(besides path: String) {
        let folder = FilePath.folder(of: path)
        let prefix = prefix(for: path)
        for name in FilePath.names(in: folder) where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
            // Another program may have a way with names like ours.
            let number = name.dropFirst(prefix.count).dropLast(suffix.count)
            guard number.first?.isNumber ?? false, number.allSatisfy({ $0.isNumber || $0 == "-" }) else { continue }
            let left = folder + "/" + name
            let descriptor = unsafe open(left, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(left) }
            close(descriptor)
        }
    }

    /// Removes a file and those that belong to it.
    private static func remove(_ temporary: String) {
        _ = unsafe unlink(temporary)
        let folder = FilePath.folder(of: temporary)
        let prefix = FilePath.name(of: temporary) + "-"
        for name in FilePath.names(in: folder) where name.hasPrefix(prefix) {
            _ = unsafe unlink(folder + "/" + name)
        }
    }
}
