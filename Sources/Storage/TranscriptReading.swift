internal import Conversations
internal import SQLite

extension Connection {
    static let selectionQuery = """
        SELECT c.id FROM chats c
        WHERE c.owner = ?1 AND c.updated_at >= ?2 AND (?3 IS NULL OR c.provider = ?3)
            AND (?4 IS NULL OR EXISTS (SELECT 1 FROM chat_tags t WHERE t.chat = c.key AND t.tag = ?4))
        ORDER BY c.id
        """

    /// Reads whole chats, one message after the other, holding no more than one of them.
    func readTranscripts(
        of selection: ChatSelection, owner: Owner, now: Timestamp, _ body: (TranscriptEvent) throws -> Void
    ) throws {
        switch selection {
        case .chats(let ids):
            for id in ids {
                guard let row = try chatRow(id, owner: owner) else { throw StoreError.noSuchChat(id) }
                try readTranscript(of: row, now: now, body)
            }
        case .all(let since, let provider, let tag):
            let statement = try prepared(Self.selectionQuery)
            defer { statement.reset() }
            try statement.bind(owner.rawValue, since?.rawValue ?? .min, provider, tag)
            while try statement.step() {
                guard let row = try chatRow(ChatID(rawValue: statement.text(0)), owner: owner) else { continue }
                try readTranscript(of: row, now: now, body)
            }
        }
    }

    private func readTranscript(of row: ChatRow, now: Timestamp, _ body: (TranscriptEvent) throws -> Void) throws {
        try body(.chat(row.chat))
        try forEachMessage(of: row, now: now) { try body(.message($0)) }
        try body(.endOfChat)
    }
}
