import Glibc

/// What lies below a folder: names and bytes.
package struct DiskImage: Hashable, Sendable {
    /// Paths below the folder, those above before those in them.
    package var folders: [String] = []
    package var files: [String: [UInt8]] = [:]

    package init() {}

    package init(of folder: String) throws {
        try read(folder, below: "")
    }

    private mutating func read(_ folder: String, below place: String) throws {
        for name in try Files.names(in: folder) {
            let (path, inside) = (folder + "/" + name, place.isEmpty ? name : place + "/" + name)
            var status = stat()
            guard unsafe lstat(path, &status) == 0 else { throw SystemFailure("stat \(path)") }
            if status.st_mode & S_IFMT == S_IFDIR {
                folders.append(inside)
                try read(path, below: inside)
            } else {
                files[inside] = try Files.read(path)
            }
        }
    }

    /// Puts it all into a folder that is there.
    package func write(to folder: String) throws {
        for path in folders {
            guard unsafe mkdir(folder + "/" + path, 0o700) == 0 || errno == EEXIST else { throw SystemFailure("mkdir") }
        }
        for (path, bytes) in files {
            try Files.write(bytes, to: folder + "/" + path)
            _ = unsafe chmod(folder + "/" + path, 0o600)
        }
    }

    /// Puts it into a folder of its own, which stays.
    package func keep() throws -> String {
        var template = Array("/tmp/parley-crash-XXXXXX".utf8CString)
        guard unsafe template.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) }) != nil else {
            throw SystemFailure("mkdtemp")
        }
        let path = unsafe template.withUnsafeBufferPointer { unsafe String(cString: $0.baseAddress!) }
        try write(to: path)
        return path
    }
}
