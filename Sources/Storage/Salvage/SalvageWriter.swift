internal import Conversations
internal import SQLite

/// Writes rows that were read without SQLite into a new database, each mended so far as it alone tells how.
///
/// What has to hold between the rows is seen to when all are there (``SalvageMending``).
struct SalvageWriter {
    private(set) var report = SalvageReport()
    /// Rows that were written, of any table.
    private(set) var written = 0
    /// Messages of which only the beginning is there, by their keys.
    private(set) var shortened: [Int64] = []
    /// Where the next message goes whose own place is not known, or taken by another.
    private var strayKey = MessageKey.key(chat: SalvagedTable.chatKeys.upperBound + 1, seq: 1)
    private let connection: Connection
    private let surroundings: Surroundings

    init(_ connection: Connection, surroundings: Surroundings) throws {
        self.connection = connection
        self.surroundings = surroundings
        // The chats as an index names them: read before the chats themselves, and gone with the connection.
        try connection.execute(
            """
            CREATE TEMP TABLE chats_by_activity (
                owner TEXT NOT NULL, archived INTEGER NOT NULL, updated_at INTEGER NOT NULL, id TEXT NOT NULL,
                key INTEGER PRIMARY KEY
            )
            """)
    }

    mutating func drop(rows: Int = 1) { report.droppedRows += rows }

    /// - Parameter isReachable: The table's tree led to the row: it is no older copy of another.
    mutating func write(_ row: SalvagedRow, isReachable: Bool) throws {
        if row.hasReplacedCharacters { report.rowsWithReplacedCharacters += 1 }
        var row = row
        var isMended = row.isDamaged
        switch row.table.name {
        case SalvagedTable.migrations.name: written += 1  // The new database has its own.
        case SalvagedTable.chats.name: try write(chat: &row, isReachable: isReachable, isMended: &isMended)
        case SalvagedTable.messages.name: try write(message: &row, isReachable: isReachable, isMended: &isMended)
        case SalvagedTable.nonces.name:
            // A renewal that nobody is at any more; and half a secret is none.
            row["renewing_by"] = .null
            row["renewing_until"] = .null
            if row.isShortened || row.hasReplacedCharacters { return drop() }
            try insert(row)
        case SalvagedTable.hours.name:
            // Half a histogram is none, and neither is what nobody has written.
            if row.isShortened || !row.hasHistogram("first_text") || !row.hasHistogram("duration") { return drop() }
            try insert(row)
        case SalvagedTable.serviceKeys.name, SalvagedTable.responses.name:
            if row.isShortened || row.hasReplacedCharacters { return drop() }
            try insert(row)
        default: try insert(row)
        }
        if isMended { report.mendedRows += 1 }
    }

    // MARK: - Chats

    private mutating func write(chat row: inout SalvagedRow, isReachable: Bool, isMended: inout Bool) throws {
        let key = row.integer("key") ?? 0
        if !SalvagedTable.chatKeys.contains(key) { return drop() }
        if row.text("owner") == "" { row["owner"] = .text(Owner.local.rawValue) }
        let isNamedOtherwise = try row.hasReplacedCharacters && isNamedOtherwise(row)
        if !Self.isChatID(row.text("id") ?? "") || isNamedOtherwise {
            row["id"] = .text(try nameInIndex(ofChat: key) ?? surroundings.newChatID().rawValue)
            isMended = true
        }
        row["title_folded"] = .text(TitleFolding.folded(row.text("title") ?? ""))
        if (row["forked_from_chat"] == .null) != (row["forked_from_seq"] == .null) {
            row["forked_from_chat"] = .null
            row["forked_from_seq"] = .null
            isMended = true
        }
        for lease in ["writer", "lease_until", "open_reply"] { row[lease] = .null }
        if try insert(row) { return }
        guard isReachable else { return }
        if try connection.number("SELECT count(*) FROM chats WHERE key = ?1", key) == 0 {
            // The name is taken.
            row["id"] = .text(surroundings.newChatID().rawValue)
            isMended = true
            try insert(row)
        } else if let id = row.text("id"), let free = try keyInIndex(ofChat: id) {
            // The key is, and was not this chat's.
            row["key"] = .integer(free)
            isMended = true
            if try !insert(row) { drop() }
        } else {
            drop()
        }
    }

    /// 1 to 64 characters that may stand in an address.
    private static func isChatID(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.count <= 64
            && id.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }

    private func isNamedOtherwise(_ row: SalvagedRow) throws -> Bool {
        guard let name = try nameInIndex(ofChat: row.integer("key") ?? 0) else { return false }
        return name != row.text("id")
    }

    private func nameInIndex(ofChat key: Int64) throws -> String? {
        try connection.firstText("SELECT id FROM temp.chats_by_activity WHERE key = ?1", key).flatMap {
            Self.isChatID($0) ? $0 : nil
        }
    }

    /// The key under which an index has the chat; nil where there is none, or it is taken.
    private func keyInIndex(ofChat id: String) throws -> Int64? {
        let key = try connection.number(
            """
            SELECT key FROM temp.chats_by_activity i
            WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM main.chats c WHERE c.key = i.key) LIMIT 1
            """, id)
        return key == 0 ? nil : key
    }

    // MARK: - Messages

    private mutating func write(message row: inout SalvagedRow, isReachable: Bool, isMended: inout Bool) throws {
        var key = row.integer("key") ?? 0
        if row.table.columns[0].range.contains(key), MessageKey.seq(ofKey: key) > 0 {
            mend(&row, key: key, isMended: &isMended)
            if try insert(row) { return noteShortened(row, key: key) }
            // The same row read twice, or an older copy of it.
            guard isReachable, try !isThere(row, key: key) else { return }
        }
        key = strayKey
        strayKey += 1
        if MessageKey.seq(ofKey: strayKey) == 0 { strayKey += 1 }
        row["key"] = .integer(key)
        mend(&row, key: key, isMended: &isMended)
        isMended = true
        if try insert(row) { noteShortened(row, key: key) } else { drop() }
    }

    private mutating func noteShortened(_ row: SalvagedRow, key: Int64) {
        if row.isShortened { shortened.append(key) }
    }

    private func isThere(_ row: SalvagedRow, key: Int64) throws -> Bool {
        try connection.number(
            "SELECT count(*) FROM messages WHERE key = ?1 AND content = ?2 AND created_at = ?3", key,
            row.text("content"), row.integer("created_at")) > 0
    }

    private func mend(_ row: inout SalvagedRow, key: Int64, isMended: inout Bool) {
        let seq = Int64(MessageKey.seq(ofKey: key))
        if let parent = row.integer("parent"), parent >= seq {
            // It answers something said before: what, is looked for when all messages are there.
            row["parent"] = seq > 1 ? .integer(seq - 1) : .null
            isMended = true
        }
        // Of a role that cannot be read, this is left: users have no provider.
        if row.text("role") == "" { row["role"] = .text(row["provider"] == .null ? "user" : "assistant") }
        if row.text("role") != Role.system.rawValue { row["as_developer"] = .null }
        let isReply = row.text("role") == Role.assistant.rawValue
        if row.text("status") == "" {
            row["status"] = .text((isReply ? MessageStatus.interrupted : .complete).rawValue)
        }
        if row.isShortened && isReply && row.text("status") != MessageStatus.streaming.rawValue {
            row["status"] = .text(MessageStatus.interrupted.rawValue)
            row["error_code"] = .text(Self.damaged.code)
            row["error_message"] = .text(Self.damaged.message)
        }
        if (row["error_code"] == .null) != (row["error_message"] == .null) {
            if row["error_code"] == .null { row["error_code"] = .text(Self.damaged.code) }
            if row["error_message"] == .null { row["error_message"] = .text(Self.damaged.message) }
            isMended = true
        }
    }

    /// How a message stands whose text could not be read to its end.
    static let damaged = MessageError(
        code: "damaged", message: "the database was damaged: only the beginning of this could be read")

    // MARK: - Rows

    /// Whether the row is in now; not where its key, or another thing that only one row can have, is taken.
    @discardableResult
    private mutating func insert(_ row: SalvagedRow) throws -> Bool {
        let statement = try connection.prepared(Self.insertions[row.table.name] ?? "")
        defer { statement.reset() }
        for (index, value) in row.values.enumerated() { try value.bind(to: statement, at: Int32(index + 1)) }
        while try statement.step() {}
        guard connection.changes == 1 else { return false }
        written += 1
        return true
    }

    private static let insertions = Dictionary(
        uniqueKeysWithValues: SalvagedTable.all.map { table in
            let names = table.columns.map(\.name).joined(separator: ", ")
            let places = (1...table.columns.count).map { "?\($0)" }.joined(separator: ", ")
            let schema = table.name == SalvagedTable.chatNames.name ? "temp" : "main"
            return (table.name, "INSERT OR IGNORE INTO \(schema).\(table.name) (\(names)) VALUES (\(places))")
        })
}

extension SalvagedRow {
    /// The column holds a histogram or nothing.
    fileprivate func hasHistogram(_ column: String) -> Bool {
        if case .blob(let bytes) = self[column] { LatencyHistogram(bytes: bytes) != nil } else { true }
    }
}

extension Connection {
    /// The first column of the first row as text; nil where there is none, or it is NULL.
    func firstText<each Value: Bindable>(_ sql: String, _ values: repeat each Value) throws(SQLiteError) -> String? {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(repeat each values)
        return try statement.step() ? statement.optionalText(0) : nil
    }
}
