package import Conversations
internal import Migrations
internal import SQLite

// What `parley db` asks of the file itself.
extension SQLiteConversationStore {
    /// Goes through the whole file: its pages, its references, and what must hold between its rows. Changes nothing.
    ///
    /// - Returns: what was found; nil where there is no file, or nothing has been put in it yet.
    package static func check(
        path: String, surroundings: Surroundings
    ) async throws(StoreError) -> [DatabaseFinding]? {
        let now = surroundings.now()
        do {
            guard try DatabaseFile.exists(path) else { return nil }
            let worker = DatabaseWorker(label: "parley.check") { try DatabaseFile.openForChecking(path) }
            let findings = try await worker.run { connection in
                try SchemaMigrator.state(of: connection) == .empty ? nil : connection.findings(now: now)
            }
            await worker.close()
            return findings.map { $0 + exposure(of: path) }
        } catch {
            let error = StoreError(translating: error, path: path)
            // So damaged that it does not even open: that is what was asked.
            switch error {
            case .damaged(_, let detail): return [.damagedPages(detail)] + exposure(of: path)
            case .notADatabase: return [.noDatabase] + exposure(of: path)
            default: throw error
            }
        }
    }

    /// The database, or else its log, where it is ours and others may read or write it; nil where nobody else may.
    package static func exposedFile(of path: String) -> String? { DatabaseFile.exposed(path) }

    private static func exposure(of path: String) -> [DatabaseFinding] {
        guard let exposed = DatabaseFile.exposed(path) else { return [] }
        return [
            DatabaseFinding(
                severity: .note, code: "others_can_read", message: "others can read \(exposed)",
                advice: "chmod 600 \(exposed)")
        ]
    }

    /// What is in the file, in numbers; no message is read for them.
    package func statistics() async throws(StoreError) -> DatabaseStatistics {
        let (file, log) = (DatabaseFile.size(of: path), DatabaseFile.size(of: path + "-wal"))
        return try await reading { connection in
            let pageSize = try connection.number("PRAGMA page_size")
            let attempts = try connection.number("SELECT count(*) FROM provider_attempts")
            let held = try connection.measures()
            return DatabaseStatistics(
                schemaVersion: Int(try connection.number("SELECT max(version) FROM schema_migrations")),
                fileBytes: file, logBytes: log,
                freeBytes: Int(try connection.number("PRAGMA freelist_count") * pageSize),
                chats: held.chats,
                archivedChats: Int(try connection.number("SELECT count(*) FROM chats WHERE archived = 1")),
                messages: held.messages,
                attempts: Int(attempts),
                responses: Int(try connection.number("SELECT count(*) FROM responses")),
                serviceKeys: Int(
                    try connection.number("SELECT count(*) FROM service_keys WHERE revoked_at IS NULL")))
        }
    }
}

extension DatabaseFinding {
    static let noDatabase = DatabaseFinding(
        severity: .damage, code: "not_a_database",
        message: "it does not begin as a database does: it is none, or its beginning is damaged",
        advice: "'parley db repair NEWFILE' saves what can be read, 'parley db restore FILE' goes back to a backup")

    static func damagedPages(_ detail: String) -> DatabaseFinding {
        DatabaseFinding(
            severity: .damage, code: "damaged_pages", message: detail,
            advice: wayBack)
    }

    fileprivate static let wayBack =
        "go back to a backup with 'parley db restore FILE', or save what can be read with 'parley db repair NEWFILE'"
}

extension Connection {
    /// All that is not as it should be between the first page and the last.
    func findings(now: Timestamp) throws -> [DatabaseFinding] {
        var found =
            try damagedPages() + brokenReferences() + brokenInvariants(Invariant.all) + abandonedReplies(now: now)
        // An earlier version has none of it.
        if try SchemaMigrator.state(of: self) == .current {
            found +=
                try indexFindings() + unfinishedErasure() + healthFindings() + brokenInvariants(Invariant.ofService)
        }
        return found
    }

    /// At most 100 lines of what SQLite itself finds. <https://www.sqlite.org/pragma.html#pragma_integrity_check>
    func damagedPages() throws(SQLiteError) -> [DatabaseFinding] {
        let statement = try prepared("PRAGMA integrity_check(100)")
        defer { statement.reset() }
        var found: [DatabaseFinding] = []
        while try statement.step() {
            if statement.text(0) != "ok" { found.append(.damagedPages(statement.text(0))) }
        }
        return found
    }

    private func brokenReferences() throws(SQLiteError) -> [DatabaseFinding] {
        let statement = try prepared("SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY \"table\"")
        defer { statement.reset() }
        var found: [DatabaseFinding] = []
        while try statement.step() {
            found.append(
                DatabaseFinding(
                    severity: .damage, code: "broken_reference",
                    message: "\(statement.integer(1)) rows of \(statement.text(0)) refer to rows that are not there",
                    advice: DatabaseFinding.wayBack))
        }
        return found
    }

    private func brokenInvariants(_ invariants: [Invariant]) throws(SQLiteError) -> [DatabaseFinding] {
        var found: [DatabaseFinding] = []
        for invariant in invariants {
            let count = try number(invariant.violations)
            guard count > 0 else { continue }
            found.append(
                DatabaseFinding(
                    severity: .damage, code: invariant.code, message: "\(count) \(invariant.message)",
                    advice: DatabaseFinding.wayBack))
        }
        return found
    }

    private func unfinishedErasure() throws(SQLiteError) -> [DatabaseFinding] {
        guard try position(of: .erase) != nil else { return [] }
        return [
            DatabaseFinding(
                severity: .note, code: "unfinished_erasure",
                message: "deleted chats have left words in the index or the log",
                advice: "'parley db compact' erases them")
        ]
    }

    private func abandonedReplies(now: Timestamp) throws(SQLiteError) -> [DatabaseFinding] {
        let count = try number(
            "SELECT count(*) FROM chats WHERE open_reply IS NOT NULL AND lease_until NOT BETWEEN ?1 + 1 AND ?2",
            now.rawValue, ChatRow.latestLease(at: now).rawValue)
        guard count > 0 else { return [] }
        return [
            DatabaseFinding(
                severity: .note, code: "abandoned_replies",
                message: "\(count) repl\(count == 1 ? "y was" : "ies were") cut when the program that wrote it ended",
                advice: "there is nothing to do; what had come is kept")
        ]
    }
}

/// Something that always holds between the rows, and the query that counts where it does not.
private struct Invariant {
    var code: String
    var message: String
    var violations: String

    static let all = [
        Invariant(
            code: "message_without_chat", message: "messages belong to no chat",
            violations: "SELECT count(*) FROM messages m WHERE NOT EXISTS (SELECT 1 FROM chats WHERE key = m.key >> 20)"
        ),
        Invariant(
            code: "message_without_parent", message: "messages answer a message that is not there",
            violations: """
                SELECT count(*) FROM messages m WHERE m.parent IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM messages WHERE key = (m.key >> 20 << 20 | m.parent))
                """),
        Invariant(
            code: "wrong_count", message: "chats have another number of messages than they say",
            violations: """
                SELECT count(*) FROM chats c WHERE c.message_count != (
                    SELECT count(*) FROM messages WHERE key BETWEEN c.key << 20 AND c.key << 20 | 1048575)
                """),
        Invariant(
            code: "wrong_head", message: "chats end in a message that is not there",
            violations: """
                SELECT count(*) FROM chats c WHERE (c.head IS NULL AND c.message_count > 0) OR (c.head IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM messages WHERE key = (c.key << 20 | c.head)))
                """),
        Invariant(
            code: "number_used_again", message: "chats would give a message a number that is taken",
            violations: """
                SELECT count(*) FROM chats c WHERE c.next_seq <= (
                    SELECT max(key) & 1048575 FROM messages WHERE key BETWEEN c.key << 20 AND c.key << 20 | 1048575)
                """),
        Invariant(
            code: "reply_without_writer", message: "replies are said to stream in chats where none does",
            violations: """
                SELECT count(*) FROM messages m JOIN chats c ON c.key = m.key >> 20
                WHERE m.status = 'streaming' AND c.open_reply IS NOT m.key & 1048575
                """),
        Invariant(
            code: "writer_without_reply", message: "chats wait for a reply that does not stream",
            violations: """
                SELECT count(*) FROM chats c WHERE c.open_reply IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM messages WHERE key = (c.key << 20 | c.open_reply) AND status = 'streaming')
                """),
        Invariant(
            code: "parts_left_over", message: "pieces belong to replies that have ended",
            violations: """
                SELECT count(*) FROM message_parts p WHERE NOT EXISTS (
                    SELECT 1 FROM messages WHERE key = p.message AND status = 'streaming')
                """),
    ]

    /// Of what the service keeps.
    static let ofService = [
        Invariant(
            code: "response_without_reply", message: "responses belong to no reply",
            violations: """
                SELECT count(*) FROM responses r WHERE r.first_input >= (r.message & 1048575) OR EXISTS (
                    SELECT 1 FROM messages WHERE key = r.message AND role != 'assistant')
                """),
        Invariant(
            code: "developer_of_no_system", message: "messages are a developer's and no system's",
            violations: "SELECT count(*) FROM messages WHERE as_developer IS NOT NULL AND role != 'system'"),
    ]
}
