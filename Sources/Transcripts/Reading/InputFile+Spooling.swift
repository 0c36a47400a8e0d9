private import Glibc

extension InputFile {
    /// The same in a file of its own, once all of it has come: whoever reads that waits for nobody. Nothing is left to read
    /// here then; both are to be closed.
    ///
    /// Only we can read that file, in the system's folder for temporary files, and it has no name: it is gone when it is
    /// closed, however that comes about.
    ///
    /// - Throws: ``InputError``, or `CancellationError` where the task is cancelled while nothing comes.
    package func spooled() throws -> InputFile {
        let spool = try Self.nameless()
        do {
            try write(beginning, to: spool)
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe read(into: $0) }
                if count == 0 { break }
                try write(buffer[..<count], to: spool)
            }
            guard lseek(spool, 0, SEEK_SET) == 0 else { throw InputError(path: path, number: errno) }
            return try InputFile(path: path, descriptor: spool)
        } catch {
            Glibc.close(spool)
            throw error
        }
    }

    private static func nameless() throws(InputError) -> Int32 {
        let chosen = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        let folder = chosen.isEmpty ? "/tmp" : chosen
        var path = Array((folder + "/parley-XXXXXX").utf8CString)
        let descriptor = unsafe path.withUnsafeMutableBufferPointer { path in
            let descriptor = unsafe mkstemp(path.baseAddress!)
            if descriptor >= 0 { _ = unsafe unlink(path.baseAddress!) }
            return descriptor
        }
        guard descriptor >= 0 else { throw InputError(path: folder, number: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private func write(_ bytes: some Sequence<UInt8>, to spool: Int32) throws(InputError) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(spool, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw InputError(path: path, number: errno) }
            rest = rest.dropFirst(max(count, 0))
        }
    }
}
