internal import Conversations
internal import SQLite

// The one way in which an attempt ends, whoever ends it: with it everything is reckoned up that is told of its provider.

extension Connection {
    /// Closes an attempt that is open, or was taken for dead while it went on. Another that is closed stays as it is.
    ///
    /// - Parameters:
    ///   - now: Its end.
    ///   - jitter: From 0 to 1, at random.
    func close(_ attempt: ProviderAttempt, at now: Timestamp, jitter: Double) throws {
        let isOpen = try writeEnd(of: attempt, takenForDead: false)
        if !isOpen {
            guard attempt.result.outcome != .aborted, try writeEnd(of: attempt, takenForDead: true) else { return }
        }
        guard !DamagedReckoning.isLeftOut else { return try reckonAnewWhenOpened() }
        if !isOpen {
            var dead = attempt
            dead.abandon()
            try sparingReply { try uncount(HourKey(dead)) }
        }
        let attempt = try sparingReply { try laidToNetwork(attempt, at: now) } ?? attempt
        try sparingReply { try count(attempt) }
        try sparingReply { try fold(attempt, at: now, jitter: jitter) }
    }

    private func fold(_ attempt: ProviderAttempt, at now: Timestamp, jitter: Double) throws {
        let before = try conditionRowToGoOn(of: attempt.provider, at: now)
        var row = before
        let change = row.take(attempt, at: now, jitter: jitter)
        if let change { try sparingReply { try apply(change, to: attempt.provider) } }
        if row != before { try write(row, of: attempt.provider) }
    }

    static let closeQuery = """
        UPDATE provider_attempts SET outcome = ?2, fault = ?3, http_status = ?4, connect_ms = ?5,
            first_byte_ms = ?6, first_text_ms = ?7, duration_ms = ?8, max_gap_ms = ?9, retry_after_ms = ?10,
            bytes_in = ?11, chunks = ?12, text_bytes = ?13, error_code = ?14, error_text = ?15
        WHERE id = ?1 AND outcome = ?16 AND fault = ?17
        """

    /// - Parameter takenForDead: Somebody else has closed it, who found that its process had died.
    /// - Returns: whether it stood so.
    private func writeEnd(of attempt: ProviderAttempt, takenForDead: Bool) throws(SQLiteError) -> Bool {
        let result = attempt.result
        var before = ProviderAttempt.Result()
        if takenForDead { before.abandon() }
        try run(
            Self.closeQuery,
            attempt.id.rawValue, result.outcome.rawValue, result.fault.rawValue, result.httpStatus,
            result.connectMilliseconds, result.firstByteMilliseconds, result.firstTextMilliseconds,
            result.durationMilliseconds, result.maximumGapMilliseconds, result.retryAfterMilliseconds,
            result.bytesIn, result.chunks, result.textBytes, result.error?.code,
            result.error.map { String(String.UnicodeScalarView($0.message.unicodeScalars.prefix(300))) },
            before.outcome.rawValue, before.fault.rawValue)
        return changes == 1
    }

    // MARK: - Damage

    /// Does what a reply is not to be lost for: where rows make no sense, none of it is done, and what follows from the
    /// attempts is reckoned up anew when the file is next opened.
    ///
    /// - Returns: nil where it was not done.
    /// - Throws: ``DamagedReckoning`` where a page is damaged.
    @discardableResult
    private func sparingReply<Result>(_ body: () throws -> Result) throws -> Result? {
        try run("SAVEPOINT reckoning")
        do {
            let result = try body()
            try run("RELEASE reckoning")
            return result
        } catch let error as SQLiteError where error.isCorrupt {
            throw DamagedReckoning(cause: error)
        } catch {
            let isOfRows = (error as? SQLiteError)?.isConstraint ?? !(error is DamagedReckoning)
            guard isOfRows else { throw error }
            try run("ROLLBACK TO reckoning")
            try run("RELEASE reckoning")
            try reckonAnewWhenOpened()
            return nil
        }
    }
}
