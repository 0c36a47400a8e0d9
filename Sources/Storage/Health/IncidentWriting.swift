internal import Conversations
internal import SQLite

/// A time in which a provider, or this machine's network, did not work, as it is written down.
struct IncidentDraft {
    /// One sort of its faults.
    struct Cause: Hashable {
        var outcome: ProviderAttempt.Outcome
        var httpStatus: Int?
    }

    var startedAt: Timestamp
    var endedAt: Timestamp?
    var firstAttempt: AttemptID
    var lastAttempt: AttemptID
    var attempts = 0
    var causes: [Cause: Int] = [:]
    /// The chats for which they were made.
    var chats: Set<AttemptChat> = []

    init(first: ProviderCondition.Verdict) {
        startedAt = first.startedAt
        firstAttempt = first.id
        lastAttempt = first.id
    }

    mutating func add(_ fault: ProviderCondition.Verdict, for chat: AttemptChat?) {
        attempts += 1
        if fault.id.rawValue < firstAttempt.rawValue { firstAttempt = fault.id }
        if fault.id.rawValue > lastAttempt.rawValue { lastAttempt = fault.id }
        causes[Cause(outcome: fault.outcome, httpStatus: fault.httpStatus), default: 0] += 1
        if let chat { chats.insert(chat) }
    }
}

/// Whose chat an attempt was made for.
struct AttemptChat: Hashable {
    var owner: String
    var chat: String
}

extension Connection {
    /// Carries out what an attempt does to a provider's history of incidents.
    func apply(_ change: IncidentChange, to provider: String) throws(SQLiteError) {
        switch change {
        case .began(let run):
            // There is none, but where rows were damaged: and no reply is to be lost for that.
            try endIncident(of: provider, at: run.last?.startedAt ?? Timestamp(rawValue: 0))
            try beginIncident(of: provider, with: run)
        case .grew(let fault):
            if let open = try openIncident(of: provider) { try grow(open, of: provider, by: fault) }
        case .ended(let end): try endIncident(of: provider, at: end)
        }
    }

    /// - Parameter faults: Those that there are so far, the oldest first.
    func beginIncident(of provider: String, with faults: [ProviderCondition.Verdict]) throws(SQLiteError) {
        guard let first = faults.first else { return }
        var draft = IncidentDraft(first: first)
        for fault in faults { draft.add(fault, for: try chat(ofAttempt: fault.id)) }
        try insert(draft, of: provider)
    }

    func insert(_ draft: IncidentDraft, of provider: String) throws(SQLiteError) {
        try run(
            """
            INSERT INTO provider_incidents
                (provider, started_at, ended_at, attempts, chats, first_attempt, last_attempt)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """,
            provider, draft.startedAt.rawValue, draft.endedAt.map { max($0, draft.startedAt).rawValue },
            draft.attempts, draft.chats.count, draft.firstAttempt.rawValue, draft.lastAttempt.rawValue)
        let key = lastInsertedRow
        for (cause, count) in draft.causes { try add(count, to: cause, of: key) }
    }

    func grow(
        _ open: OpenIncident, of provider: String, by fault: ProviderCondition.Verdict
    ) throws(SQLiteError) {
        let chat = try chat(ofAttempt: fault.id)
        let isNewChat = try chat.map { chat throws(SQLiteError) in
            try !hasFault(of: chat, in: open, of: provider, beside: fault.id)
        }
        try run(
            """
            UPDATE provider_incidents SET attempts = attempts + 1, chats = chats + ?2,
                first_attempt = min(first_attempt, ?3), last_attempt = max(last_attempt, ?3)
            WHERE key = ?1
            """,
            open.key, isNewChat ?? false, fault.id.rawValue)
        try add(1, to: IncidentDraft.Cause(outcome: fault.outcome, httpStatus: fault.httpStatus), of: open.key)
    }

    /// Takes an attempt out of an incident that was there before it, once it is counted elsewhere.
    func shrink(_ open: OpenIncident, of provider: String, by fault: ProviderCondition.Verdict) throws(SQLiteError) {
        let chat = try chat(ofAttempt: fault.id)
        let isLastOfChat = try chat.map { chat throws(SQLiteError) in
            try !hasFault(of: chat, in: open, of: provider, beside: fault.id)
        }
        try run(
            "UPDATE provider_incidents SET attempts = attempts - 1, chats = max(chats - ?2, 0) WHERE key = ?1",
            open.key, isLastOfChat ?? false)
        try add(-1, to: IncidentDraft.Cause(outcome: fault.outcome, httpStatus: fault.httpStatus), of: open.key)
        try run("DELETE FROM incident_causes WHERE incident = ?1 AND n <= 0", open.key)
    }

    static let endIncidentQuery = """
        UPDATE provider_incidents SET ended_at = max(started_at, ?2) WHERE provider = ?1 AND ended_at IS NULL
        """

    /// Where none goes on, nothing happens. A clock that was set back lets none end before it began.
    func endIncident(of provider: String, at end: Timestamp) throws(SQLiteError) {
        try run(Self.endIncidentQuery, provider, end.rawValue)
    }

    // MARK: - Causes and chats

    private func add(_ count: Int, to cause: IncidentDraft.Cause, of incident: Int64) throws(SQLiteError) {
        try run(
            """
            INSERT INTO incident_causes (incident, outcome, http_status, n) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (incident, outcome, http_status) DO UPDATE SET n = n + ?4
            """,
            incident, cause.outcome.rawValue, cause.httpStatus ?? 0, count)
    }

    static let chatOfAttemptQuery = "SELECT owner, chat FROM provider_attempts WHERE id = ?1"

    /// nil where it was made for none, or that is deleted.
    func chat(ofAttempt id: AttemptID) throws(SQLiteError) -> AttemptChat? {
        let statement = try prepared(Self.chatOfAttemptQuery)
        defer { statement.reset() }
        try statement.bind(id.rawValue)
        guard try statement.step(), let owner = statement.optionalText(0), let chat = statement.optionalText(1) else {
            return nil
        }
        return AttemptChat(owner: owner, chat: chat)
    }

    static let faultOfChatQuery = """
        SELECT 1 FROM provider_attempts INDEXED BY provider_attempts_by_chat
        WHERE owner = ?1 AND chat = ?2 AND id >= ?3 AND id != ?4 AND iif(
            ?5 = '', outcome = 'unreachable' AND fault = 'local',
            provider = ?5 AND (fault = 'provider' OR outcome = 'auth' AND http_status IS NOT NULL))
        LIMIT 1
        """

    /// Whether the incident has hit the chat with another attempt.
    private func hasFault(
        of chat: AttemptChat, in open: OpenIncident, of provider: String, beside id: AttemptID
    ) throws(SQLiteError) -> Bool {
        try number(
            Self.faultOfChatQuery, chat.owner, chat.chat, open.firstAttempt.rawValue, id.rawValue, provider) != 0
    }
}
