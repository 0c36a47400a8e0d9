import Conversations
import SQLite
import Support
import Testing

extension SharedDatabase {
    /// All attempts in the file, in order of time.
    func attempts() throws -> [ProviderAttempt] {
        let connection = try Connection(path: folder.file("parley.db"), access: .readWrite)
        connection.setBusyTimeout(milliseconds: 5000)
        let statement = try connection.prepared(
            """
            SELECT id, provider, model, kind, attempt, started_at, chat, message, outcome, fault, http_status, connect_ms,
                first_byte_ms, first_text_ms, duration_ms, max_gap_ms, retry_after_ms, bytes_in, chunks, text_bytes,
                error_code, error_text
            FROM provider_attempts ORDER BY id
            """)
        defer { statement.reset() }
        var attempts: [ProviderAttempt] = []
        while try statement.step() { attempts.append(try ProviderAttempt(statement)) }
        return attempts
    }
}

extension Exchange {
    /// The attempts as the file has them: each with the message that it served.
    var attemptsAsStored: [ProviderAttempt] {
        attempts.map { attempt in
            var attempt = attempt
            attempt.message = reply.id
            return attempt
        }
    }
}

extension ProviderAttempt {
    fileprivate init(_ row: Statement) throws {
        self.init(
            id: AttemptID(rawValue: row.text(0)), provider: row.text(1), model: row.optionalText(2),
            kind: try #require(Kind(rawValue: row.text(3))), number: Int(row.integer(4)),
            startedAt: Timestamp(rawValue: row.integer(5)))
        message = row.optionalText(6).map { MessageID(chat: ChatID(rawValue: $0), seq: Int(row.integer(7))) }
        result.outcome = try #require(Outcome(rawValue: row.text(8)))
        result.fault = try #require(Fault(rawValue: row.text(9)))
        result.httpStatus = row.optionalInteger(10).map { Int($0) }
        result.connectMilliseconds = row.optionalInteger(11)
        result.firstByteMilliseconds = row.optionalInteger(12)
        result.firstTextMilliseconds = row.optionalInteger(13)
        result.durationMilliseconds = row.optionalInteger(14)
        result.maximumGapMilliseconds = row.optionalInteger(15)
        result.retryAfterMilliseconds = row.optionalInteger(16)
        result.bytesIn = Int(row.integer(17))
        result.chunks = Int(row.integer(18))
        result.textBytes = Int(row.integer(19))
        result.error = row.optionalText(20).map { MessageError(code: $0, message: row.text(21)) }
    }
}
