internal import Conversations
internal import SQLite

extension ProviderAttempt {
    /// The columns that ``Statement/attempt()`` reads, in its order.
    static let columns = """
        id, provider, model, kind, chat, message, attempt, started_at, outcome, fault, http_status, connect_ms, \
        first_byte_ms, first_text_ms, duration_ms, max_gap_ms, retry_after_ms, bytes_in, chunks, text_bytes, \
        error_code, error_text
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

    func attempt(_ id: AttemptID) throws -> ProviderAttempt? {
        let statement = try prepared(Self.attemptQuery)
        defer { statement.reset() }
        try statement.bind(id.rawValue)
        return try statement.step() ? statement.attempt() : nil
    }

    /// Writes down that an attempt begins, so that it is known of even if we end before it does.
    ///
    /// - Parameter reply: What it is made for, and whose that is; nil for an attempt that serves no reply.
    func insert(
        _ attempt: ProviderAttempt, for reply: MessageID?, of owner: Owner?, process: String
    ) throws(SQLiteError) {
        try run(
            """
            INSERT INTO provider_attempts
                (id, provider, model, kind, owner, chat, message, attempt, process, started_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """,
            attempt.id.rawValue, attempt.provider, attempt.model, attempt.kind.rawValue, owner?.rawValue,
            reply?.chat.rawValue, reply?.seq, attempt.number, process, attempt.startedAt.rawValue)
    }

    /// No attempt that serves no reply takes longer: one that seems to was left open by a process that died.
    static let longestProbe = Duration.seconds(30 * 60)

    static let abandonProbesQuery = """
        UPDATE provider_attempts INDEXED BY provider_attempts_pending SET outcome = 'aborted', fault = 'local'
        WHERE outcome = 'pending' AND started_at < ?1 AND kind IN ('probe', 'nonce')
        """

    /// Writes down that an attempt begins that serves no reply, and closes those that nobody will finish.
    ///
    /// An attempt that serves one is closed with it: its chat's lease tells whether anybody will.
    func open(_ attempt: ProviderAttempt, process: String) throws(SQLiteError) {
        let oldest = attempt.startedAt.advanced(byMilliseconds: -Self.longestProbe.milliseconds)
        try run(Self.abandonProbesQuery, oldest.rawValue)
        try insert(attempt, for: nil, of: nil, process: process)
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
        """
        UPDATE provider_attempts SET owner = NULL, chat = NULL, message = NULL, error_text = NULL
        WHERE owner = ?1 AND chat = ?2
        """

    /// Takes the chat's name off what the health history knows of it, and the other side's words, which may quote it.
    func forgetAttempts(of row: ChatRow) throws(SQLiteError) {
        try run(Self.forgetAttemptsQuery, row.chat.owner.rawValue, row.chat.id.rawValue)
    }

    func close(_ attempt: ProviderAttempt) throws(SQLiteError) {
        let result = attempt.result
        try run(
            """
            UPDATE provider_attempts SET outcome = ?2, fault = ?3, http_status = ?4, connect_ms = ?5,
                first_byte_ms = ?6, first_text_ms = ?7, duration_ms = ?8, max_gap_ms = ?9, retry_after_ms = ?10,
                bytes_in = ?11, chunks = ?12, text_bytes = ?13, error_code = ?14, error_text = ?15
            WHERE id = ?1
            """,
            attempt.id.rawValue, result.outcome.rawValue, result.fault.rawValue, result.httpStatus,
            result.connectMilliseconds, result.firstByteMilliseconds, result.firstTextMilliseconds,
            result.durationMilliseconds, result.maximumGapMilliseconds, result.retryAfterMilliseconds,
            result.bytesIn, result.chunks, result.textBytes, result.error?.code,
            result.error.map { String(String.UnicodeScalarView($0.message.unicodeScalars.prefix(300))) })
    }
}
