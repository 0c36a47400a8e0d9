import Conversations
import SQLite
import Support

/// Attempts as a test knows them, what they come to by the plain meaning of the words, and a way to write them down without
/// the program: in rows, and in the hours that the program would have reckoned up.
struct ToldAttempts {
    struct Attempt: Sendable {
        var id: String
        var provider: String
        var kind: ProviderAttempt.Kind
        var startedAt: Int64
        var outcome: ProviderAttempt.Outcome
        var fault: ProviderAttempt.Fault
        var firstText: Int64?
        var duration: Int64?
        var errorText: String?
    }

    var all: [Attempt] = []

    static let endings: [(ProviderAttempt.Outcome, ProviderAttempt.Fault)] = [
        (.ok, .none), (.ok, .none), (.ok, .none), (.ok, .none), (.ok, .none), (.ok, .none), (.torn, .provider),
        (.http5xx, .provider), (.rateLimited, .limit), (.cancelled, .caller), (.aborted, .local), (.auth, .config),
        (.nonceRejected, .none), (.unreachable, .local), (.pending, .none),
    ]

    /// So many at random between two moments; of the good ones a few have no text.
    mutating func add(
        _ count: Int, of providers: [String], from start: Int64, to end: Int64,
        using generator: inout SeededGenerator
    ) {
        for _ in 0..<count {
            let (outcome, fault) = Self.endings.randomElement(using: &generator)!
            let kinds: [ProviderAttempt.Kind] = [.chat, .chat, .chat, .chat, .probe, .nonce]
            var attempt = Attempt(
                id: "", provider: providers.randomElement(using: &generator)!,
                kind: kinds.randomElement(using: &generator)!,
                startedAt: Int64.random(in: start...end, using: &generator), outcome: outcome, fault: fault)
            // From milliseconds to hours, each doubling as likely as the other.
            let length = Int64.random(in: 0...(1 << Int64.random(in: 0...22, using: &generator)), using: &generator)
            if outcome != .pending { attempt.duration = length + Int64.random(in: 0...5000, using: &generator) }
            if outcome == .ok, Int.random(in: 0..<10, using: &generator) > 0 { attempt.firstText = length }
            all.append(attempt)
        }
        all.sort { $0.startedAt < $1.startedAt }
        for index in all.indices {
            let number = String(index + 1)
            all[index].id = String(repeating: "0", count: 26 - number.count) + number
        }
    }

    // MARK: - What they come to

    static func isCounted(_ attempt: Attempt) -> Bool { attempt.kind != .nonce && attempt.outcome != .pending }

    /// Those of a provider that began in a time.
    func attempts(of provider: String, in time: Range<Int64>) -> [Attempt] {
        all.filter { $0.provider == provider && time.contains($0.startedAt) }
    }

    func counts(of provider: String, in time: Range<Int64>) -> AttemptCounts {
        var counts = AttemptCounts()
        for attempt in attempts(of: provider, in: time) where Self.isCounted(attempt) {
            switch (attempt.outcome, attempt.fault) {
            case (.ok, _): counts.ok += 1
            case (_, .provider): counts.faults += 1
            case (_, .limit): counts.limited += 1
            default: counts.other += 1
            }
        }
        return counts
    }

    /// In ascending order.
    func lengths(_ measure: KeyPath<Attempt, Int64?>, of provider: String, in time: Range<Int64>) -> [Int64] {
        attempts(of: provider, in: time).filter { $0.kind == .chat && $0.outcome == .ok }
            .compactMap { $0[keyPath: measure] }.sorted()
    }

    // MARK: - In the tables

    func write(to connection: Connection) throws {
        try connection.transaction(.immediate) {
            for attempt in all {
                try connection.run(
                    """
                    INSERT INTO provider_attempts (id, provider, kind, process, started_at, outcome, fault, first_text_ms,
                        duration_ms, error_text) VALUES (?1, ?2, ?3, 'test', ?4, ?5, ?6, ?7, ?8, ?9)
                    """,
                    attempt.id, attempt.provider, attempt.kind.rawValue, attempt.startedAt, attempt.outcome.rawValue,
                    attempt.fault.rawValue, attempt.firstText, attempt.duration, attempt.errorText)
            }
            for (hour, attempts) in Dictionary(grouping: all.filter { $0.outcome != .pending }, by: Hour.init) {
                try hour.write(attempts, to: connection)
            }
        }
    }

    private struct Hour: Hashable {
        var provider: String
        var hour: Int64
        var kind: ProviderAttempt.Kind
        var outcome: ProviderAttempt.Outcome
        var fault: ProviderAttempt.Fault

        init(_ attempt: Attempt) {
            provider = attempt.provider
            hour = attempt.startedAt / 3_600_000
            kind = attempt.kind
            outcome = attempt.outcome
            fault = attempt.fault
        }

        func write(_ attempts: [Attempt], to connection: Connection) throws {
            try connection.execute(
                """
                INSERT INTO provider_hours (provider, hour, kind, outcome, fault, n, first_text, duration) VALUES ('\(provider)',
                    \(hour), '\(kind.rawValue)', '\(outcome.rawValue)', '\(fault.rawValue)', \(attempts.count),
                    \(literal(attempts.compactMap(\.firstText))), \(literal(attempts.compactMap(\.duration))))
                """)
        }

        private func literal(_ lengths: [Int64]) -> String {
            guard outcome == .ok else { return "NULL" }
            var histogram = LatencyHistogram()
            for length in lengths { histogram.add(length) }
            let digits = histogram.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            return "x'\(digits.joined())'"
        }
    }
}
