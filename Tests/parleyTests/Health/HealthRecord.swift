import Glibc
import SQLite
import Support

/// Attempts that are put into a database as an earlier version has left them: the next opening reckons them up.
struct HealthRecord {
    let parley: ParleyProgram

    /// An attempt of so many minutes ago.
    struct Attempt {
        var minutesAgo: Int
        var provider: String
        var outcome = "ok"
        var fault = "none"
        var status = 200
        var kind = "chat"
        var firstText = 600
        var duration = 2000
        var error: String?

        static func ok(_ minutesAgo: Int, _ provider: String, firstText: Int = 600) -> Attempt {
            Attempt(minutesAgo: minutesAgo, provider: provider, firstText: firstText, duration: firstText * 3)
        }

        static func failed(_ minutesAgo: Int, _ provider: String, error: String = "upstream is down") -> Attempt {
            Attempt(
                minutesAgo: minutesAgo, provider: provider, outcome: "http_5xx", fault: "provider", status: 503,
                error: error)
        }

        static func limited(_ minutesAgo: Int, _ provider: String) -> Attempt {
            Attempt(
                minutesAgo: minutesAgo, provider: provider, outcome: "rate_limited", fault: "limit", status: 429,
                error: "slow down")
        }
    }

    private static let tables = [
        "provider_attempts", "provider_hours", "provider_conditions", "provider_incidents", "attempt_pruning",
    ]

    /// Milliseconds since 1970.
    static var now: Int { time(nil) * 1000 }

    /// - Parameter attempts: All that there are then, in any order.
    init(_ attempts: [Attempt], in parley: ParleyProgram) throws {
        self.parley = parley
        try parley.run("chat", "--provider", "eliza", "hello")
        let connection = try Connection(path: parley.database, access: .readWrite)
        for table in Self.tables {
            try connection.execute("DELETE FROM \(table)")
        }
        let now = Self.now
        for (index, attempt) in attempts.sorted(by: { $0.minutesAgo > $1.minutesAgo }).enumerated() {
            let isWhole = attempt.outcome == "ok"
            try connection.execute(
                """
                INSERT INTO provider_attempts (id, provider, kind, owner, chat, message, attempt, process, started_at,
                    outcome, fault, http_status, first_text_ms, duration_ms, bytes_in, chunks, text_bytes,
                    error_code, error_text)
                VALUES (printf('%026d', \(index)), \(Self.quoted(attempt.provider)), '\(attempt.kind)', 'local',
                    'chat\(index % 3)', 2, 1, 'p', \(now - attempt.minutesAgo * 60_000), '\(attempt.outcome)',
                    '\(attempt.fault)', \(attempt.status), \(isWhole ? "\(attempt.firstText)" : "NULL"),
                    \(attempt.duration), 0, 0, 0, \(isWhole ? "NULL" : "'\(attempt.outcome)'"),
                    \(attempt.error.map(Self.quoted) ?? "NULL"))
                """)
        }
        try connection.execute("INSERT OR REPLACE INTO pending_work (task, position) VALUES ('reckon', 0)")
    }

    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// What a health command prints for programs.
    func json(_ words: String...) throws -> JSONValue {
        let outcome = try parley.run(arguments: (["health", "--json"] + words).map { Array($0.utf8) })
        return try JSONValue(outcome.output)
    }
}
