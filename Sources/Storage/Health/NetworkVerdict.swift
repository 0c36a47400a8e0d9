internal import Conversations
internal import SQLite

// Whether it is this machine's own network that is down. No provider is to blame for that, so what was laid to them before
// it showed is taken back. A provider that cannot be reached may be down itself; where one on another machine cannot
// be reached within half a minute either, and nobody has answered meanwhile, it is the network. So it is, until somebody
// answers, with everybody who cannot be reached then; or for an hour, after which it is no matter of the network any
// more. Who is not back then is apart: until it answers, that is its own, and no evidence against the network.

extension Connection {
    /// What failed within this time failed together.
    private static let networkWindow = Duration.seconds(30)

    /// An attempt that was just closed, with the network to blame where that is so.
    ///
    /// - Returns: the attempt as it is to be counted.
    func laidToNetwork(_ attempt: ProviderAttempt, at now: Timestamp) throws -> ProviderAttempt {
        guard let host = attempt.host else { return attempt }
        if attempt.result.hasAnswer {
            if try openIncident(of: Self.network) != nil { try endNetworkIncident(at: now) }
            return attempt
        }
        guard attempt.result.outcome == .unreachable else { return attempt }
        let open = try networkIncidentThatLasts(at: now)
        let isApart = try readableConditionRow(of: attempt.provider)?.isApart ?? false
        if attempt.result.fault != .local, isApart { return attempt }
        let lastAnswer = try lastAnswer(before: now)
        if attempt.result.fault != .local, open == nil {
            guard try isAnotherUnreachable(beside: attempt.provider, on: host, since: lastAnswer, now: now) else {
                try rememberCondition(before: attempt, since: lastAnswer, now: now)
                return attempt
            }
        }
        var attempt = attempt
        attempt.result.fault = .local
        try layToNetwork(attempt.id)
        // One for a nonce serves another, which counts.
        let own = attempt.kind == .nonce ? [] : [attempt.verdict]
        if let open {
            for fault in own { try grow(open, of: Self.network, by: fault) }
        } else {
            let others = try takeBack(since: lastAnswer, now: now)
            let faults = (others + own).sorted { $0.startedAt < $1.startedAt }
            try beginIncident(of: Self.network, with: faults)
        }
        return attempt
    }

    /// It lasts for an hour at most.
    private static let longestNetworkIncident = Duration.seconds(3600)

    private func networkIncidentThatLasts(at now: Timestamp) throws(SQLiteError) -> OpenIncident? {
        guard let open = try openIncident(of: Self.network) else { return nil }
        guard now > open.startedAt.advanced(by: Self.longestNetworkIncident) else { return open }
        try endNetworkIncident(at: now)
        return nil
    }

    // There are two rows a provider at the most: these go through all of them.
    static let setApartQuery =
        "UPDATE provider_conditions SET is_apart = 1 WHERE is_former = 0 AND unreachable_at IS NOT NULL"
    static let forgetFormerOfThoseApartQuery = """
        DELETE FROM provider_conditions WHERE is_former = 1
            AND provider IN (SELECT provider FROM provider_conditions WHERE is_former = 0 AND is_apart = 1)
        """
    static let lastAnswerQuery = """
        SELECT coalesce(max(answered_at), ?2) FROM provider_conditions WHERE is_former = 0 AND answered_at <= ?1
        """
    static let othersUnreachableQuery = """
        SELECT count(*) FROM provider_conditions
        WHERE is_former = 0 AND provider != ?1 AND host != ?2 AND unreachable_at BETWEEN ?3 AND ?4
            AND unreachable_at > ?5 AND is_apart = 0
        """
    static let rememberedQuery = "SELECT provider FROM provider_conditions WHERE is_former = 1"

    /// Who still cannot be reached is apart from now on. Whoever has just answered is taken out again when that is counted.
    private func endNetworkIncident(at now: Timestamp) throws(SQLiteError) {
        try endIncident(of: Self.network, at: now)
        try run(Self.setApartQuery)
        try run(Self.forgetFormerOfThoseApartQuery)
    }

    static let layToNetworkQuery = "UPDATE provider_attempts SET fault = 'local' WHERE id = ?1"

    private func layToNetwork(_ id: AttemptID) throws(SQLiteError) {
        try run(Self.layToNetworkQuery, id.rawValue)
    }

    /// When anybody over the network last answered; the distant past where nobody ever did.
    private func lastAnswer(before now: Timestamp) throws(SQLiteError) -> Timestamp {
        Timestamp(rawValue: try number(Self.lastAnswerQuery, now.rawValue, Int64.min))
    }

    private func isAnotherUnreachable(
        beside provider: String, on host: String, since lastAnswer: Timestamp, now: Timestamp
    ) throws(SQLiteError) -> Bool {
        try number(
            Self.othersUnreachableQuery, provider, host, now.advanced(by: .zero - Self.networkWindow).rawValue,
            now.rawValue, lastAnswer.rawValue) != 0
    }

    /// Keeps how a provider stands before the first time that it cannot be reached.
    private func rememberCondition(
        before attempt: ProviderAttempt, since lastAnswer: Timestamp, now: Timestamp
    ) throws {
        let provider = attempt.provider
        let window = now.advanced(by: .zero - Self.networkWindow)...now
        if let first = try readableConditionRow(of: provider, former: true)?.unreachableAt, first > lastAnswer,
            window.contains(first)
        {
            return
        }
        var row = try conditionRowToGoOn(of: provider, at: now)
        row.unreachableAt = now
        row.firstUnreachable = attempt.id
        try write(row, of: provider, former: true)
    }

    // MARK: - Taking back

    /// Takes back what was laid to providers that were not to blame.
    ///
    /// - Returns: the attempts that were laid to them.
    private func takeBack(
        since lastAnswer: Timestamp, now: Timestamp
    ) throws -> [ProviderCondition.Verdict] {
        let window = now.advanced(by: .zero - Self.networkWindow)...now
        var faults: [ProviderCondition.Verdict] = []
        for provider in try rememberedProviders() {
            guard let former = try readableConditionRow(of: provider, former: true) else {
                try run(Self.forgetFormerQuery, provider)
                continue
            }
            guard let first = former.unreachableAt, first > lastAnswer,
                let row = try readableConditionRow(of: provider), !row.isApart, let last = row.unreachableAt,
                window.contains(last)
            else { continue }
            faults += try takeBack(row, to: former, of: provider)
        }
        return faults
    }

    static let forgetFormerQuery = "DELETE FROM provider_conditions WHERE provider = ?1 AND is_former = 1"

    private func rememberedProviders() throws(SQLiteError) -> [String] {
        let statement = try prepared(Self.rememberedQuery)
        defer { statement.reset() }
        var providers: [String] = []
        while try statement.step() { providers.append(statement.text(0)) }
        return providers
    }

    static let unreachableSinceQuery = """
        SELECT id FROM provider_attempts WHERE provider = ?1 AND kind = ?2 AND outcome = 'unreachable' AND id >= ?3
            AND fault = 'provider'
        """

    /// What was laid to it, however many those are.
    private func unreachableAttempts(of provider: String, since first: AttemptID) throws(SQLiteError) -> [AttemptID] {
        let statement = try prepared(Self.unreachableSinceQuery)
        defer { statement.reset() }
        var ids: [AttemptID] = []
        for kind in [ProviderAttempt.Kind.chat, .probe, .nonce] {
            try statement.bind(provider, kind.rawValue, first.rawValue)
            while try statement.step() { ids.append(AttemptID(rawValue: statement.text(0))) }
            statement.reset()
        }
        return ids
    }

    private func takeBack(
        _ row: ConditionRow, to former: ConditionRow, of provider: String
    ) throws -> [ProviderCondition.Verdict] {
        let recent = row.condition.recent.filter {
            $0.outcome == .unreachable && !former.condition.recent.contains($0)
        }
        let since = try former.firstUnreachable.map { first throws(SQLiteError) in
            try unreachableAttempts(of: provider, since: first)
        }
        var faults: [ProviderCondition.Verdict] = []
        for id in Set(recent.map(\.id)).union(since ?? []) {
            guard let attempt = try attempt(id) else { continue }
            try recount(attempt, as: .local)
            try layToNetwork(id)
            if attempt.kind != .nonce { faults.append(attempt.verdict) }
        }
        if let open = try openIncident(of: provider) {
            if former.condition.circuit == .open {
                for fault in faults { try shrink(open, of: provider, by: fault) }
            } else {
                // It began meanwhile.
                try run("DELETE FROM provider_incidents WHERE key = ?1", open.key)
            }
        }
        var row = row
        row.condition = former.condition
        row.error = former.error
        try write(row, of: provider)
        try run(Self.forgetFormerQuery, provider)
        return faults
    }
}

extension ProviderAttempt {
    fileprivate var verdict: ProviderCondition.Verdict {
        ProviderCondition.Verdict(
            id: id, startedAt: startedAt, kind: kind, outcome: result.outcome, httpStatus: result.httpStatus)
    }
}
