internal import Conversations
internal import SQLite

extension Connection {
    /// Writes down a chat without messages, and indexes its title.
    ///
    /// - Returns: its private key.
    func insert(_ chat: Chat) throws(SQLiteError) -> Int64 {
        let key = try insertRow(chat)
        try index(chat.title, key: MessageKey.title(ofChat: key))
        return key
    }

    /// Writes down a chat without messages.
    ///
    /// - Returns: its private key.
    func insertRow(_ chat: Chat) throws(SQLiteError) -> Int64 {
        try run(
            """
            INSERT INTO chats (id, owner, title, title_folded, created_at, updated_at, provider, model, pinned, archived,
                forked_from_chat, forked_from_seq, system)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """,
            chat.id.rawValue, chat.owner.rawValue, chat.title, TitleFolding.folded(chat.title), chat.createdAt.rawValue,
            chat.updatedAt.rawValue, chat.provider, chat.model, chat.pinned, chat.archived,
            chat.forkedFrom?.chat.rawValue, chat.forkedFrom?.seq, chat.system)
        let key = lastInsertedRow
        for tag in chat.tags { try run("INSERT INTO chat_tags (chat, tag) VALUES (?1, ?2)", key, tag) }
        for (name, value) in chat.metadata {
            try run("INSERT INTO chat_metadata (chat, name, value) VALUES (?1, ?2, ?3)", key, name, value)
        }
        return key
    }

    /// Writes down a message, and indexes it unless it is still to come. The chat's row is the caller's business.
    func insert(_ message: Message, inChat chat: Int64) throws(SQLiteError) {
        try insertRow(message, inChat: chat)
        if message.status != .streaming {
            try index(message.content, key: MessageKey.key(chat: chat, seq: message.id.seq))
        }
    }

    /// Writes down a message. What it changes about the chat, and the index, are the caller's business.
    func insertRow(_ message: Message, inChat chat: Int64) throws(SQLiteError) {
        let key = MessageKey.key(chat: chat, seq: message.id.seq)
        try run(
            """
            INSERT INTO messages (\(Message.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """,
            key, message.parent, message.role.rawValue, message.status.rawValue, message.provider, message.model,
            message.createdAt.rawValue, message.finishedAt?.rawValue, message.finishReason, message.usage?.inputTokens,
            message.usage?.outputTokens, message.error?.code, message.error?.message, message.content,
            message.isDeveloper ? 1 : nil as Int?)
    }
}
