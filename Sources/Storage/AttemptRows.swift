internal import Conversations
internal import SQLite

extension Connection {
    /// Writes down that an attempt begins, so that it is known of even if we end before it does.
    func insert(_ attempt: ProviderAttempt, for reply: MessageID, of owner: Owner, process: String) throws(SQLiteError)
    {
        try run(
            """
            INSERT INTO provider_attempts
                (id, provider, model, kind, owner, chat, message, attempt, process, started_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """,
            attempt.id.rawValue, attempt.provider, attempt.model, attempt.kind.rawValue, owner.rawValue,
            reply.chat.rawValue, reply.seq, attempt.number, process, attempt.startedAt.rawValue)
    }

    static let abandonAttemptQuery = """
        UPDATE provider_attempts SET outcome = 'aborted', fault = 'local'
        WHERE owner = ?1 AND chat = ?2 AND message = ?3 AND outcome = 'pending'
        """

    /// Closes the attempt of a reply that nobody will finish.
    func abandonAttempt(of row: ChatRow, reply seq: Int) throws(SQLiteError) {
        try run(Self.abandonAttemptQuery, row.chat.owner.rawValue, row.chat.id.rawValue, seq)
    }

    static let forgetAttemptsQuery =
        "UPDATE provider_attempts SET owner = NULL, chat = NULL, message = NULL WHERE owner = ?1 AND chat = ?2"

    /// Takes the chat's name off what the health history knows of it.
    func forgetAttempts(of row: ChatRow) throws(SQLiteError) {
        try run(Self.forgetAttemptsQuery, row.chat.owner.rawValue, row.chat.id.rawValue)
    }

    func close(_ attempt: ProviderAttempt) throws(SQLiteError) {
        let result = attempt.result
        try run(
            """
            UPDATE provider_attempts SET outcome = ?2, fault = ?3, http_status = ?4, first_text_ms = ?5,
                duration_ms = ?6, chunks = ?7, text_bytes = ?8, error_code = ?9, error_text = ?10
            WHERE id = ?1
            """,
            attempt.id.rawValue, result.outcome.rawValue, result.fault.rawValue, result.httpStatus,
            result.firstTextMilliseconds, result.durationMilliseconds, result.chunks, result.textBytes,
            result.error?.code,
            result.error.map { String(String.UnicodeScalarView($0.message.unicodeScalars.prefix(300))) })
    }
}
