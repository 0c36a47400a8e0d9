internal import Conversations
internal import SQLite

/// An incident that goes on.
struct OpenIncident {
    var key: Int64
    var startedAt: Timestamp
    /// The one of the lowest id.
    var firstAttempt: AttemptID
}

extension Connection {
    /// What stands in the place of a provider where this machine's network was down.
    static let network = ""

    static let openIncidentQuery =
        "SELECT key, started_at, first_attempt FROM provider_incidents WHERE provider = ?1 AND ended_at IS NULL"

    func openIncident(of provider: String) throws(SQLiteError) -> OpenIncident? {
        let statement = try prepared(Self.openIncidentQuery)
        defer { statement.reset() }
        try statement.bind(provider)
        guard try statement.step() else { return nil }
        return OpenIncident(
            key: statement.integer(0), startedAt: Timestamp(rawValue: statement.integer(1)),
            firstAttempt: AttemptID(rawValue: statement.text(2)))
    }

    /// Since when the network has been down; nil where it is not.
    func networkDownSince() throws(SQLiteError) -> Timestamp? {
        try openIncident(of: Self.network)?.startedAt
    }

    // By their ends, as the index has them: whatever a clock did between an incident's start and its end, each that reaches
    // into the window is found, and none before.

    static let incidentTimesQuery = """
        SELECT started_at, ended_at, key FROM provider_incidents WHERE provider = ?1 AND ended_at >= ?2
        UNION ALL SELECT started_at, NULL, key FROM provider_incidents WHERE provider = ?1 AND ended_at IS NULL
        """

    /// How long a provider was down within a time, in milliseconds. To want a key is a matter of the configuration. Incidents that overlap, as they may where a clock was set
    /// back, count once.
    func timeDown(of provider: String, within time: Range<Int64>) throws(SQLiteError) -> Int64 {
        let statement = try prepared(Self.incidentTimesQuery)
        defer { statement.reset() }
        try statement.bind(provider, time.lowerBound)
        var incidents: [Range<Int64>] = []
        while try statement.step() {
            if try firstText(Self.causeQuery, statement.integer(2)) == ProviderAttempt.Outcome.auth.rawValue {
                continue
            }
            let start = statement.integer(0)
            incidents.append(start..<max(start, statement.optionalInteger(1) ?? time.upperBound))
        }
        var (down, counted) = (Int64(0), time.lowerBound)
        for incident in incidents.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let end = min(incident.upperBound, time.upperBound)
            let start = max(incident.lowerBound, counted)
            guard end > start else { continue }
            down += end - start
            counted = end
        }
        return down
    }

    static let incidentsQuery = """
        SELECT key, started_at, ended_at, attempts, chats FROM provider_incidents WHERE provider = ?1 AND ended_at >= ?2
        UNION ALL SELECT key, started_at, NULL, attempts, chats FROM provider_incidents
        WHERE provider = ?1 AND ended_at IS NULL
        """

    /// The latest first.
    func incidents(matching query: IncidentQuery) throws -> [ProviderIncident] {
        var found: [(key: Int64, incident: ProviderIncident)] = []
        for provider in try query.providers.isEmpty ? [Self.network] + askedProviders() : query.providers {
            let statement = try prepared(Self.incidentsQuery)
            defer { statement.reset() }
            try statement.bind(provider, query.since.rawValue)
            while try statement.step() { found.append((statement.integer(0), statement.incident(of: provider))) }
        }
        found.sort { ($0.incident.startedAt, $0.key) > ($1.incident.startedAt, $1.key) }
        var incidents: [ProviderIncident] = []
        for (key, incident) in found.prefix(query.limit) { incidents.append(try caused(incident, key: key)) }
        return incidents
    }

    // The outcome that is the most frequent, and of its statuses the most frequent.
    static let causeQuery = """
        SELECT outcome, http_status FROM incident_causes WHERE incident = ?1
        ORDER BY total(n) OVER (PARTITION BY outcome) DESC, outcome, n DESC, http_status LIMIT 1
        """

    private func caused(_ incident: ProviderIncident, key: Int64) throws -> ProviderIncident {
        let statement = try prepared(Self.causeQuery)
        defer { statement.reset() }
        try statement.bind(key)
        guard try statement.step(), let cause = ProviderAttempt.Outcome(rawValue: statement.text(0)) else {
            throw RowError(detail: "an incident has no cause, or one that is unknown")
        }
        var incident = incident
        incident.cause = cause
        incident.httpStatus = statement.integer(1) == 0 ? nil : Int(statement.integer(1))
        return incident
    }
}

extension Statement {
    /// The row of ``Connection/incidentsQuery``, without its cause.
    fileprivate func incident(of provider: String) -> ProviderIncident {
        ProviderIncident(
            provider: provider == Connection.network ? nil : provider, startedAt: Timestamp(rawValue: integer(1)),
            endedAt: optionalInteger(2).map(Timestamp.init(rawValue:)), cause: .ok, httpStatus: nil,
            attempts: Int(integer(3)), chats: Int(integer(4)))
    }
}
