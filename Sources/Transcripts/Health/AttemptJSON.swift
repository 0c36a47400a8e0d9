package import Conversations
package import JSON

extension JSONWriter {
    package mutating func attemptPage(_ page: AttemptPage) {
        array("attempts") { json in
            for attempt in page.attempts { json.attempt(attempt) }
        }
        member("next", page.next?.rawValue)
    }

    /// An attempt with a provider: the shape of Docs/CommandLine.md, for every command and route that writes one.
    package mutating func attempt(_ attempt: ProviderAttempt) {
        let result = attempt.result
        object { json in
            json.member("id", attempt.id.rawValue)
            json.member("provider", attempt.provider)
            json.member("model", attempt.model)
            json.member("kind", attempt.kind.rawValue)
            json.member("chat", attempt.message?.chat.rawValue)
            json.member("message", attempt.message?.description)
            json.member("attempt", attempt.number)
            json.member("started_at", attempt.startedAt)
            json.member("outcome", result.outcome.rawValue)
            json.member("fault", result.fault.rawValue)
            json.member("http_status", result.httpStatus)
            json.member("connect_ms", result.connectMilliseconds.map(Int.init))
            json.member("first_byte_ms", result.firstByteMilliseconds.map(Int.init))
            json.member("first_text_ms", result.firstTextMilliseconds.map(Int.init))
            json.member("duration_ms", result.durationMilliseconds.map(Int.init))
            json.member("max_gap_ms", result.maximumGapMilliseconds.map(Int.init))
            json.member("bytes_in", result.bytesIn)
            json.member("chunks", result.chunks)
            json.member("text_bytes", result.textBytes)
            json.member("error_code", result.error?.code)
            json.member("error_text", result.error?.message)
            json.member("retry_after_ms", result.retryAfterMilliseconds.map(Int.init))
        }
    }
}
