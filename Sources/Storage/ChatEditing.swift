package import Conversations
internal import SQLite

extension SQLiteConversationStore {
    package func edit(_ id: ChatID, of owner: Owner, _ changes: ChatChanges) async throws(StoreError) -> Chat {
        try await writing { try $0.edit(id, owner: owner, changes) }
    }
}

// The chat's version stays: a reply that streams is no concern of an edit, and whoever writes it goes on.
extension Connection {
    static let editQuery = """
        UPDATE chats SET title = ?2, title_folded = ?3, pinned = ?4, archived = ?5, provider = ?6, model = ?7, system = ?8
        WHERE key = ?1
        """
    static let removeTagQuery = "DELETE FROM chat_tags WHERE chat = ?1 AND tag = ?2"
    static let removeNoteQuery = "DELETE FROM chat_metadata WHERE chat = ?1 AND name = ?2"

    fileprivate func edit(_ id: ChatID, owner: Owner, _ changes: ChatChanges) throws -> Chat {
        guard let row = try chatRow(id, owner: owner) else { throw StoreError.noSuchChat(id) }
        let chat = row.chat.changed(by: changes)
        guard chat != row.chat || chat.texts != row.chat.texts else { return chat }
        try run(
            Self.editQuery, row.key, chat.title, TitleFolding.folded(chat.title), chat.pinned, chat.archived,
            chat.provider, chat.model, chat.system)
        if !chat.title.utf8.elementsEqual(row.chat.title.utf8) { try replaceIndexedTitle(of: row, by: chat.title) }
        try replaceTags(of: row, by: chat.tags)
        try replaceMetadata(of: row, by: chat.metadata)
        try noteMovedRows()
        return chat
    }

    private func replaceTags(of row: ChatRow, by tags: [String]) throws(SQLiteError) {
        for tag in row.chat.tags where !tags.contains(tag) { try run(Self.removeTagQuery, row.key, tag) }
        for tag in tags where !row.chat.tags.contains(tag) {
            try run("INSERT INTO chat_tags (chat, tag) VALUES (?1, ?2)", row.key, tag)
        }
    }

    private func replaceMetadata(of row: ChatRow, by metadata: [String: String]) throws(SQLiteError) {
        for name in row.chat.metadata.keys where metadata[name] == nil { try run(Self.removeNoteQuery, row.key, name) }
        for (name, value) in metadata
        where !(row.chat.metadata[name].map { $0.utf8.elementsEqual(value.utf8) } ?? false) {
            try run(
                """
                INSERT INTO chat_metadata (chat, name, value) VALUES (?1, ?2, ?3)
                ON CONFLICT (chat, name) DO UPDATE SET value = ?3
                """, row.key, name, value)
        }
    }
}

extension Chat {
    /// What an edit may change, byte for byte: to Swift, an accent written in two ways is one.
    fileprivate var texts: [[UInt8]] {
        let notes = metadata.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        return ([title, provider ?? "", model ?? "", system ?? ""] + tags + notes).map { Array($0.utf8) }
    }
}
