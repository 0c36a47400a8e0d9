private import Glibc

/// The file that an archive is, read at any place.
final class ArchiveFile: Sendable {
    let path: String
    let size: Int
    private let descriptor: Int32

    init(path: String) throws(ZipError) {
        // A pipe would keep whoever opens it waiting for a writer, and has no end to begin with.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ZipError(path: path, reason: .cannotRead(number: errno)) }
        var status = stat()
        let isKnown = unsafe fstat(descriptor, &status) == 0
        let number = isKnown ? (status.st_mode & S_IFMT == S_IFREG ? 0 : EINVAL) : errno
        guard number == 0 else {
            close(descriptor)
            throw ZipError(path: path, reason: .cannotRead(number: number))
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// So many bytes from there on.
    ///
    /// - Throws: where the file has fewer, or cannot be read.
    func bytes(at offset: Int, count: Int) throws(ZipError) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= size, offset <= size - count else {
            throw ZipError(path: path, reason: .damagedList)
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress! + filled, count - filled, offset + filled)
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw ZipError(path: path, reason: .cannotRead(number: errno)) }
            // It has become shorter meanwhile.
            guard got > 0 else { throw ZipError(path: path, reason: .damagedList) }
            filled += got
        }
        return bytes
    }
}

extension [UInt8] {
    /// The two bytes there, the lower one first, as all numbers of a zip are.
    func number16(at index: Int) -> Int { Int(self[index]) | Int(self[index + 1]) << 8 }

    func number32(at index: Int) -> Int { number16(at: index) | number16(at: index + 2) << 16 }

    /// Nil where it is larger than any place in a file.
    func number64(at index: Int) -> Int? {
        Int(exactly: UInt64(number32(at: index)) | UInt64(number32(at: index + 4)) << 32)
    }
}
