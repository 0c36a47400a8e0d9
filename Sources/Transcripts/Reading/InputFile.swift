package import Conversations
private import Glibc

/// A file to read transcripts from, or the standard input: opened, its first bytes read.
package struct InputFile: Sendable {
    /// As it was named; `-` for the standard input.
    package let path: String
    /// Where it is open for reading. Of the standard input the beginning has been taken already.
    package let descriptor: Int32
    /// Its first bytes, up to 4 KiB: by them its format is told. None of a folder.
    package let beginning: [UInt8]
    /// In bytes; nil where nobody knows, of a pipe for one.
    package let byteCount: Int?
    package let isFolder: Bool
    /// What is in it comes once: opened again, the standard input or a pipe would be at another place.
    package var isStream: Bool { path == Self.standardInput || byteCount == nil && !isFolder }
    /// When it was last written to; nil of what is no file.
    package let modifiedAt: Timestamp?

    package static let standardInput = "-"

    /// - Throws: ``InputError``, or `CancellationError` where the task is cancelled while nothing comes.
    package static func open(_ path: String) throws -> InputFile {
        let isStandard = path == standardInput
        let descriptor = isStandard ? 0 : unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError(path: path, number: errno) }
        do {
            return try InputFile(path: path, descriptor: descriptor)
        } catch {
            if !isStandard { Glibc.close(descriptor) }
            throw error
        }
    }

    init(path: String, descriptor: Int32) throws {
        self.path = path
        self.descriptor = descriptor
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw InputError(path: path, number: errno) }
        let kind = status.st_mode & S_IFMT
        isFolder = kind == S_IFDIR
        byteCount = kind == S_IFREG ? Int(status.st_size) : nil
        let seconds = Int64(status.st_mtim.tv_sec)
        modifiedAt = kind == S_IFREG ? Timestamp(rawValue: seconds * 1000) : nil
        var first = [UInt8](repeating: 0, count: isFolder ? 0 : Self.beginningLength)
        var count = 0
        while count < first.count {
            let start = count
            let got = try unsafe first.withUnsafeMutableBytes { buffer in
                try unsafe Self.read(
                    from: descriptor, of: path, into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
            }
            if got == 0 { break }
            count += got
        }
        first.removeLast(first.count - count)
        beginning = first
    }

    package func close() {
        if descriptor != 0 { Glibc.close(descriptor) }
    }

    private static let beginningLength = 4096
    /// How long is waited before looking whether the task was cancelled, in milliseconds.
    private static let patience: Int32 = 100

    /// Reads what comes behind the beginning, or behind what was read before.
    ///
    /// - Returns: how many bytes came: 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        unsafe try Self.read(from: descriptor, of: path, into: buffer)
    }

    private static func read(
        from descriptor: Int32, of path: String, into buffer: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        while true {
            try Task.checkCancellation()
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&waiting, 1, patience) != 0 else { continue }
            let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR || errno == EAGAIN else { throw InputError(path: path, number: errno) }
        }
    }
}

/// What the system answered when a file was to be read.
package struct InputError: Error, Equatable {
    package var path: String
    /// The system's number for why.
    package var number: Int32

    package init(path: String, number: Int32) {
        self.path = path
        self.number = number
    }
}
