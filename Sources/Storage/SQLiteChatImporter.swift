internal import Conversations
internal import SQLite

/// Adds chats from elsewhere, within a transaction that is somebody else's.
struct SQLiteChatImporter: ChatImporter {
    private let connection: Connection
    private let owner: Owner
    private let now: Timestamp
    private var index: ImportedWords

    /// - Parameter isIndexed: false where all of it is going to be undone.
    init(_ connection: Connection, owner: Owner, now: Timestamp, isIndexed: Bool) throws(SQLiteError) {
        self.connection = connection
        self.owner = owner
        self.now = now
        index = try ImportedWords(connection, isWanted: isIndexed)
    }

    mutating func add(_ transcript: Transcript) throws -> ImportOutcome {
        if let fault = transcript.fault(maximumSeq: MessageKey.maximumSeq) {
            throw BadRecord(position: "chat \(transcript.chat.id)", reason: fault)
        }
        var transcript = transcript
        transcript.holdTimes()
        if let row = try connection.chatRow(transcript.chat.id, owner: owner) {
            return try grow(row, by: transcript)
        }
        try addNew(transcript)
        return ImportOutcome(isNew: true, messages: transcript.messages.count)
    }

    /// Indexes what has waited for the end. To be called once, when all has been added.
    mutating func finish() throws {
        try index.finish()
    }

    private mutating func addNew(_ transcript: Transcript) throws {
        var chat = transcript.chat
        chat.owner = owner
        let key = try connection.insertRow(chat)
        try index.add(chat.title, key: MessageKey.title(ofChat: key))
        for message in transcript.messages {
            try connection.insertRow(message, inChat: key)
            try index.add(message.content, key: MessageKey.key(chat: key, seq: message.id.seq))
        }
        guard let last = transcript.messages.last else { return }
        try connection.run(
            "UPDATE chats SET head = ?2, next_seq = ?3, message_count = ?4 WHERE key = ?1",
            key, chat.head, last.id.seq + 1, transcript.messages.count)
    }

    private mutating func grow(_ row: ChatRow, by transcript: Transcript) throws -> ImportOutcome {
        guard !row.isBusy(at: now) else { throw StoreError.chatBusy(row.chat.id) }
        let merge = TranscriptMerge(
            stored: try connection.messages(of: row, now: now), head: row.chat.head,
            nextSeq: try connection.nextSeq(ofChat: row.key),
            incoming: transcript.messages, incomingHead: transcript.chat.head)
        guard !merge.additions.isEmpty else { return ImportOutcome(isNew: false, messages: 0) }
        guard merge.nextSeq <= MessageKey.maximumSeq + 1 else {
            throw StoreError.chatFull(row.chat.id, limit: MessageKey.maximumSeq)
        }
        if let seq = row.openReply { try connection.closeAbandonedReply(seq, of: row, now: now) }
        for message in merge.additions {
            try connection.insertRow(message, inChat: row.key)
            index.addLater(MessageKey.key(chat: row.key, seq: message.id.seq))
        }
        try connection.run(
            """
            UPDATE chats SET head = ?2, next_seq = ?3, message_count = message_count + ?4, version = version + 1,
                updated_at = max(updated_at, ?5), open_reply = NULL, writer = NULL, lease_until = NULL
            WHERE key = ?1
            """,
            row.key, merge.head, merge.nextSeq, merge.additions.count, transcript.chat.updatedAt.rawValue)
        return ImportOutcome(isNew: false, messages: merge.additions.count)
    }
}
