internal import Conversations
internal import SQLiteFile

/// What is salvaged from one table, and how its rows are told from others when nothing else does.
struct SalvagedTable: Sendable {
    struct Column: Sendable {
        enum Kind { case integer, text, blob }

        var name: String
        var kind: Kind
        /// It may be NULL.
        var isOptional = false
        /// What stands in where the value cannot be read; without one the row is of no use then.
        var standIn: SalvagedValue?
        var range: ClosedRange<Int64> = .min ... .max
        var isKnownWord: @Sendable (String) -> Bool = { _ in true }
    }

    /// Of the table, or of the index that holds the same.
    var name: String
    /// Its key is the row's number, and stands outside the row.
    var hasRowid: Bool
    /// In the order in which they are stored: in a table without row numbers the key's come first.
    var columns: [Column]
    /// How many of them, the last, the table was given when it had rows already: those are without.
    var laterColumns: Int
    /// The columns' places by their names.
    let places: [String: Int]

    init(_ name: String, hasRowid: Bool, laterColumns: Int = 0, _ columns: [Column]) {
        self.name = name
        self.hasRowid = hasRowid
        self.laterColumns = laterColumns
        self.columns = columns
        places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.name, $0) })
    }

    func mayHave(columns count: Int) -> Bool { (columns.count - laterColumns...columns.count).contains(count) }

    /// Whether a row looks as one of this table's does.
    func fits(_ record: Record, rowid: Int64?) -> Bool {
        guard mayHave(columns: record.values.count), hasRowid == (rowid != nil) else { return false }
        for (place, column) in columns.prefix(record.values.count).enumerated() {
            if hasRowid && place == 0 {
                guard record.values[0] == .null, let rowid, column.range.contains(rowid) else { return false }
                continue
            }
            if let cut = record.firstCut, place >= cut { return true }
            switch (record.values[place], column.kind) {
            case (.null, _) where column.isOptional: continue
            case (.integer(let value), .integer) where column.range.contains(value): continue
            case (.text, .text), (.blob, .blob): continue
            default: return false
            }
        }
        return true
    }
}

extension SalvagedTable.Column {
    static func integer(
        _ name: String, standIn: Int64? = nil, in range: ClosedRange<Int64> = .min ... .max
    ) -> Self {
        Self(name: name, kind: .integer, standIn: standIn.map { .integer($0) }, range: range)
    }

    static func text(
        _ name: String, standIn: String? = nil, known isKnownWord: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> Self {
        Self(name: name, kind: .text, standIn: standIn.map { .text($0) }, isKnownWord: isKnownWord)
    }

    static func optionalInteger(_ name: String, in range: ClosedRange<Int64> = .min ... .max) -> Self {
        Self(name: name, kind: .integer, isOptional: true, range: range)
    }

    static func optionalText(_ name: String) -> Self {
        Self(name: name, kind: .text, isOptional: true)
    }

    static func blob(_ name: String) -> Self {
        Self(name: name, kind: .blob)
    }

    static func optionalBlob(_ name: String) -> Self {
        Self(name: name, kind: .blob, isOptional: true)
    }
}

extension SalvagedTable {
    /// The keys that chats can have had: they count from 1. What is above is a key that was damaged.
    static let chatKeys: ClosedRange<Int64> = 1...(1 << 40 - 1)
    private static let messageKeys: ClosedRange<Int64> =
        MessageKey.key(chat: 1, seq: 1)...MessageKey.key(chat: 1 << 40, seq: 0)
    private static let seqs: ClosedRange<Int64> = 1...Int64(MessageKey.maximumSeq)

    static let migrations = SalvagedTable(
        "schema_migrations", hasRowid: true,
        [.integer("version", in: 1...10_000), .text("name"), .text("checksum"), .integer("applied_at")])

    static let chats = SalvagedTable(
        "chats", hasRowid: true,
        [
            .integer("key", in: chatKeys), .text("id", standIn: ""), .text("owner", standIn: Owner.local.rawValue),
            .text("title", standIn: ""), .text("title_folded", standIn: ""), .integer("created_at", standIn: 0),
            .integer("updated_at", standIn: 0), .optionalText("provider"), .optionalText("model"),
            .integer("pinned", standIn: 0, in: 0...1), .integer("archived", standIn: 0, in: 0...1),
            .optionalText("forked_from_chat"), .optionalInteger("forked_from_seq"),
            .optionalInteger("head", in: seqs), .integer("next_seq", standIn: 1, in: 1...1 << 20),
            .integer("message_count", standIn: 0, in: 0...1 << 20), .integer("version", standIn: 0),
            .optionalText("writer"), .optionalInteger("lease_until"), .optionalInteger("open_reply"),
            .optionalText("system"),
        ])

    /// An index that names each chat once more.
    static let chatNames = SalvagedTable(
        "chats_by_activity", hasRowid: false,
        [
            .text("owner"), .integer("archived", in: 0...1), .integer("updated_at"), .text("id"),
            .integer("key", in: chatKeys),
        ])

    static let messages = SalvagedTable(
        "messages", hasRowid: true, laterColumns: 1,
        [
            .integer("key", in: messageKeys), .optionalInteger("parent", in: seqs),
            .text("role", standIn: "", known: { Role(rawValue: $0) != nil }),
            .text("status", standIn: "", known: { MessageStatus(rawValue: $0) != nil }),
            .optionalText("provider"), .optionalText("model"), .integer("created_at", standIn: 0),
            .optionalInteger("finished_at"), .optionalText("finish_reason"), .optionalInteger("input_tokens"),
            .optionalInteger("output_tokens"), .optionalText("error_code"), .optionalText("error_message"),
            .text("content", standIn: ""), .optionalInteger("as_developer", in: 1...1),
        ])

    static let messageParts = SalvagedTable(
        "message_parts", hasRowid: false,
        [.integer("message", in: messageKeys), .integer("part"), .text("content")])

    static let chatTags = SalvagedTable(
        "chat_tags", hasRowid: false, [.integer("chat", in: chatKeys), .text("tag")])

    static let chatMetadata = SalvagedTable(
        "chat_metadata", hasRowid: false, [.integer("chat", in: chatKeys), .text("name"), .text("value")])

    static let nonces = SalvagedTable(
        "nonces", hasRowid: false,
        [
            .text("site"), .text("value"), .text("source"), .integer("fetched_at"), .integer("use_until"),
            .optionalText("cookies"), .optionalText("renewing_by"), .optionalInteger("renewing_until"),
        ])

    static let siteFacts = SalvagedTable(
        "site_facts", hasRowid: false, [.text("site"), .text("name"), .text("value"), .integer("learned_at")])

    static let attempts = SalvagedTable(
        "provider_attempts", hasRowid: false, laterColumns: 3,
        [
            .text("id"), .text("provider", standIn: "unknown"), .optionalText("model"),
            .text("kind", standIn: "chat", known: { ProviderAttempt.Kind(rawValue: $0) != nil }),
            .optionalText("owner"), .optionalText("chat"), .optionalInteger("message"),
            .integer("attempt", standIn: 1), .text("process", standIn: ""), .integer("started_at", standIn: 0),
            .text("outcome", standIn: "aborted", known: { ProviderAttempt.Outcome(rawValue: $0) != nil }),
            .text("fault", standIn: "none", known: { ProviderAttempt.Fault(rawValue: $0) != nil }),
            .optionalInteger("http_status"), .optionalInteger("connect_ms"), .optionalInteger("first_byte_ms"),
            .optionalInteger("first_text_ms"), .optionalInteger("duration_ms"), .optionalInteger("max_gap_ms"),
            .optionalInteger("retry_after_ms"), .integer("bytes_in", standIn: 0), .integer("chunks", standIn: 0),
            .integer("text_bytes", standIn: 0), .optionalText("error_code"), .optionalText("error_text"),
            .optionalInteger("expires_at"), .optionalText("chat_provider"), .optionalText("chat_model"),
        ])

    // What attempts came to that are no longer kept. How providers stand is reckoned up anew from those that are.

    static let hours = SalvagedTable(
        "provider_hours", hasRowid: false,
        [
            .text("provider"), .integer("hour"), .text("kind", known: { ProviderAttempt.Kind(rawValue: $0) != nil }),
            .text("outcome", known: { ProviderAttempt.Outcome(rawValue: $0) != nil }),
            .text("fault", known: { ProviderAttempt.Fault(rawValue: $0) != nil }), .integer("n", in: HourCount.range),
            .optionalBlob("first_text"), .optionalBlob("duration"),
        ])

    static let incidents = SalvagedTable(
        "provider_incidents", hasRowid: true,
        [
            .integer("key"), .text("provider"), .integer("started_at"), .optionalInteger("ended_at"),
            .integer("attempts", in: 1 ... .max), .integer("chats", in: 0 ... .max), .text("first_attempt"),
            .text("last_attempt"),
        ])

    static let incidentCauses = SalvagedTable(
        "incident_causes", hasRowid: false,
        [
            .integer("incident"), .text("outcome", known: { ProviderAttempt.Outcome(rawValue: $0) != nil }),
            .integer("http_status", in: 0...999), .integer("n", in: 1 ... .max),
        ])

    static let pruning = SalvagedTable(
        "attempt_pruning", hasRowid: true, [.integer("only", in: 1...1), .integer("done_at"), .integer("begun_before")])

    // What the service keeps, but for the requests of the last day. Half a key is none, and neither is half of what was asked.

    static let serviceKeys = SalvagedTable(
        "service_keys", hasRowid: false,
        [.text("name"), .text("owner"), .blob("hash"), .integer("created_at"), .optionalInteger("revoked_at")])

    static let responses = SalvagedTable(
        "responses", hasRowid: true,
        [
            .integer("message", in: messageKeys), .integer("first_input", in: seqs),
            .optionalInteger("previous", in: seqs), .integer("names_conversation", in: 0...1), .text("fields"),
        ])

    /// Each in its turn: a row is written before those that need it.
    static let all = [
        migrations, chatNames, chats, messages, messageParts, chatTags, chatMetadata, nonces, siteFacts, attempts,
        hours, incidents, incidentCauses, pruning, serviceKeys, responses,
    ]
}
