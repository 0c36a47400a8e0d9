internal import Conversations
internal import SQLite

extension Connection {
    // The plus keeps the planner from an index by time: they are read by id.
    private static let selectedChats = """
        FROM chats c
        WHERE c.owner = ?1 AND +c.updated_at >= ?2 AND +c.updated_at < ?3 AND (?4 IS NULL OR c.provider = ?4)
            AND (?5 IS NULL OR EXISTS (SELECT 1 FROM chat_tags t WHERE t.chat = c.key AND t.tag = ?5))
            AND (?6 IS NULL OR c.archived = ?6)
        """
    static let selectionQuery = "SELECT \(ChatRow.columns) \(selectedChats) ORDER BY c.id"
    static let selectionCountQuery = "SELECT coalesce(sum(c.message_count), 0) \(selectedChats)"

    private func selected(
        _ sql: String, by conditions: ChatConditions, archived: Bool?, owner: Owner
    ) throws(SQLiteError) -> Statement {
        let statement = try prepared(sql)
        try statement.bind(
            owner.rawValue, conditions.since?.rawValue ?? .min, conditions.until?.rawValue ?? .max,
            conditions.provider, conditions.tag, archived)
        return statement
    }

    /// How many messages the chats have together.
    func messageCount(of selection: ChatSelection, owner: Owner) throws(SQLiteError) -> Int {
        switch selection {
        case .chats(let ids):
            var count = 0
            for id in ids { count += try chatRow(id, owner: owner)?.chat.messageCount ?? 0 }
            return count
        case .all(let conditions, let archived):
            let statement = try selected(
                Self.selectionCountQuery, by: conditions, archived: archived, owner: owner)
            defer { statement.reset() }
            _ = try statement.step()
            return Int(statement.integer(0))
        }
    }

    /// Reads whole chats, one message after the other, holding no more than one of them.
    func readTranscripts(
        of selection: ChatSelection, owner: Owner, now: Timestamp, into receiver: inout some TranscriptReceiver
    ) throws {
        var words = MessageWords()
        switch selection {
        case .chats(let ids):
            for id in ids {
                guard let row = try chatRow(id, owner: owner) else { throw StoreError.noSuchChat(id) }
                try readTranscript(of: row, now: now, words: &words, into: &receiver)
            }
        case .all(let conditions, let archived):
            let statement = try selected(Self.selectionQuery, by: conditions, archived: archived, owner: owner)
            defer { statement.reset() }
            while try statement.step() {
                try readTranscript(of: chatRow(of: statement), now: now, words: &words, into: &receiver)
            }
        }
    }

    /// Every message of the chat, all branches, by sequence number.
    private func readTranscript(
        of row: ChatRow, now: Timestamp, words: inout MessageWords, into receiver: inout some TranscriptReceiver
    ) throws {
        try receiver.begin(row.chat)
        let statement = try prepared(Self.messagesQuery)
        defer { statement.reset() }
        try statement.bind(
            MessageKey.key(chat: row.key, seq: 0), MessageKey.key(chat: row.key, seq: MessageKey.maximumSeq))
        var message = Message.unread(of: row.chat.id)
        while try statement.step() {
            try statement.read(&message, words: &words)
            if message.status == .streaming {
                try receiver.receive(whole: presented(statement.message(of: row.chat.id), of: row, now: now))
            } else if let text = unsafe statement.messageTextInPlace {
                try receiver.receive(message, content: unsafe text.span)
            } else {
                var mended = message
                mended.content = statement.messageText
                try receiver.receive(whole: mended)
            }
        }
        try receiver.endChat()
    }
}
