internal import Conversations
internal import SQLite

// Bringing an index up to date that has fallen behind: it is new in an older file, or was damaged and is made anew.

extension Connection {
    /// About how many messages are indexed in one transaction: others get to write between two.
    private static let messagesAtOnce = 2000

    /// Brings the index up to date. Several may do so at once, and share the work; whoever is interrupted leaves the rest
    /// to the next.
    ///
    /// A damaged index keeps nobody from talking: it stays as it is, and a check of the file tells of it.
    ///
    /// - Parameter progress: Told how far it has come, from 0 to 1, where there is anything to do.
    func catchUpIndex(progress: (Double) -> Void) throws {
        do {
            // Looking takes no lock: where there is nothing to do, nobody who writes is waited for.
            guard try BusyRetry.run({ try position(of: .index) }) != nil else { return }
            while let done = try BusyRetry.run({ try transaction(.immediate) { try indexNextChats() } }) {
                progress(done)
            }
        } catch let error as SQLiteError where error.mayBeOfIndex {}
    }

    /// Has the index made anew. Until that is done nothing is put into it or taken out of it.
    func setIndexAside() throws(SQLiteError) {
        try setPosition(of: .index, to: 0)
    }

    /// - Returns: how far it has come; nil where there was nothing to do.
    private func indexNextChats() throws -> Double? {
        guard let position = try position(of: .index) else { return nil }
        if position == 0 { try run("INSERT INTO message_index (message_index) VALUES ('delete-all')") }
        var chat = MessageKey.chat(ofKey: position)
        var count = 0
        while count < Self.messagesAtOnce {
            let next = try number("SELECT min(key) FROM chats WHERE key > ?1", chat)
            guard next > 0 else {
                try finish(.index, at: position)
                return 1
            }
            chat = next
            count += try indexWholeChat(chat)
        }
        try setPosition(of: .index, to: MessageKey.key(chat: chat, seq: MessageKey.maximumSeq))
        return Double(chat) / Double(max(try number("SELECT max(key) FROM chats"), 1))
    }

    static let titlesQuery = "SELECT key << 20, title FROM chats WHERE key = ?1 AND title != ''"

    /// - Returns: how many rows the index has got.
    private func indexWholeChat(_ chat: Int64) throws(SQLiteError) -> Int {
        let titles = try prepared(Self.titlesQuery)
        defer { titles.reset() }
        try titles.bind(chat)
        let texts = try prepared(Self.finishedTextsQuery)
        defer { texts.reset() }
        try texts.bind(MessageKey.key(chat: chat, seq: 1), MessageKey.key(chat: chat, seq: MessageKey.maximumSeq))
        var count = 0
        for rows in [titles, texts] {
            while try rows.step() {
                try insertWords(of: rows.text(1), key: rows.integer(0))
                count += 1
            }
        }
        return count
    }
}
