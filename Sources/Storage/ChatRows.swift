internal import Conversations
internal import SQLite

/// A chat as its row holds it, with what stays inside the store.
struct ChatRow {
    var key: Int64
    var chat: Chat
    /// The reply that streams, and until when its writer holds the lease.
    var openReply: Int?
    var leaseUntil: Timestamp?

    /// A reply is being written by someone who is still there.
    func isBusy(at now: Timestamp) -> Bool {
        openReply != nil && leaseUntil.map { $0 > now && $0 <= Self.latestLease(at: now) } ?? false
    }

    /// No lease is good for longer: one that seems to be was written before the clock was set back.
    static func latestLease(at now: Timestamp) -> Timestamp {
        now.advanced(by: ReplyJournal.leaseLength * 2)
    }
}

extension ChatRow {
    /// The columns that ``Statement/chatRow()`` reads, in its order.
    static let columns = """
        c.key, c.id, c.owner, c.title, c.created_at, c.updated_at, c.provider, c.model, c.system, c.pinned, c.archived, \
        c.forked_from_chat, c.forked_from_seq, c.head, c.message_count, c.version, c.open_reply, c.lease_until, \
        EXISTS (SELECT 1 FROM chat_tags t WHERE t.chat = c.key), \
        EXISTS (SELECT 1 FROM chat_metadata m WHERE m.chat = c.key)
        """
}

extension Statement {
    fileprivate func chatRow() -> ChatRow {
        let id = ChatID(rawValue: text(1))
        var chat = Chat(
            id: id, owner: Owner(rawValue: text(2)), title: text(3),
            createdAt: Timestamp(rawValue: integer(4)), updatedAt: Timestamp(rawValue: integer(5)))
        chat.provider = optionalText(6)
        chat.model = optionalText(7)
        chat.system = optionalText(8)
        chat.pinned = integer(9) != 0
        chat.archived = integer(10) != 0
        if let origin = optionalText(11) {
            chat.forkedFrom = MessageID(chat: ChatID(rawValue: origin), seq: Int(integer(12)))
        }
        chat.head = optionalInteger(13).map(Int.init)
        chat.messageCount = Int(integer(14))
        chat.version = Int(integer(15))
        return ChatRow(
            key: integer(0), chat: chat, openReply: optionalInteger(16).map(Int.init),
            leaseUntil: optionalInteger(17).map(Timestamp.init))
    }
}

extension Connection {
    func chatRow(_ id: ChatID, owner: Owner) throws(SQLiteError) -> ChatRow? {
        let statement = try prepared("SELECT \(ChatRow.columns) FROM chats c WHERE c.owner = ?1 AND c.id = ?2")
        try statement.bind(owner.rawValue, id.rawValue)
        return try chatRows(of: statement).first
    }

    static let chatByKeyQuery = "SELECT \(ChatRow.columns) FROM chats c WHERE c.key = ?1"

    func chatRow(key: Int64) throws(SQLiteError) -> ChatRow? {
        let statement = try prepared(Self.chatByKeyQuery)
        try statement.bind(key)
        return try chatRows(of: statement).first
    }

    /// The number that the chat's next message has.
    ///
    /// - Throws: ``RowError`` where it is none that we ever write.
    func nextSeq(ofChat key: Int64) throws -> Int {
        let next = try number("SELECT next_seq FROM chats WHERE key = ?1", key)
        guard (1...Int64(MessageKey.maximumSeq) + 1).contains(next) else {
            throw RowError(detail: "a chat's next message would have the number \(next)")
        }
        return Int(next)
    }

    /// The rows that a query over the columns of a chat gives, with their tags and metadata.
    private func chatRows(of statement: Statement) throws(SQLiteError) -> [ChatRow] {
        defer { statement.reset() }
        var rows: [ChatRow] = []
        while try statement.step() { rows.append(try chatRow(of: statement)) }
        return rows
    }

    /// The row on which a query over the columns of a chat stands, with the chat's tags and metadata.
    func chatRow(of statement: Statement) throws(SQLiteError) -> ChatRow {
        var row = statement.chatRow()
        // Most have neither, and to be told so costs less than to look.
        if statement.integer(18) != 0 { row.chat.tags = try tags(ofChat: row.key) }
        if statement.integer(19) != 0 { row.chat.metadata = try metadata(ofChat: row.key) }
        return row
    }

    private func tags(ofChat key: Int64) throws(SQLiteError) -> [String] {
        let statement = try prepared("SELECT tag FROM chat_tags WHERE chat = ?1 ORDER BY tag")
        defer { statement.reset() }
        try statement.bind(key)
        var tags: [String] = []
        while try statement.step() { tags.append(statement.text(0)) }
        return tags
    }

    private func metadata(ofChat key: Int64) throws(SQLiteError) -> [String: String] {
        let statement = try prepared("SELECT name, value FROM chat_metadata WHERE chat = ?1")
        defer { statement.reset() }
        try statement.bind(key)
        var metadata: [String: String] = [:]
        while try statement.step() { metadata[statement.text(0)] = statement.text(1) }
        return metadata
    }

    // MARK: - Lists

    /// The last active first; one condition that is not asked for is met by all.
    static let listQuery = """
        SELECT \(ChatRow.columns) FROM chats c INDEXED BY chats_by_activity
        WHERE c.owner = ?1 AND c.archived = ?2 AND c.updated_at >= ?3 AND (c.updated_at, c.id) < (?4, ?5)
            AND (?6 IS NULL OR c.provider = ?6)
            AND (?7 IS NULL OR EXISTS (SELECT 1 FROM chat_tags t WHERE t.chat = c.key AND t.tag = ?7))
        ORDER BY c.updated_at DESC, c.id DESC LIMIT ?8
        """
    /// The same from the other end.
    static let listFromOldestQuery = """
        SELECT \(ChatRow.columns) FROM chats c INDEXED BY chats_by_activity
        WHERE c.owner = ?1 AND c.archived = ?2 AND c.updated_at < ?3 AND (c.updated_at, c.id) > (?4, ?5)
            AND (?6 IS NULL OR c.provider = ?6)
            AND (?7 IS NULL OR EXISTS (SELECT 1 FROM chat_tags t WHERE t.chat = c.key AND t.tag = ?7))
        ORDER BY c.updated_at, c.id LIMIT ?8
        """

    func chats(matching query: ChatQuery, owner: Owner) throws(SQLiteError) -> ChatPage {
        var chats: [Chat] = []
        for archived in query.archived.map({ [$0] }) ?? [false, true] {
            chats += try self.chats(matching: query, archived: archived, owner: owner)
        }
        if query.archived == nil {
            let isInOrder = { (one: Chat, other: Chat) in
                (one.updatedAt, one.id.rawValue) < (other.updatedAt, other.id.rawValue)
            }
            chats.sort { query.order == .oldestFirst ? isInOrder($0, $1) : isInOrder($1, $0) }
        }
        guard let limit = query.limit, chats.count > limit else { return ChatPage(chats: chats, next: nil) }
        chats.removeLast(chats.count - limit)
        return ChatPage(chats: chats, next: chats.last.map { ChatCursor(updatedAt: $0.updatedAt, id: $0.id) })
    }

    /// Those put away, or those in use: one more than asked for, which tells whether the list goes on.
    private func chats(
        matching query: ChatQuery, archived: Bool, owner: Owner
    ) throws(SQLiteError) -> [Chat] {
        let isFromOldest = query.order == .oldestFirst
        let (since, until) = (query.conditions.since, query.conditions.until)
        // A place between all chats of one moment and those of the moment before.
        let place = { (moment: Timestamp) in ChatCursor(updatedAt: moment, id: ChatID(rawValue: "")) }
        let isEarlier = { (one: ChatCursor, other: ChatCursor) in
            (one.updatedAt, one.id.rawValue) < (other.updatedAt, other.id.rawValue)
        }
        // The list begins at the nearer of two places: where the last one ended, and the moment asked for.
        let places = [query.after, (isFromOldest ? since : until).map(place)].compactMap(\.self)
        let start =
            isFromOldest
            ? places.max(by: isEarlier) ?? place(Timestamp(rawValue: .min))
            : places.min(by: isEarlier) ?? place(Timestamp(rawValue: .max))
        let statement = try prepared(isFromOldest ? Self.listFromOldestQuery : Self.listQuery)
        // Past the largest number the limit is negative: there is none.
        try statement.bind(
            owner.rawValue, archived, isFromOldest ? until?.rawValue ?? .max : since?.rawValue ?? .min,
            start.updatedAt.rawValue, start.id.rawValue, query.conditions.provider, query.conditions.tag,
            query.limit.map { $0 &+ 1 } ?? -1)
        return try chatRows(of: statement).map(\.chat)
    }

    // MARK: - Names

    static let idBeginningQuery = """
        SELECT \(ChatRow.columns) FROM chats c WHERE c.owner = ?1 AND c.id >= ?2 AND c.id < ?3
        ORDER BY c.id DESC LIMIT ?4
        """
    static let shortIDQuery = """
        SELECT \(ChatRow.columns) FROM chats c WHERE c.owner = ?1 AND substr(c.id, -8) = ?2 LIMIT ?3
        """
    static let titleQuery = """
        SELECT \(ChatRow.columns) FROM chats c WHERE c.owner = ?1 AND c.title_folded = ?2 LIMIT ?3
        """
    /// Reads the index of titles from end to end, which is small beside the chats themselves.
    static let titlePartQuery = """
        SELECT \(ChatRow.columns) FROM chats c INDEXED BY chats_by_title
        WHERE c.owner = ?1 AND instr(c.title_folded, ?2) > 0 LIMIT ?3
        """

    /// The last active first. Where there are more than the limit, ids are the latest, and titles any.
    func chats(named name: ChatName, owner: Owner, limit: Int) throws(SQLiteError) -> [Chat] {
        try chatsUnordered(named: name, owner: owner, limit: limit)
            .sorted { ($0.updatedAt, $0.id.rawValue) > ($1.updatedAt, $1.id.rawValue) }
    }

    private func chatsUnordered(named name: ChatName, owner: Owner, limit: Int) throws(SQLiteError) -> [Chat] {
        switch name {
        case .idBeginning(let text):
            return try inEitherCase(text, limit: limit) { (text, limit) throws(SQLiteError) in
                let statement = try prepared(Self.idBeginningQuery)
                try statement.bind(owner.rawValue, text, text + "\u{10FFFF}", limit)
                return try chatRows(of: statement).map(\.chat)
            }
        case .shortID(let text):
            return try inEitherCase(text, limit: limit) { (text, limit) throws(SQLiteError) in
                let statement = try prepared(Self.shortIDQuery)
                try statement.bind(owner.rawValue, text, limit)
                return try chatRows(of: statement).map(\.chat)
            }
        case .title(let text):
            let statement = try prepared(Self.titleQuery)
            try statement.bind(owner.rawValue, TitleFolding.folded(text), limit)
            return try chatRows(of: statement).map(\.chat)
        case .titlePart(let text):
            let statement = try prepared(Self.titlePartQuery)
            try statement.bind(owner.rawValue, TitleFolding.folded(text), limit)
            return try chatRows(of: statement).map(\.chat)
        }
    }

    /// Ids made here are lowercase, those from elsewhere may be anything: as typed first, then lowercased.
    private func inEitherCase(
        _ text: String, limit: Int, _ find: (String, Int) throws(SQLiteError) -> [Chat]
    ) throws(SQLiteError) -> [Chat] {
        let found = try find(text, limit)
        let lowercased = text.lowercased()
        return found.isEmpty && lowercased != text ? try find(lowercased, limit) : found
    }
}

/// Titles without case, as they are kept to be found by.
enum TitleFolding {
    static func folded(_ title: String) -> String { title.lowercased() }
}
