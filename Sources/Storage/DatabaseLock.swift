private import Glibc

/// Keeps every other program off a database file, sound or not, for as long as it lives.
///
/// It is the lock that SQLite's own connections take, on the same bytes: none that has the file open lets us have it, and
/// none that comes later can read before it is given back. <https://www.sqlite.org/fileformat2.html#the_lock_byte_page>
/// No connection of this process may be open to the file: closing our descriptor would take its locks away.
struct DatabaseLock: ~Copyable {
    private let descriptor: Int32

    /// The first of the bytes that are locked: PENDING, RESERVED, and the 510 of which readers take one.
    private static let firstByte: off_t = 0x4000_0000
    private static let bytes: off_t = 512
    // F_OFD_SETLK, which Swift's Glibc has not: a lock that belongs to the descriptor and not to the process.
    // https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html
    private static let setLock: Int32 = 37

    /// - Returns: nil where another program has the file open, or has just put another one in its place.
    /// - Throws: ``SystemError`` where the file cannot be opened.
    init?(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last }
        var lock = Glibc.flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = Self.firstByte
        lock.l_len = Self.bytes
        guard unsafe fcntl(descriptor, Self.setLock, &lock) == 0, Self.isNamed(path, descriptor) else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
        var (named, held) = (stat(), stat())
        return unsafe stat(path, &named) == 0 && fstat(descriptor, &held) == 0 && named.st_ino == held.st_ino
    }
}
