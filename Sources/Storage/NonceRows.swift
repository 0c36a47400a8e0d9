internal import Conversations
internal import SQLite

/// A site's row: the nonce, where there is one, and who fetches the next.
private struct NonceRow {
    var nonce: Nonce?
    var renewal: Renewal?

    struct Renewal {
        var renewer: String
        var until: Timestamp

        /// Another than this renewer is at it, and is not overdue.
        func holdsUp(_ other: String, at now: Timestamp) -> Bool {
            renewer != other && until > now && until <= now.advanced(by: Self.longest)
        }

        /// No renewal takes longer: one that seems to was written before the clock was set back.
        static let longest = Duration.seconds(5 * 60)
    }
}

extension Statement {
    /// - Throws: ``RowError`` where the row holds a word that we do not know.
    fileprivate func nonceRow() throws -> NonceRow {
        var row = NonceRow()
        // The value is empty while the first one is being fetched.
        if !text(0).isEmpty {
            guard let source = Nonce.Source(rawValue: text(1)) else {
                throw RowError(detail: "a nonce has an unknown source")
            }
            row.nonce = Nonce(
                value: text(0), source: source, fetchedAt: Timestamp(rawValue: integer(2)),
                useUntil: Timestamp(rawValue: integer(3)), cookies: text(4))
        }
        if let renewer = optionalText(5), let until = optionalInteger(6) {
            row.renewal = NonceRow.Renewal(renewer: renewer, until: Timestamp(rawValue: until))
        }
        return row
    }
}

extension Connection {
    static let nonceQuery = """
        SELECT value, source, fetched_at, use_until, cookies, renewing_by, renewing_until FROM nonces WHERE site = ?1
        """

    private func nonceRow(of site: String) throws -> NonceRow? {
        let statement = try prepared(Self.nonceQuery)
        defer { statement.reset() }
        try statement.bind(site)
        return try statement.step() ? statement.nonceRow() : nil
    }

    func nonce(of site: String) throws -> Nonce? {
        try nonceRow(of: site)?.nonce
    }

    /// Takes the lease for fetching the site's next nonce, unless there is a usable one or another holds it.
    func claimRenewal(
        of site: String, refused: String?, by renewer: String, now: Timestamp, until: Timestamp
    ) throws -> RenewalClaim {
        let row = try nonceRow(of: site)
        if let nonce = row?.nonce, nonce.value != refused, nonce.useUntil > now { return .current(nonce) }
        if let renewal = row?.renewal, renewal.holdsUp(renewer, at: now) { return .waiting(until: renewal.until) }
        try run(
            """
            INSERT INTO nonces (site, value, source, fetched_at, use_until, renewing_by, renewing_until)
            VALUES (?1, '', '', ?2, ?2, ?3, ?4)
            ON CONFLICT (site) DO UPDATE SET renewing_by = ?3, renewing_until = ?4
            """,
            site, now.rawValue, renewer, until.rawValue)
        return .granted
    }

    func keep(_ nonce: Nonce, of site: String) throws(SQLiteError) {
        try run(
            """
            INSERT INTO nonces (site, value, source, fetched_at, use_until, cookies) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (site) DO UPDATE SET value = ?2, source = ?3, fetched_at = ?4, use_until = ?5, cookies = ?6,
                renewing_by = NULL, renewing_until = NULL
            """,
            site, nonce.value, nonce.source.rawValue, nonce.fetchedAt.rawValue, nonce.useUntil.rawValue,
            nonce.cookies.isEmpty ? nil : nonce.cookies)
    }

    func giveUpRenewal(of site: String, by renewer: String) throws(SQLiteError) {
        try run("DELETE FROM nonces WHERE site = ?1 AND renewing_by = ?2 AND value = ''", site, renewer)
        try run(
            "UPDATE nonces SET renewing_by = NULL, renewing_until = NULL WHERE site = ?1 AND renewing_by = ?2",
            site, renewer)
    }
}
