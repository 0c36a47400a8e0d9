internal import Conversations
internal import SQLite

// Attempts whose process died before it could write down how they ended. Others may still be at work on theirs: one that
// serves a reply is over when that is another's or nobody's, or its lease has run out; any other when its time has.

extension Connection {
    /// How long an attempt that serves no reply takes at most, where it does not say.
    static let longestProbe = Duration.seconds(30 * 60)

    /// Who has come to the end of its time still has to write that down.
    private static let graceOfProbe = Duration.seconds(5)

    static let abandonedQuery = """
        SELECT a.id FROM provider_attempts a INDEXED BY provider_attempts_pending
            LEFT JOIN chats c ON c.owner = a.owner AND c.id = a.chat
        WHERE a.outcome = 'pending' AND a.started_at <= ?1 AND NOT iif(
            a.chat IS NOT NULL,
            c.open_reply IS NOT NULL AND c.open_reply IS a.message AND coalesce(c.lease_until, 0) BETWEEN ?2 + 1 AND ?3,
            coalesce(a.expires_at + ?6, a.started_at + ?4) BETWEEN ?2 AND ?5)
        """

    /// Those that nobody will finish, in no order. There are few that are open at all.
    func abandonedAttempts(at now: Timestamp) throws(SQLiteError) -> [AttemptID] {
        let statement = try prepared(Self.abandonedQuery)
        defer { statement.reset() }
        // What lies further ahead than any can was written before the clock was set back.
        try statement.bind(
            Int64.max, now.rawValue, ChatRow.latestLease(at: now).rawValue, Self.longestProbe.milliseconds,
            now.advanced(by: ProviderCondition.longestRest).rawValue, Self.graceOfProbe.milliseconds)
        var ids: [AttemptID] = []
        while try statement.step() { ids.append(AttemptID(rawValue: statement.text(0))) }
        return ids
    }

    /// Closes those that nobody will finish.
    func closeAbandonedAttempts(at now: Timestamp) throws {
        for id in try abandonedAttempts(at: now) { try abandon(id, at: now) }
    }

    static let openOfReplyQuery = """
        SELECT id FROM provider_attempts INDEXED BY provider_attempts_by_chat
        WHERE owner = ?1 AND chat = ?2 AND message = ?3 AND outcome = 'pending'
        """

    /// Closes the attempt of a reply that nobody will finish.
    func abandonAttempt(of row: ChatRow, reply seq: Int, at now: Timestamp) throws {
        if let id = try firstText(Self.openOfReplyQuery, row.chat.owner.rawValue, row.chat.id.rawValue, seq) {
            try abandon(AttemptID(rawValue: id), at: now)
        }
    }

    private func abandon(_ id: AttemptID, at now: Timestamp) throws {
        do {
            guard var attempt = try attempt(id) else { return }
            attempt.abandon()
            try close(attempt, at: now, jitter: 0)
        } catch is RowError {
            // It counts nowhere, and nobody is to be kept from talking by it. A check of the file tells of it.
            try run("UPDATE provider_attempts SET outcome = 'aborted' WHERE id = ?1", id.rawValue)
        }
    }
}

extension ProviderAttempt {
    /// How one stands that nobody will finish.
    mutating func abandon() { result.abandon() }
}

extension ProviderAttempt.Result {
    mutating func abandon() {
        outcome = .aborted
        fault = .local
    }
}
