internal import Conversations
internal import SQLite

/// Brings salvaged rows back into agreement: what `db check` looks for holds when this is done.
struct SalvageMending {
    private let connection: Connection
    private let surroundings: Surroundings
    private var report: SalvageReport

    init(_ connection: Connection, surroundings: Surroundings, report: SalvageReport) {
        self.connection = connection
        self.surroundings = surroundings
        self.report = report
    }

    /// Gives the report of what was salvaged, now complete.
    ///
    /// - Parameter shortened: The keys of messages of which only the beginning is there.
    mutating func run(shortened: [Int64]) throws -> SalvageReport {
        try connection.transaction(.immediate) { try endReplies() }
        try connection.transaction(.immediate) {
            try placeStrays()
            try makeLostChats()
        }
        try findMissingMessages()
        try connection.transaction(.immediate) {
            try dropWhatBelongsToNothing()
            try dropIncidentsInDoubt()
            try connection.reckonAttempts()
            try connection.run(Self.mendParents)
            try connection.run(Self.mendHeads)
            try connection.run(Self.mendNumbers)
        }
        for key in shortened {
            guard let id = try connection.firstText("SELECT id FROM chats WHERE key = ?1", key >> 20) else { continue }
            report.shortenedMessages.append(
                MessageID(chat: ChatID(rawValue: id), seq: MessageKey.seq(ofKey: key)))
        }
        report.chats = Int(try connection.number("SELECT count(*) FROM chats"))
        report.messages = Int(try connection.number("SELECT count(*) FROM messages"))
        report.attempts = Int(try connection.number("SELECT count(*) FROM provider_attempts"))
        return report
    }

    // MARK: - Replies

    /// Nobody writes to the new database yet: what streamed has been cut, with all that had come of it.
    private func endReplies() throws {
        let now = surroundings.now().rawValue
        try connection.run(Self.rowsForLoneParts, now, Message.abandoned.code, Message.abandoned.message)
        try connection.run(Self.foldParts, now, Message.abandoned.code, Message.abandoned.message)
        try connection.run("DELETE FROM message_parts")
        try connection.run(
            "UPDATE provider_attempts SET outcome = 'aborted', fault = 'local' WHERE outcome = 'pending'")
    }

    /// The pieces of a reply are there, and its own row is not.
    private static let rowsForLoneParts = """
        INSERT INTO messages (key, parent, role, status, created_at, error_code, error_message, content)
        SELECT message, nullif((message & 1048575) - 1, 0), 'assistant', 'streaming', ?1, ?2, ?3, ''
        FROM message_parts WHERE message NOT IN (SELECT key FROM messages) AND message & 1048575 > 0
        GROUP BY message
        """
    private static let foldParts = """
        UPDATE messages SET status = 'interrupted', finished_at = ?1, error_code = ?2, error_message = ?3,
            content = content || coalesce((SELECT group_concat(content, '') FROM (
                SELECT content FROM message_parts WHERE message = messages.key ORDER BY part)), '')
        WHERE status = 'streaming' OR content = '' AND key IN (SELECT message FROM message_parts)
        """

    // MARK: - Chats

    /// Messages whose own place is not known stand behind all that a chat's key may be: they get the next one that is
    /// free, from which those of new chats go on.
    private func placeStrays() throws {
        let stray = SalvagedTable.chatKeys.upperBound + 1
        let last = try connection.number(
            """
            SELECT max(coalesce((SELECT max(key) FROM chats), 0), coalesce((
                SELECT max(key) >> 20 FROM messages WHERE key < ?1), 0))
            """, stray << 20)
        try connection.run(
            "UPDATE messages SET key = key - ((?1 - ?2) << 20) WHERE key >> 20 = ?1", stray, last + 1)
    }

    private mutating func makeLostChats() throws {
        while true {
            // The first of them each time: making one ends its being lost.
            let key = try connection.number(
                """
                SELECT key >> 20 FROM messages WHERE key > ?1 AND key >> 20 NOT IN (SELECT key FROM chats)
                ORDER BY key LIMIT 1
                """,
                lastLostChat << 20 | Int64(MessageKey.maximumSeq))
            if key == 0 { return }
            lastLostChat = key
            try makeChat(key)
        }
    }

    private var lastLostChat: Int64 = 0

    private mutating func makeChat(_ key: Int64) throws {
        let first = MessageKey.key(chat: key, seq: 0)
        let last = MessageKey.key(chat: key, seq: MessageKey.maximumSeq)
        let text = try connection.firstText(
            "SELECT content FROM messages WHERE key BETWEEN ?1 AND ?2 AND role = 'user' ORDER BY key LIMIT 1",
            first, last)
        let title = text.map { ChatTitle.made(from: $0) } ?? "Recovered chat"
        // A count below 0: it is not known how many messages there were.
        try connection.run(
            """
            INSERT INTO chats (key, id, owner, title, title_folded, created_at, updated_at, archived, message_count,
                provider, model)
            SELECT ?1, ?2, coalesce(i.owner, 'local'), ?3, ?4, m.created_at, coalesce(i.updated_at, m.updated_at),
                coalesce(i.archived, 0), -1, r.provider, r.model
            FROM (
                SELECT min(created_at) AS created_at, max(coalesce(finished_at, created_at)) AS updated_at
                FROM messages WHERE key BETWEEN ?5 AND ?6) AS m
            LEFT JOIN temp.chats_by_activity i ON i.key = ?1
            LEFT JOIN (
                SELECT provider, model FROM messages WHERE key BETWEEN ?5 AND ?6 AND provider IS NOT NULL
                ORDER BY key DESC LIMIT 1) AS r
            """,
            key, try name(forChat: key).rawValue, title, TitleFolding.folded(title), first, last)
        let id = try connection.firstText("SELECT id FROM chats WHERE key = ?1", key) ?? ""
        report.recoveredChats.append(ChatID(rawValue: id))
    }

    /// The one that an index still has for it, where no other chat has it; else a new one.
    private func name(forChat key: Int64) throws -> ChatID {
        let known = try connection.firstText(
            """
            SELECT id FROM temp.chats_by_activity i WHERE key = ?1 AND length(id) BETWEEN 1 AND 64
                AND id NOT GLOB '*[^A-Za-z0-9._~-]*'
                AND NOT EXISTS (SELECT 1 FROM chats c WHERE c.owner = i.owner AND c.id = i.id)
            """, key)
        return known.map { ChatID(rawValue: $0) } ?? surroundings.newChatID()
    }

    // MARK: - What is missing

    /// Compares each chat's messages with how many it says it has.
    private mutating func findMissingMessages() throws {
        let chats = try connection.prepared("SELECT key, id, message_count, next_seq FROM chats ORDER BY key")
        defer { chats.reset() }
        while try chats.step() {
            let count = chats.integer(2)
            let gaps = try gaps(inChat: chats.integer(0), before: Int(chats.integer(3)))
            guard count < 0 || gaps.present < count else { continue }
            let id = ChatID(rawValue: chats.text(1))
            report.missing += gaps.ranges.map { SalvageReport.MissingMessages(chat: id, numbers: $0) }
        }
    }

    private struct Gaps {
        var ranges: [ClosedRange<Int>] = []
        var present = 0
    }

    private func gaps(inChat key: Int64, before end: Int) throws -> Gaps {
        let messages = try connection.prepared("SELECT key FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key")
        defer { messages.reset() }
        try messages.bind(MessageKey.key(chat: key, seq: 0), MessageKey.key(chat: key, seq: MessageKey.maximumSeq))
        var gaps = Gaps()
        var expected = 1
        while try messages.step() {
            let seq = MessageKey.seq(ofKey: messages.integer(0))
            if seq > expected { gaps.ranges.append(expected...seq - 1) }
            expected = seq + 1
            gaps.present += 1
        }
        if end > expected { gaps.ranges.append(expected...end - 1) }
        return gaps
    }

    // MARK: - References

    private mutating func dropWhatBelongsToNothing() throws {
        for table in ["chat_tags", "chat_metadata"] {
            try connection.run("DELETE FROM \(table) WHERE chat NOT IN (SELECT key FROM chats)")
            report.droppedRows += connection.changes
        }
        try connection.run(
            """
            DELETE FROM responses WHERE first_input >= message & 1048575
                OR message NOT IN (SELECT key FROM messages WHERE role = 'assistant')
            """)
        report.droppedRows += connection.changes
    }

    /// Incidents from the time of the attempts that are there are found anew among those. Of others, those are left that
    /// are whole.
    private func dropIncidentsInDoubt() throws {
        try connection.run(
            """
            DELETE FROM provider_incidents WHERE ended_at IS NULL OR ended_at < started_at
                OR provider != ?1 AND ended_at >= (SELECT min(started_at) FROM provider_attempts)
                OR attempts != (SELECT total(n) FROM incident_causes WHERE incident = key)
            """, Connection.network)
        try connection.run("DELETE FROM incident_causes WHERE incident NOT IN (SELECT key FROM provider_incidents)")
    }

    /// In place of a parent that is lost, the message that was said last before: what that one answered is not known.
    private static let mendParents = """
        UPDATE messages SET parent = (
            SELECT max(p.key) & 1048575 FROM messages p
            WHERE p.key >= messages.key >> 20 << 20 AND p.key < messages.key)
        WHERE parent IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM messages p WHERE p.key = (messages.key >> 20 << 20 | messages.parent))
        """
    private static let mendHeads = """
        UPDATE chats SET head = (
            SELECT max(m.key) & 1048575 FROM messages m
            WHERE m.key BETWEEN chats.key << 20 AND chats.key << 20 | 1048575)
        WHERE head IS NULL
            OR NOT EXISTS (SELECT 1 FROM messages m WHERE m.key = (chats.key << 20 | chats.head))
        """
    /// A number once given is not given again, lost or not.
    private static let mendNumbers = """
        UPDATE chats SET
            next_seq = max(next_seq, 1 + coalesce((
                SELECT max(m.key) & 1048575 FROM messages m
                WHERE m.key BETWEEN chats.key << 20 AND chats.key << 20 | 1048575), 0)),
            message_count = (
                SELECT count(*) FROM messages m WHERE m.key BETWEEN chats.key << 20 AND chats.key << 20 | 1048575)
        """
}
