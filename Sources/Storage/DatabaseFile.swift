internal import Conversations
private import Glibc
internal import SQLite
private import WholeFiles

/// The file itself: what stands at a path, how it is made, and with which settings it is opened.
enum DatabaseFile {
    /// How the names go on of the files that SQLite puts beside a database: its log, the index of that, and what takes
    /// the log's place in a database that has none.
    static let companions = ["-wal", "-shm", "-journal"]

    /// Something stands there that could be a database.
    ///
    /// - Throws: where it can be nothing of the kind: a folder, a pipe, a device.
    static func exists(_ path: String) throws -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR && !path.hasSuffix("/") { return false }
            throw SystemError.last
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return true
        case S_IFDIR: throw StoreError.cannotOpen(path: path, reason: "it is a folder, not a file")
        default: throw StoreError.cannotOpen(path: path, reason: "it is not a regular file")
        }
    }

    /// The same, of a file that is to be read or made.
    ///
    /// - Throws: where nothing but its log is there, too: a new file would end what waits in that.
    static func existsOrMayBeMade(_ path: String) throws -> Bool {
        if try exists(path) { return true }
        guard hasLog(path) else { return false }
        throw StoreError.cannotOpen(
            path: path, reason: "it is gone and its log \(path)-wal is not; put it back, or move the log away")
    }

    // MARK: - Opening

    static func openForReading(_ path: String) throws -> Connection {
        guard try exists(path) else { throw SystemError(number: ENOENT) }
        do {
            return try open(path, .queryOnly).connection
        } catch let error as SQLiteError {
            guard error.isCannotOpen && isAtRest(path) else { throw error }
            // A database in WAL mode wants a file beside it even to be read. Where none can be made and none is needed,
            // it is read as it lies.
            return try open(path, .immutable).connection
        }
    }

    /// Opens the file to look at it and to leave it, with its log, just as it is.
    static func openForChecking(_ path: String) throws -> Connection {
        let connection = try openForReading(path)
        connection.setMovesLogOnClose(!hasLog(path))
        return connection
    }

    static func openForWriting(_ path: String, now: @Sendable () -> Timestamp) throws -> Connection {
        if try !existsOrMayBeMade(path) { try create(path) }
        let (connection, found) = try open(path, .readWrite)
        // Nobody's conversations are in it yet, and nobody else is to read those that will be.
        if found == .empty { unsafe chmod(path, 0o600) }
        // Not only a new file: what VACUUM INTO or another program's copy has made is without.
        try BusyRetry.run { try useWriteAheadLog(connection, path: path) }
        // FULL: a commit is on the disk, not on its way there, when it returns.
        try connection.execute("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
        if found != .current { try SchemaMigrator.migrate(connection, now: now) }
        return connection
    }

    /// Opens a database without a name, which is gone with its connection.
    static func openTemporary(now: @Sendable () -> Timestamp) throws -> Connection {
        let connection = try Connection(path: "")
        connection.harden()
        try SchemaMigrator.migrate(connection, now: now)
        return connection
    }

    /// Opens the file and looks at whose it is. What is refused stays as it was, to the byte.
    ///
    /// Only SQLite may open the file: closing a descriptor of our own would take the locks of every other connection
    /// that this process has to it. <https://www.sqlite.org/howtocorrupt.html> (2.2)
    static func open(
        _ path: String, _ access: Connection.Access
    ) throws -> (connection: Connection, state: SchemaState) {
        let connection = try Connection(path: path, access: access)
        connection.harden()
        connection.waitForLocks()
        // Another program's log is not ours to move into its file.
        connection.setMovesLogOnClose(!hasLog(path))
        let state = try SchemaMigrator.state(of: connection)
        connection.setMovesLogOnClose(true)
        // Reading has taken a lock. A file that was replaced before that is nobody's any more: the one there now is meant.
        if connection.hasMoved { return try open(path, access) }
        return (connection, state)
    }

    private static func useWriteAheadLog(_ connection: Connection, path: String) throws {
        // The statement would wait for the others without letting go of its own lock: two would wait for each other.
        connection.setBusyTimeout(milliseconds: 0)
        defer { connection.waitForLocks() }
        let statement = try connection.prepared("PRAGMA journal_mode = WAL")
        defer { statement.reset() }
        guard try statement.step(), statement.text(0) == "wal" else {
            throw StoreError.cannotOpen(
                path: path, reason: "its file system has no shared memory, which several readers and a writer need")
        }
    }

    /// Nobody writes to the file, and nobody can: its file system is read-only, and no log waits to be read with it.
    private static func isAtRest(_ path: String) -> Bool {
        isOnReadOnlyFileSystem(path) && !hasLog(path)
    }

    /// Something waits in the log beside the file.
    static func hasLog(_ path: String) -> Bool {
        var log = stat()
        return unsafe stat(path + "-wal", &log) == 0 && log.st_size > 0
    }

    /// In bytes; 0 where nothing stands there.
    static func size(of path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    static func sizeWithLog(of path: String) -> Int { size(of: path) + size(of: path + "-wal") }

    /// Both lead to one file.
    static func areTheSame(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        return unsafe stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev
            && first.st_ino == second.st_ino
    }

    /// The database, or else its log, where the database is ours and others may read or write it; nil where nobody else may.
    static func exposed(_ path: String) -> String? {
        var database = stat()
        guard unsafe stat(path, &database) == 0 && database.st_uid == geteuid() else { return nil }
        return [path, path + "-wal"].first { path in
            var status = stat()
            return unsafe stat(path, &status) == 0 && status.st_mode & 0o077 != 0
        }
    }

    private static func isOnReadOnlyFileSystem(_ path: String) -> Bool {
        var fileSystem = statvfs()
        return unsafe statvfs(path, &fileSystem) == 0 && fileSystem.f_flag & UInt(ST_RDONLY) != 0
    }

    // MARK: - Making

    /// Makes an empty file that only its owner can read, and the folders above it.
    ///
    /// SQLite gives the files that it puts beside it the same permissions.
    private static func create(_ path: String) throws {
        try createFolder(of: path)
        let descriptor = unsafe Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor < 0 && errno == EEXIST { return }
        guard descriptor >= 0 else { throw SystemError.last }
        Glibc.close(descriptor)
        // Until then a power cut may take its name away, and with it all that was put in it since.
        FilePath.syncFolder(of: path)
    }

    static func createFolder(of path: String) throws {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        var status = stat()
        if unsafe stat(folder, &status) == 0 { return }
        try createFolder(of: folder)
        guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw SystemError.last }
        FilePath.syncFolder(of: folder)
    }
}
