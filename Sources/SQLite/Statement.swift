internal import CSQLite

/// One prepared statement: bind, step, read the columns, reset.
///
/// It finalizes itself, and is kept by its connection. Parameters count from 1, columns from 0, as in SQLite.
@safe package final class Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let sql: String

    init(handle: OpaquePointer, connection: OpaquePointer, sql: String) {
        unsafe self.handle = handle
        unsafe self.connection = connection
        self.sql = sql
    }

    deinit {
        _ = unsafe sqlite3_finalize(handle)
    }

    /// It has been stepped, and not yet to its end or reset.
    package var isBusy: Bool { unsafe sqlite3_stmt_busy(handle) != 0 }

    // MARK: - Values in

    /// Binds these values to parameters 1, 2, 3 …
    package func bind<each Value: Bindable>(_ values: repeat each Value) throws(SQLiteError) {
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: self, at: index)
        }
    }

    func bind(integer: Int64, at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_int64(handle, index, integer))
    }

    func bind(text: String, at index: Int32) throws(SQLiteError) {
        var text = text
        let code = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                // An empty buffer may have no address, and SQLite takes a null pointer for NULL.
                unsafe characters.isEmpty
                    ? parley_bind_text_copied(handle, index, "", 0)
                    : parley_bind_text_copied(handle, index, characters.baseAddress, UInt64(characters.count))
            }
        }
        try check(code)
    }

    func bind(blob: [UInt8], at index: Int32) throws(SQLiteError) {
        let code = unsafe blob.withUnsafeBytes { bytes in
            unsafe parley_bind_blob_copied(handle, index, bytes.baseAddress, UInt64(bytes.count))
        }
        try check(code)
    }

    func bindNull(at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_null(handle, index))
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw unsafe Connection.error(of: connection, sql: sql) }
    }

    // MARK: - Rows out

    /// Moves to the next row.
    ///
    /// - Returns: false when there is none; the statement must then be reset before it is bound again.
    /// - Throws: what `sqlite3_step` answered otherwise. <https://www.sqlite.org/c3ref/step.html>
    package func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = unsafe Connection.error(of: connection, sql: sql)
            reset()
            throw error
        }
    }

    /// Ends the reading and forgets the bound values, so that neither a lock nor a text outlives its use.
    package func reset() {
        _ = unsafe sqlite3_reset(handle)
        _ = unsafe sqlite3_clear_bindings(handle)
    }

    package func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    /// The column as an integer; 0 where it is NULL.
    package func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(handle, column)
    }

    /// The column as a floating-point number; 0 where it is NULL.
    package func real(_ column: Int32) -> Double {
        unsafe sqlite3_column_double(handle, column)
    }

    /// The column as text; empty where it is NULL. Bytes that are not UTF-8 become U+FFFD.
    package func text(_ column: Int32) -> String {
        // Text first, then its length: the manual asks for this order. <https://www.sqlite.org/c3ref/column_blob.html>
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        // The library would look for faults byte by byte, which takes longer than to read the text from the file.
        guard unsafe !UTF8Faults.has(bytes.span) else { return unsafe String(decoding: bytes, as: UTF8.self) }
        return unsafe String(copying: UTF8Span(unchecked: bytes.span))
    }

    /// How many bytes the column has as text; 0 where it is NULL.
    package func byteCount(_ column: Int32) -> Int {
        unsafe Int(sqlite3_column_bytes(handle, column))
    }

    /// The column's text where it lies, as the file has it, which may be no UTF-8; none where it is NULL. It is there
    /// until the statement is stepped or reset.
    @unsafe package func textInPlace(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let start = unsafe sqlite3_column_text(handle, column) else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// The column's bytes; none where it is NULL.
    package func bytes(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    package func optionalInteger(_ column: Int32) -> Int64? {
        let number = integer(column)
        // Most are some other number, and to ask for it is all it takes then.
        return number == 0 && isNull(column) ? nil : number
    }

    package func optionalText(_ column: Int32) -> String? {
        isNull(column) ? nil : text(column)
    }
}
