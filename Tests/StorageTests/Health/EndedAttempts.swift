import Conversations
import SQLite
import Support

@testable import Storage

/// How an attempt of a test's ends.
struct AttemptEnding: Sendable {
    var outcome: ProviderAttempt.Outcome
    var fault: ProviderAttempt.Fault
    var status: Int?
    var retryAfter: Duration?

    init(
        _ outcome: ProviderAttempt.Outcome, _ fault: ProviderAttempt.Fault, _ status: Int? = nil,
        retryAfter: Duration? = nil
    ) {
        self.outcome = outcome
        self.fault = fault
        self.status = status
        self.retryAfter = retryAfter
    }

    static let ok = AttemptEnding(.ok, .none, 200)
    static let broken = AttemptEnding(.http5xx, .provider, 503)
    static let unreachable = AttemptEnding(.unreachable, .provider)
    static let offline = AttemptEnding(.unreachable, .local)
}

extension ScratchStore {
    /// One whole attempt of a second for a reply of its own.
    ///
    /// - Parameter chat: nil for a new one.
    @discardableResult
    func ask(
        _ provider: String, _ end: AttemptEnding = .ok, in chat: Chat? = nil, on host: String? = nil
    ) async throws -> (chat: Chat, attempt: ProviderAttempt) {
        let target = chat.map { NewExchange.Target.existing($0) } ?? .new(newChat())
        let open = try await store.begin(exchange(in: target, provider: provider))
        world.advance(by: .seconds(1))
        var ending = ending(open, end.outcome == .ok ? "Hello." : "", end.outcome == .ok ? .complete : .failed)
        ending.attempt = ended(open.attempt, end, on: host)
        return (try await store.finish(right(to: open), with: ending), ending.attempt)
    }

    /// One whole attempt of a second that serves no reply.
    @discardableResult
    func probe(
        _ provider: String, _ end: AttemptEnding = .ok, kind: ProviderAttempt.Kind = .probe, on host: String? = nil
    ) async throws -> ProviderAttempt {
        let attempt = ProviderAttempt(
            id: world.surroundings().newAttemptID(), provider: provider, model: nil, kind: kind, startedAt: world.now)
        try await store.open(attempt, process: process)
        world.advance(by: .seconds(1))
        let ended = ended(attempt, end, on: host)
        try await store.close(ended)
        return ended
    }

    private func ended(_ attempt: ProviderAttempt, _ end: AttemptEnding, on host: String?) -> ProviderAttempt {
        var attempt = attempt
        attempt.host = host
        attempt.result.outcome = end.outcome
        attempt.result.fault = end.fault
        attempt.result.httpStatus = end.status
        attempt.result.retryAfterMilliseconds = end.retryAfter?.milliseconds
        attempt.result.durationMilliseconds = 1000
        if end.outcome == .ok { attempt.result.firstTextMilliseconds = 400 }
        return attempt
    }

    func condition(of provider: String) async throws -> ProviderCondition {
        try await store.conditions(of: [provider])[provider] ?? ProviderCondition()
    }

    func state(of provider: String) async throws -> ProviderState {
        try await condition(of: provider).state(at: world.now)
    }

    /// Provider, start, end, attempts and chats of each incident, in the order of their beginning.
    func incidents() throws -> [String] { try rows(Self.incidentsQuery, columns: 5) }

    static let incidentsQuery =
        "SELECT provider, started_at, ended_at, attempts, chats FROM provider_incidents ORDER BY started_at, key"

    /// Whether the rows of attempts that have ended come to what was reckoned up of them, hour by hour.
    func hoursAgree() throws -> Bool {
        try rows(Self.attemptsByHourQuery, columns: 6) == rows(Self.hoursQuery, columns: 6)
    }

    static let attemptsByHourQuery = """
        SELECT provider, started_at / 3600000, kind, outcome, fault, count(*) FROM provider_attempts
        WHERE outcome != 'pending' GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        """
    static let hoursQuery = "SELECT provider, hour, kind, outcome, fault, n FROM provider_hours ORDER BY 1, 2, 3, 4, 5"
}

/// What attempts come to by the rules alone: what a store has to have of them.
struct ExpectedHealth {
    struct Incident: Equatable {
        var provider: String
        var startedAt: Timestamp
        var endedAt: Timestamp?
        var attempts: [AttemptID]
    }

    private(set) var conditions: [String: ProviderCondition] = [:]
    private(set) var incidents: [Incident] = []

    mutating func take(_ attempt: ProviderAttempt, at now: Timestamp, jitter: Double) {
        let provider = attempt.provider
        let change = conditions[provider, default: ProviderCondition()].take(attempt, at: now, jitter: jitter)
        let open = incidents.lastIndex { $0.provider == provider && $0.endedAt == nil }
        switch change {
        case nil: break
        case .began(let run):
            incidents.append(Incident(provider: provider, startedAt: run[0].startedAt, attempts: run.map(\.id)))
        case .grew(let fault): incidents[open!].attempts.append(fault.id)
        case .ended(let end): incidents[open!].endedAt = end
        }
    }

    /// As ``ScratchStore/incidents()`` has them.
    ///
    /// - Parameter chats: For which each attempt was made.
    func rows(chats: [AttemptID: ChatID]) -> [String] {
        incidents.sorted { $0.startedAt < $1.startedAt }.map { incident in
            let end = incident.endedAt.map { String(max($0, incident.startedAt).rawValue) } ?? "-"
            let chats = Set(incident.attempts.compactMap { chats[$0] })
            return
                "\(incident.provider)|\(incident.startedAt.rawValue)|\(end)|\(incident.attempts.count)|\(chats.count)"
        }
    }
}
