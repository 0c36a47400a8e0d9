private import Glibc

/// A file that is only read, any part of it at a time.
final class RawFile {
    private let descriptor: Int32

    /// - Throws: ``RawFileError`` where it cannot be opened, or is no regular file.
    init(path: String) throws(RawFileError) {
        // A pipe would keep whoever opens it waiting for a writer.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw RawFileError(number: errno) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw RawFileError(number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw RawFileError(number: EINVAL) }
    }

    deinit {
        close(descriptor)
    }

    var size: Int {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// When it was last written to, to the nanosecond, and how long it is: the same as long as nobody writes.
    var state: [Int] {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return [] }
        return [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    /// The bytes there, fewer at the file's end; nil where the disk cannot read them.
    func bytes(at offset: Int, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress! + filled, count - filled, offset + filled)
            }
            if read == 0 { break }
            if read < 0 {
                if errno == EINTR { continue }
                return nil
            }
            filled += read
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}

/// Why a file cannot be read.
package struct RawFileError: Error, Equatable {
    /// The operating system's number for it.
    package var number: Int32
}
