private import Glibc

/// What a path leads to.
package enum FilePath {
    package enum Kind: Sendable { case nothing, file, folder, other }

    /// What stands there; a link is looked at itself.
    package static func kind(of path: String) -> Kind {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return .nothing }
        return switch status.st_mode & S_IFMT {
        case S_IFDIR: .folder
        case S_IFREG: .file
        default: .other
        }
    }

    /// The path without links. Where nothing stands there, its folder's; as it is where there is no such folder either.
    package static func followed(_ path: String) -> String {
        if let real = real(path) { return real }
        guard let real = real(folder(of: path)), kind(of: path) == .nothing else { return path }
        return (real == "/" ? "" : real) + "/" + name(of: path)
    }

    /// `.` where the path names none.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What is behind the last slash.
    package static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Sees to it that the names in a file's folder are on the disk. Not every file system can; nothing is lost then
    /// but the order in which a power cut finds things.
    package static func syncFolder(of path: String) {
        let descriptor = unsafe open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// The names in a folder; none where it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let capacity = unsafe MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: capacity) { unsafe String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }

    private static func real(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
