internal import Conversations
internal import SQLite

/// Which of `llm`'s tables and columns a file has, and what to ask of them: each version has added some.
struct LLMSchema {
    private let tables: [String: Set<String>]

    init(of connection: Connection) throws {
        let names = ["log", "logs", "conversations", "responses", "threads", "turns", "messages", "parts", "fragments"]
        let links = ["prompt_fragments", "system_fragments", "attachments", "prompt_attachments"]
        var tables: [String: Set<String>] = [:]
        for name in names + links {
            let statement = try connection.prepared("SELECT name FROM pragma_table_info(?1)")
            defer { statement.reset() }
            try statement.bind(name)
            while try statement.step() { tables[name, default: []].insert(statement.text(0)) }
        }
        self.tables = tables
    }

    private func has(_ names: String...) -> Bool {
        names.allSatisfy { tables[$0] != nil }
    }

    /// The first of these columns that there is.
    private func column(_ names: String..., of table: String) -> String {
        names.first { tables[table]?.contains($0) ?? false }.map { "\"\($0)\"" } ?? "NULL"
    }

    /// Everything said, chat by chat in the order of their ids, in the order of saying; nil where no table is one of
    /// `llm`'s.
    var list: String? {
        var parts: [String] = []
        for (kind, table) in ["log", "logs"].enumerated() where has(table) {
            let chat = column("chat_id", of: table)
            parts.append(
                """
                SELECT \(kind), CAST(coalesce(\(chat), rowid) AS INTEGER), \(kind), rowid FROM "\(table)"
                """)
        }
        if has("responses") {
            let id = column("id", of: "responses")
            parts.append(
                """
                SELECT 2, coalesce(\(column("conversation_id", of: "responses")), \(id)), 2, rowid FROM responses
                """)
        }
        if has("turns", "threads", "messages", "parts") {
            parts.append("SELECT 2, coalesce(thread_id, id), 3, rowid FROM turns")
            parts.append("SELECT 2, id, 4, rowid FROM threads")
        }
        guard !parts.isEmpty else { return nil }
        let all = parts.joined(separator: " UNION ALL ")
        return """
            WITH said (age, chat, kind, place) AS (\(all))
            SELECT chat, kind, place FROM said ORDER BY age, chat, kind, place
            """
    }

    func add(_ row: LLMLogRow, to chat: inout LLMChat, from connection: Connection) throws {
        switch row.kind {
        case .log: try addLog(row.row, of: "log", to: &chat, from: connection)
        case .logs: try addLog(row.row, of: "logs", to: &chat, from: connection)
        case .response: try addResponse(row.row, to: &chat, from: connection)
        case .turn: try addTurn(row.row, to: &chat, from: connection)
        case .thread: try addThread(row.row, to: &chat, from: connection)
        }
    }

    // MARK: - Prompts and responses

    private func addLog(
        _ row: Int64, of table: String, to chat: inout LLMChat, from connection: Connection
    ) throws {
        let time = column("timestamp", "timestamp_utc", "datetime_utc", of: table)
        let statement = try connection.prepared(
            """
            SELECT prompt, \(column("system", of: table)), response, \(column("model", of: table)), \(time),
                \(column("duration_ms", of: table))
            FROM "\(table)" WHERE rowid = ?1
            """)
        defer { statement.reset() }
        try statement.bind(row)
        guard try statement.step() else { return }
        chat.add(
            prompt: statement.text(0), system: statement.text(1), response: statement.text(2),
            facts: LLMReplyFacts(
                model: statement.optionalText(3), time: statement.text(4), duration: statement.integer(5)))
    }

    private func addResponse(_ row: Int64, to chat: inout LLMChat, from connection: Connection) throws {
        let column = { (name: String) in self.column(name, of: "responses") }
        let statement = try connection.prepared(
            """
            SELECT prompt, system, response, coalesce(\(column("resolved_model")), \(column("model"))),
                \(column("datetime_utc")), \(column("duration_ms")), \(column("input_tokens")),
                \(column("output_tokens")), \(column("id"))
            FROM responses WHERE rowid = ?1
            """)
        defer { statement.reset() }
        try statement.bind(row)
        guard try statement.step() else { return }
        let id = statement.text(8)
        if chat.title == nil, has("conversations") {
            chat.title = try connection.texts("SELECT name FROM conversations WHERE id = ?1", chat.key).first
        }
        let prompt = try fragments("prompt_fragments", of: id, from: connection) + [statement.text(0)]
        let system = try fragments("system_fragments", of: id, from: connection) + [statement.text(1)]
        let files = try attachments(of: id, from: connection)
        chat.add(
            prompt: LLMChat.joined([LLMChat.joined(prompt, by: "\n")] + files, by: "\n\n"),
            system: LLMChat.joined(system, by: "\n"), response: statement.text(2),
            facts: LLMReplyFacts(
                model: statement.optionalText(3), time: statement.text(4), duration: statement.integer(5),
                usage: usage(statement, 6)))
    }

    private func fragments(_ table: String, of id: String, from connection: Connection) throws -> [String] {
        guard has(table, "fragments") else { return [] }
        return try connection.texts(
            """
            SELECT content FROM "\(table)" JOIN fragments ON fragments.id = fragment_id
            WHERE response_id = ?1 ORDER BY "order"
            """, id)
    }

    /// What stands for the files that came with a prompt.
    private func attachments(of id: String, from connection: Connection) throws -> [String] {
        guard has("prompt_attachments", "attachments") else { return [] }
        return try connection.texts(
            """
            SELECT \(Self.placeholder) FROM prompt_attachments JOIN attachments ON attachments.id = attachment_id
            WHERE response_id = ?1 ORDER BY "order"
            """, id)
    }

    /// `[image: cat.png]`, or `[file]` for one that was given by its contents.
    private static let placeholder = """
        '[' || CASE WHEN type LIKE 'image/%' THEN 'image' ELSE 'file' END || coalesce(': ' || coalesce(path, url), '') || ']'
        """

    private func usage(_ statement: Statement, _ column: Int32) -> TokenUsage? {
        guard let input = statement.optionalInteger(column), let output = statement.optionalInteger(column + 1) else {
            return nil
        }
        return TokenUsage(inputTokens: Int(input), outputTokens: Int(output))
    }

    // MARK: - Messages

    private func addTurn(_ row: Int64, to chat: inout LLMChat, from connection: Connection) throws {
        let statement = try connection.prepared(
            """
            SELECT tip_message_hash, coalesce(resolved_model, model), datetime_utc, duration_ms, input_tokens,
                output_tokens
            FROM turns WHERE rowid = ?1
            """)
        defer { statement.reset() }
        try statement.bind(row)
        guard try statement.step(), let tip = statement.optionalText(0) else { return }
        let facts = LLMReplyFacts(
            model: statement.optionalText(1), time: statement.text(2), duration: statement.integer(3),
            usage: usage(statement, 4))
        try addMessages(upTo: tip, facts: facts, to: &chat, from: connection)
    }

    private func addThread(_ row: Int64, to chat: inout LLMChat, from connection: Connection) throws {
        let statement = try connection.prepared(
            "SELECT tip_message_hash, datetime_utc, name FROM threads WHERE rowid = ?1")
        defer { statement.reset() }
        try statement.bind(row)
        guard try statement.step() else { return }
        chat.title = chat.title ?? statement.optionalText(2)
        guard let tip = statement.optionalText(0) else { return }
        try addMessages(upTo: tip, facts: LLMReplyFacts(time: statement.text(1)), to: &chat, from: connection)
    }

    /// Adds what is not there yet of the messages that lead to one.
    private func addMessages(
        upTo tip: String, facts: LLMReplyFacts, to chat: inout LLMChat, from connection: Connection
    ) throws {
        var missing: [(hash: String, role: String)] = []
        var seen: Set<String> = []
        var next: String? = tip
        while let hash = next, chat.places[hash] == nil, seen.insert(hash).inserted {
            let statement = try connection.prepared("SELECT role, parent_hash FROM messages WHERE hash = ?1")
            defer { statement.reset() }
            try statement.bind(hash)
            guard try statement.step() else { break }
            missing.append((hash, statement.text(0)))
            next = statement.optionalText(1)
        }
        chat.goOn(behind: next)
        for message in missing.reversed() {
            let text = try text(of: message.hash, from: connection)
            chat.add(message.hash, role: message.role, text: text, facts: facts)
        }
    }

    private func text(of hash: String, from connection: Connection) throws -> String {
        let parts = try connection.prepared(
            """
            SELECT type, text, CASE WHEN json_valid(payload) THEN payload END FROM parts
            WHERE message_hash = ?1 ORDER BY position
            """)
        defer { parts.reset() }
        try parts.bind(hash)
        var texts: [String] = []
        while try parts.step() {
            switch parts.text(0) {
            case "text":
                texts.append(try parts.optionalText(1) ?? text(ofPayload: parts.text(2), from: connection))
            case "attachment" where has("attachments"):
                texts += try connection.texts(
                    """
                    SELECT \(Self.placeholder) FROM attachments WHERE id = json_extract(?1, '$.attachment.id')
                    """, parts.text(2))
            default: break
            }
        }
        return LLMChat.joined(texts, by: "\n\n")
    }

    /// A text that borrows from fragments: literal pieces, and numbers of fragments.
    private func text(ofPayload payload: String, from connection: Connection) throws -> String {
        guard !payload.isEmpty, has("fragments") else { return "" }
        return try connection.texts(
            """
            SELECT coalesce(
                json_extract(value, '$.literal'),
                (SELECT content FROM fragments WHERE id = json_extract(piece.value, '$.fragment')))
            FROM json_each(?1, '$.text_ref') AS piece ORDER BY piece.key
            """, payload
        ).joined()
    }
}

extension Connection {
    /// The first column of each row, where it has one.
    fileprivate func texts(_ sql: String, _ value: String) throws -> [String] {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(value)
        var texts: [String] = []
        while try statement.step() {
            if let text = statement.optionalText(0) { texts.append(text) }
        }
        return texts
    }
}
