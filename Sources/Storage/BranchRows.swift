internal import Conversations
internal import SQLite

extension Connection {
    static let parentsQuery = "SELECT key, parent FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
    static let messageQuery = "SELECT \(Message.columns) FROM messages WHERE key = ?1"

    /// Every branch of the chat, the one that ends in its newest message first.
    func branches(of row: ChatRow, now: Timestamp) throws -> [Branch] {
        try tree(of: row).ways(inView: row.chat.head).compactMap { way in
            guard let message = try message(way.tip, of: row, now: now) else { return nil }
            return Branch(tip: message, messageCount: way.length, leavesViewAt: way.leavesViewAt)
        }
    }

    private func tree(of row: ChatRow) throws(SQLiteError) -> MessageTree {
        let statement = try prepared(Self.parentsQuery)
        defer { statement.reset() }
        try statement.bind(
            MessageKey.key(chat: row.key, seq: 0), MessageKey.key(chat: row.key, seq: MessageKey.maximumSeq))
        var tree = MessageTree()
        while try statement.step() {
            tree.receive(
                MessageKey.seq(ofKey: statement.integer(0)), parent: statement.optionalInteger(1).map(Int.init))
        }
        return tree
    }

    /// The chat's message of this number; nil where it has none.
    func message(_ seq: Int, of row: ChatRow, now: Timestamp) throws -> Message? {
        let statement = try prepared(Self.messageQuery)
        defer { statement.reset() }
        try statement.bind(MessageKey.key(chat: row.key, seq: seq))
        guard try statement.step() else { return nil }
        return try presented(statement.message(of: row.chat.id), of: row, now: now)
    }

    /// Makes a chat of copies of the branch that ends at this message.
    func fork(_ origin: MessageID, as chat: Chat, now: Timestamp) throws -> Chat {
        guard let row = try chatRow(origin.chat, owner: chat.owner) else { throw StoreError.noSuchChat(origin.chat) }
        guard try chatRow(chat.id, owner: chat.owner) == nil else { throw StoreError.chatExists(chat.id) }
        let past = try branch(of: row, endingAt: origin.seq, last: nil, now: now)
        guard past.last?.status != .streaming else { throw StoreError.chatBusy(origin.chat) }
        let key = try insert(chat)
        for (index, message) in past.enumerated() {
            var copy = message
            copy.id = MessageID(chat: chat.id, seq: index + 1)
            copy.parent = index == 0 ? nil : index
            try insert(copy, inChat: key)
        }
        try run(
            "UPDATE chats SET head = ?2, next_seq = ?2 + 1, message_count = ?2 WHERE key = ?1", key, past.count)
        var made = chat
        made.head = past.count
        made.messageCount = past.count
        return made
    }
}
