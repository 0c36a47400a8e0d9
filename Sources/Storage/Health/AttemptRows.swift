internal import Conversations
internal import SQLite

extension ProviderAttempt {
    /// The columns that ``Statement/attempt()`` reads, in its order.
    static let columns = """
        id, provider, model, kind, chat, message, attempt, started_at, outcome, fault, http_status, connect_ms, \
        first_byte_ms, first_text_ms, duration_ms, max_gap_ms, retry_after_ms, bytes_in, chunks, text_bytes, \
        error_code, error_text, expires_at, owner
        """
}

extension Statement {
    /// The row's attempt.
    ///
    /// - Throws: ``RowError`` where the row holds a word that we do not know.
    fileprivate func attempt() throws -> ProviderAttempt {
        guard let kind = ProviderAttempt.Kind(rawValue: text(3)) else {
            throw RowError(detail: "an attempt has an unknown kind")
        }
        var attempt = ProviderAttempt(
            id: AttemptID(rawValue: text(0)), provider: text(1), model: optionalText(2), kind: kind,
            number: Int(integer(6)), startedAt: Timestamp(rawValue: integer(7)))
        if let chat = optionalText(4), let seq = optionalInteger(5) {
            attempt.message = MessageID(chat: ChatID(rawValue: chat), seq: Int(seq))
        }
        attempt.expiresAt = timestamp(22)
        attempt.result = try attemptResult()
        return attempt
    }

    private func attemptResult() throws -> ProviderAttempt.Result {
        guard let outcome = ProviderAttempt.Outcome(rawValue: text(8)),
            let fault = ProviderAttempt.Fault(rawValue: text(9))
        else { throw RowError(detail: "an attempt has an unknown outcome or fault") }
        var result = ProviderAttempt.Result()
        result.outcome = outcome
        result.fault = fault
        result.httpStatus = optionalInteger(10).map(Int.init)
        result.connectMilliseconds = optionalInteger(11)
        result.firstByteMilliseconds = optionalInteger(12)
        result.firstTextMilliseconds = optionalInteger(13)
        result.durationMilliseconds = optionalInteger(14)
        result.maximumGapMilliseconds = optionalInteger(15)
        result.retryAfterMilliseconds = optionalInteger(16)
        result.bytesIn = Int(integer(17))
        result.chunks = Int(integer(18))
        result.textBytes = Int(integer(19))
        result.error = optionalText(20).map { MessageError(code: $0, message: text(21)) }
        return result
    }
}

extension Connection {
    static let attemptQuery = "SELECT \(ProviderAttempt.columns) FROM provider_attempts WHERE id = ?1"

    /// - Parameter asker: As in ``AttemptQuery``.
    func attempt(_ id: AttemptID, as asker: Owner? = nil) throws -> ProviderAttempt? {
        let statement = try prepared(Self.attemptQuery)
        defer { statement.reset() }
        try statement.bind(id.rawValue)
        guard try statement.step() else { return nil }
        var attempt = try statement.attempt()
        if let asker, let owner = statement.optionalText(23), owner != asker.rawValue {
            attempt.message = nil
            attempt.result.error?.message = ""
        }
        return attempt
    }

    /// Writes down that an attempt begins, so that it is known of even if we end before it does.
    ///
    /// - Parameters:
    ///   - reply: What it is made for, and whose that is; nil for an attempt that serves no reply.
    ///   - chat: The chat as an exchange has left it that begins with this attempt.
    func insert(
        _ attempt: ProviderAttempt, for reply: MessageID?, of owner: Owner?, process: String,
        beginningIn chat: Chat? = nil
    ) throws(SQLiteError) {
        try run(
            """
            INSERT INTO provider_attempts
                (id, provider, model, kind, owner, chat, message, attempt, process, started_at, expires_at,
                chat_provider, chat_model)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """,
            attempt.id.rawValue, attempt.provider, attempt.model, attempt.kind.rawValue, owner?.rawValue,
            reply?.chat.rawValue, reply?.seq, attempt.number, process, attempt.startedAt.rawValue,
            attempt.expiresAt?.rawValue, chat?.provider, chat?.model)
    }

    /// Writes down that an attempt begins that serves no reply, and closes those that nobody will finish.
    func open(_ attempt: ProviderAttempt, process: String, now: Timestamp) throws {
        try closeAbandonedAttempts(at: now)
        try insert(attempt, for: nil, of: nil, process: process)
    }

    static let forgetAttemptsQuery =
        """
        UPDATE provider_attempts SET owner = NULL, chat = NULL, message = NULL, error_text = NULL
        WHERE owner = ?1 AND chat = ?2
        """

    /// Takes the chat's name off what the health history knows of it, and the other side's words, which may quote it.
    func forgetAttempts(of row: ChatRow) throws(SQLiteError) {
        try run(Self.forgetAttemptsQuery, row.chat.owner.rawValue, row.chat.id.rawValue)
    }

    static let forgetAttemptQuery =
        """
        UPDATE provider_attempts SET owner = NULL, chat = NULL, message = NULL, error_text = NULL
        WHERE owner = ?1 AND chat = ?2 AND message = ?3
        """

    /// The same for the attempts at one reply.
    func forgetAttempts(of row: ChatRow, message seq: Int) throws(SQLiteError) {
        try run(Self.forgetAttemptQuery, row.chat.owner.rawValue, row.chat.id.rawValue, seq)
    }
}
