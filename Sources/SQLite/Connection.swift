internal import CSQLite

/// One connection to one database file.
///
/// It belongs to one owner at a time and is not `Sendable`, on purpose: bring the work to its owner
/// (``DatabaseWorker``) instead of handing the connection around. Closing waits for nobody: statements are finalized
/// first, then the handle.
@safe package final class Connection {
    /// What the connection may do to the file.
    package enum Access: Sendable {
        /// Reads only; the file must be there.
        case readOnly
        /// Reads only a file that nobody changes meanwhile: no lock is taken, no file beside it is touched.
        /// <https://www.sqlite.org/uri.html#uriimmutable>
        case immutable
        /// Reads only, and tidies up as a writer would when it is the last to close: the file must be there.
        case queryOnly
        /// Reads and writes; the file must be there.
        case readWrite
        /// Reads and writes; a missing file is made when first written.
        case create
    }

    let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    /// Kept for SQLite, which has its address.
    private var busyHandler: BusyHandler?

    /// Opens the file, or a private database in memory for the path `:memory:`.
    ///
    /// Nothing of the file is read yet: that it is no database shows at the first statement.
    package init(path: String, access: Access = .create) throws(SQLiteError) {
        // NOMUTEX: the one owner already sees to it that calls never overlap.
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var name = path
        switch access {
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        case .immutable:
            flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            name = "file:" + Self.escapedForURI(path) + "?immutable=1"
        case .readWrite, .queryOnly: flags |= SQLITE_OPEN_READWRITE
        case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        }
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(name, &opened, flags, nil)
        guard let opened = unsafe opened else {
            throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory")
        }
        guard code == SQLITE_OK else {
            let error = unsafe Self.error(of: opened, sql: nil)
            _ = unsafe sqlite3_close_v2(opened)
            throw error
        }
        unsafe handle = opened
        if access == .queryOnly { try execute("PRAGMA query_only = ON") }
    }

    deinit {
        statements.removeAll()
        _ = unsafe sqlite3_close_v2(handle)
    }

    // MARK: - Statements

    /// The statement for this SQL: prepared once, then kept by the connection.
    ///
    /// It comes reset, without values. Whoever takes it resets it when done, so that no read stays open.
    package func prepared(_ sql: String) throws(SQLiteError) -> Statement {
        if let kept = statements[sql], !kept.isBusy {
            // One that was stepped to its end is not busy, and takes no values until it is reset.
            kept.reset()
            return kept
        }
        let fresh = try prepare(sql)
        // A statement that is still being stepped by a caller further up stays the kept one.
        if statements[sql] == nil { statements[sql] = fresh }
        return fresh
    }

    /// Runs SQL that takes no values and gives no rows: one statement or several.
    package func execute(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe Self.error(of: handle, sql: sql) }
    }

    /// Runs one statement with these values, for its effect.
    package func run<each Value: Bindable>(_ sql: String, _ values: repeat each Value) throws(SQLiteError) {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(repeat each values)
        while try statement.step() {}
    }

    private func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw unsafe Self.error(of: handle, sql: sql)
        }
        return unsafe Statement(handle: prepared, connection: handle, sql: sql)
    }

    // MARK: - Transactions

    /// How a transaction begins. <https://www.sqlite.org/lang_transaction.html>
    package enum Transaction: String, Sendable {
        /// Takes the write lock at once, so that it never has to be asked for in the middle.
        case immediate = "BEGIN IMMEDIATE"
        /// One unchanging view of the database for several reads.
        case deferred = "BEGIN"
    }

    /// Runs the body as one transaction: all of it is kept, or none.
    ///
    /// A rollback that fails never hides the error that caused it.
    package func transaction<Result>(_ kind: Transaction, _ body: () throws -> Result) throws -> Result {
        try run(kind.rawValue)
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // SQLite has already rolled back by itself after some errors (a full disk, for one).
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    /// The rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { unsafe Int(sqlite3_changes64(handle)) }

    /// All rows that were ever changed through this connection, those of virtual tables' own tables too.
    package var totalChanges: Int { unsafe Int(sqlite3_total_changes64(handle)) }

    /// The rowid of the row inserted last by this connection.
    package var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    /// The file that this connection has open has been renamed or removed: at its path is another one, or none.
    /// <https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlhasmoved>
    package var hasMoved: Bool {
        var hasMoved: Int32 = 0
        _ = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        return hasMoved != 0
    }

    // MARK: - Settings

    /// How long a statement waits for another connection's lock before it fails as busy, in milliseconds.
    package func setBusyTimeout(milliseconds: Int32) {
        _ = unsafe sqlite3_busy_timeout(handle, milliseconds)
    }

    /// Has this asked whenever another connection holds a lock that this one wants: to wait a little and say true, or to
    /// say false, and the statement fails as busy. It takes the place of a time-out, and is given how often it was asked
    /// before in this one wait. <https://www.sqlite.org/c3ref/busy_handler.html>
    package func setBusyHandler(_ handler: @escaping (_ refusals: Int) -> Bool) {
        let kept = BusyHandler(handler)
        _ = unsafe sqlite3_busy_handler(
            handle,
            { context, refusals in
                guard let context = unsafe context else { return 0 }
                return unsafe Unmanaged<BusyHandler>.fromOpaque(context).takeUnretainedValue().ask(Int(refusals))
                    ? 1 : 0
            }, Unmanaged.passUnretained(kept).toOpaque())
        busyHandler = kept
    }

    /// What every connection of a careful program wants: foreign keys are enforced, a hostile schema can call no
    /// function with side effects, and no statement can damage the file's own structure.
    /// <https://www.sqlite.org/security.html>
    package func harden() {
        _ = unsafe parley_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1)
        _ = unsafe parley_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        _ = unsafe parley_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
    }

    /// Whether foreign keys are enforced; they are on a hardened connection. To be called outside a transaction.
    package func setEnforcesReferences(_ enforces: Bool) {
        _ = unsafe parley_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, enforces ? 1 : 0)
    }

    /// Whether the last connection to close moves the write-ahead log into the file and removes it, as it does unless
    /// told otherwise.
    package func setMovesLogOnClose(_ moves: Bool) {
        _ = unsafe parley_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, moves ? 0 : 1)
    }

    // MARK: - Errors

    static func error(of handle: OpaquePointer, sql: String?) -> SQLiteError {
        SQLiteError(
            code: unsafe sqlite3_extended_errcode(handle),
            message: unsafe String(cString: sqlite3_errmsg(handle)),
            sql: sql,
            systemError: unsafe sqlite3_system_errno(handle)
        )
    }

    /// A path as the path of a `file:` URI: everything but the plainest characters is percent-encoded.
    private static func escapedForURI(_ path: String) -> String {
        let hex = Array("0123456789ABCDEF")
        var escaped = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped += "%" + String(hex[Int(byte >> 4)]) + String(hex[Int(byte & 15)])
            }
        }
        return escaped
    }
}

/// A closure as SQLite can be given it: by its address.
private final class BusyHandler {
    let ask: (Int) -> Bool

    init(_ ask: @escaping (Int) -> Bool) {
        self.ask = ask
    }
}
