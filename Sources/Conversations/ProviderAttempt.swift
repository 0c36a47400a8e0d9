/// One try to get something from a provider: what the health history is made of.
///
/// Its row is written before the request, as `pending`, and closed in the transaction that closes the message it
/// served.
package struct ProviderAttempt: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case chat, probe, nonce
    }

    /// How it ended.
    package enum Outcome: String, Sendable, CaseIterable {
        case pending
        case ok, empty, unreachable, tls
        case timeoutConnect = "timeout_connect"
        case timeoutFirstByte = "timeout_first_byte"
        case timeoutIdle = "timeout_idle"
        case timeoutTotal = "timeout_total"
        case http4xx = "http_4xx"
        case http5xx = "http_5xx"
        case rateLimited = "rate_limited"
        case auth, quota
        case nonceRejected = "nonce_rejected"
        case rejected
        case badPayload = "bad_payload"
        case torn
        case tooLarge = "too_large"
        case cancelled, aborted
    }

    /// Who is to blame, so that only a provider's own faults count against it.
    package enum Fault: String, Sendable {
        case none, provider, limit, config, caller, local
    }

    package var id: AttemptID
    package var provider: String
    package var model: String?
    package var kind: Kind
    /// Which try of the same reply: 1, 2, 3 …
    package var number: Int
    package var startedAt: Timestamp
    /// The reply that it was made for; nil where it served none, or is not read from a store.
    package var message: MessageID?
    /// The machine that is asked, as in ``ProviderReach``; not kept.
    package var host: String?
    /// When an attempt that serves no reply is over at the latest. One that serves a reply is over with its lease.
    package var expiresAt: Timestamp?
    package var result: Result

    /// What is known of it at its end. Times in milliseconds from its start.
    package struct Result: Equatable, Sendable {
        package var outcome = Outcome.pending
        package var fault = Fault.none
        package var httpStatus: Int?
        /// Until there was a connection, the first byte of the answer, the first text of the reply, and the end.
        package var connectMilliseconds: Int64?
        package var firstByteMilliseconds: Int64?
        package var firstTextMilliseconds: Int64?
        package var durationMilliseconds: Int64?
        /// The longest silence between two pieces of text.
        package var maximumGapMilliseconds: Int64?
        /// How long the other side wants to be left alone.
        package var retryAfterMilliseconds: Int64?
        /// Bytes of the answer's body, unpacked.
        package var bytesIn = 0
        /// Pieces of text, and their UTF-8 bytes.
        package var chunks = 0
        package var textBytes = 0
        /// What went wrong: a word for programs, and the other side's own words where it had some.
        package var error: MessageError?

        package init() {}
    }

    package init(
        id: AttemptID, provider: String, model: String?, kind: Kind, number: Int = 1, startedAt: Timestamp
    ) {
        self.id = id
        self.provider = provider
        self.model = model
        self.kind = kind
        self.number = number
        self.startedAt = startedAt
        result = Result()
    }
}
