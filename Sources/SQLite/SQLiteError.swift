internal import CSQLite

/// What SQLite answered, and to which SQL. Bound values are left out: they are people's words.
package struct SQLiteError: Error, Equatable, Sendable {
    /// The extended result code, as in <https://www.sqlite.org/rescode.html>.
    package var code: Int32
    /// SQLite's own words for it (`sqlite3_errmsg`).
    package var message: String
    /// The statement that failed, where there was one.
    package var sql: String?
    /// The operating system's error number behind an I/O error or a file that would not open; 0 where there is none.
    package var systemError: Int32

    package init(code: Int32, message: String, sql: String? = nil, systemError: Int32 = 0) {
        self.code = code
        self.message = message
        self.sql = sql
        self.systemError = systemError
    }

    /// The code without its extension: the low byte.
    package var primaryCode: Int32 { code & 0xFF }

    /// Another connection holds the lock that this one asked for.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
    /// The disk, or the database's own size limit, is full.
    package var isFull: Bool { primaryCode == SQLITE_FULL }
    /// The file, its folder or its file system takes no writes.
    package var isReadOnly: Bool { primaryCode == SQLITE_READONLY }
    /// The file has been renamed or removed since it was opened: at its path is another one, or none.
    package var isMoved: Bool { code == SQLITE_READONLY | 4 << 8 }  // SQLITE_READONLY_DBMOVED, a macro too complex
    /// The disk gave something else than was asked of it.
    package var isFailedRead: Bool {
        // SQLITE_IOERR_READ and SQLITE_IOERR_SHORT_READ, macros too complex as well
        code == SQLITE_IOERR | 1 << 8 || code == SQLITE_IOERR | 2 << 8
    }
    /// The file could not be opened at all.
    package var isCannotOpen: Bool { primaryCode == SQLITE_CANTOPEN }
    /// The system failed to read or write.
    package var isInputOutput: Bool { primaryCode == SQLITE_IOERR }
    /// The file is a database, and damaged.
    package var isCorrupt: Bool { primaryCode == SQLITE_CORRUPT }
    /// The file is something else than a database.
    package var isNotADatabase: Bool { primaryCode == SQLITE_NOTADB }
    /// The statement, or what it was given, is not what it should be.
    package var isOfStatement: Bool { primaryCode == SQLITE_ERROR }
    /// A uniqueness, foreign-key, not-null or check constraint refused the row.
    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }
}

extension SQLiteError: CustomStringConvertible {
    package var description: String {
        "SQLite error \(code): \(message)" + (sql.map { " (in: \($0))" } ?? "")
    }
}
