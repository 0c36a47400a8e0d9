internal import Conversations
internal import SQLite

extension Message {
    /// The columns that ``Statement/message(of:)`` reads, in its order.
    static let columns = """
        key, parent, role, status, provider, model, created_at, finished_at, finish_reason, input_tokens, \
        output_tokens, error_code, error_message, content, as_developer
        """

    /// How a reply stands that nobody will finish: its writer is gone.
    static let abandoned = MessageError(
        code: "aborted", message: "the program that was writing this reply ended before it did")
}

extension Message {
    /// What a row is read into.
    static func unread(of chat: ChatID) -> Message {
        Message(id: MessageID(chat: chat, seq: 0), role: .user, content: "", createdAt: Timestamp(rawValue: 0))
    }
}

/// A row that no version of ours has written.
struct RowError: Error {
    var detail: String
}

extension Statement {
    /// The row's message.
    ///
    /// - Throws: ``RowError`` where the row holds a word that we do not know.
    func message(of chat: ChatID) throws -> Message {
        var words = MessageWords()
        var message = Message.unread(of: chat)
        try read(&message, words: &words)
        message.content = messageText
        return message
    }

    /// Makes a message of the row's chat the row's, but for its text: ``messageText`` is that.
    ///
    /// - Parameter words: Of the rows before: what this one has of them is not made anew.
    /// - Throws: ``RowError`` where the row holds a word that we do not know.
    func read(_ message: inout Message, words: inout MessageWords) throws(RowError) {
        let (role, status) = try roleAndStatus(words: &words)
        message.id.seq = MessageKey.seq(ofKey: integer(0))
        message.parent = optionalInteger(1).map(Int.init)
        message.role = role
        message.status = status
        message.provider = words.providers.text(of: self, 4)
        message.model = words.models.text(of: self, 5)
        message.createdAt = Timestamp(rawValue: integer(6))
        message.finishedAt = optionalInteger(7).map(Timestamp.init)
        message.finishReason = words.finishReasons.text(of: self, 8)
        message.usage = nil
        if let input = optionalInteger(9), let output = optionalInteger(10) {
            message.usage = TokenUsage(inputTokens: Int(input), outputTokens: Int(output))
        }
        message.error = nil
        if let code = optionalText(11) {
            message.error = MessageError(code: code, message: text(12))
        }
        message.isDeveloper = integer(14) != 0
    }

    /// Who said it, and how far it has come: the columns after the parent.
    ///
    /// - Throws: ``RowError`` where the row holds a word that we do not know.
    func roleAndStatus(words: inout MessageWords) throws(RowError) -> (Role, MessageStatus) {
        guard let role = words.roles.value(of: self, 2, { Role(rawValue: $0) }),
            let status = words.statuses.value(of: self, 3, { MessageStatus(rawValue: $0) })
        else { throw RowError(detail: "a message has an unknown role or status") }
        return (role, status)
    }

    /// The text of the row's message where it lies, until the statement is stepped; nil where it is no UTF-8.
    @unsafe var messageTextInPlace: UnsafeBufferPointer<UInt8>? {
        let text = unsafe textInPlace(Self.contentColumn)
        return unsafe UTF8Faults.has(text.span) ? nil : text
    }

    /// The text of the row's message; what is no UTF-8 in it is U+FFFD.
    var messageText: String { text(Self.contentColumn) }

    private static let contentColumn: Int32 = 13
}

extension Connection {
    static let messagesBackwardsQuery =
        "SELECT \(Message.columns) FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC"
    static let messagesQuery = "SELECT \(Message.columns) FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
    static let partsQuery = "SELECT content FROM message_parts WHERE message = ?1 ORDER BY part"

    /// The branch that ends at this message, oldest first; the last so many of it where `last` is given.
    ///
    /// Walks backwards through the chat's rows and keeps those on the way from the tip: parents have lower numbers.
    ///
    /// - Parameters:
    ///   - first: Messages before this number are left out.
    ///   - tip: nil for the branch in view.
    func branch(of row: ChatRow, from first: Int = 0, endingAt tip: Int? = nil, last: Int?, now: Timestamp) throws
        -> [Message]
    {
        guard let head = tip ?? row.chat.head else { return [] }
        let statement = try prepared(Self.messagesBackwardsQuery)
        defer { statement.reset() }
        try statement.bind(
            MessageKey.key(chat: row.key, seq: first),
            MessageKey.key(chat: row.key, seq: min(max(head, 0), MessageKey.maximumSeq)))
        var wanted: Int? = head
        var branch: [Message] = []
        while let seq = wanted, branch.count < last ?? .max, try statement.step() {
            guard MessageKey.seq(ofKey: statement.integer(0)) == seq else { continue }
            let message = try presented(statement.message(of: row.chat.id), of: row, now: now)
            branch.append(message)
            wanted = message.parent
        }
        if let tip, branch.first?.id.seq != tip, last != 0 {
            throw StoreError.noSuchMessage(MessageID(chat: row.chat.id, seq: tip))
        }
        return branch.reversed()
    }

    /// Every message of the chat, all branches, by sequence number.
    func messages(of row: ChatRow, now: Timestamp) throws -> [Message] {
        let statement = try prepared(Self.messagesQuery)
        defer { statement.reset() }
        try statement.bind(
            MessageKey.key(chat: row.key, seq: 0), MessageKey.key(chat: row.key, seq: MessageKey.maximumSeq))
        var messages: [Message] = []
        while try statement.step() {
            messages.append(try presented(statement.message(of: row.chat.id), of: row, now: now))
        }
        return messages
    }

    /// A message as a reader sees it: an open reply has what has come so far, and is interrupted once its lease has run
    /// out.
    func presented(_ message: Message, of row: ChatRow, now: Timestamp) throws(SQLiteError) -> Message {
        guard message.status == .streaming else { return message }
        var message = message
        message.content += try parts(ofMessage: MessageKey.key(chat: row.key, seq: message.id.seq))
        if row.openReply != message.id.seq || !row.isBusy(at: now) {
            message.status = .interrupted
            message.error = Message.abandoned
        }
        return message
    }

    /// The message's text; empty where there is no such message.
    func content(ofMessage key: Int64) throws(SQLiteError) -> String {
        let statement = try prepared("SELECT content FROM messages WHERE key = ?1")
        defer { statement.reset() }
        try statement.bind(key)
        return try statement.step() ? statement.text(0) : ""
    }

    func parts(ofMessage key: Int64) throws(SQLiteError) -> String {
        let statement = try prepared(Self.partsQuery)
        defer { statement.reset() }
        try statement.bind(key)
        var text = ""
        while try statement.step() { text += statement.text(0) }
        return text
    }
}
