import Testing

@testable import Conversations

/// One way in which a provider fails, and all that is to follow from it.
struct ProviderFailure: CustomTestStringConvertible, Sendable {
    var cause: ProviderError.Cause
    var code: String
    var outcome: ProviderAttempt.Outcome
    var fault: ProviderAttempt.Fault
    var remedy: ProviderError.Remedy

    var testDescription: String { "\(cause)" }

    /// The causes; statuses and limits by example.
    static let all = [
        Self(.unreachable, "unreachable", .unreachable, .provider, .patience),
        Self(.offline, "unreachable", .unreachable, .local, .another),
        Self(.timedOut(.connect), "timeout", .timeoutConnect, .provider, .another),
        Self(.timedOut(.firstByte), "timeout", .timeoutFirstByte, .provider, .another),
        Self(.timedOut(.idle), "timeout", .timeoutIdle, .provider, .another),
        Self(.timedOut(.total), "timeout", .timeoutTotal, .provider, .another),
        Self(.refusedByTLS, "tls", .tls, .provider, .another),
        Self(.httpStatus(302), "http_302", .http4xx, .provider, .another),
        Self(.httpStatus(400), "http_400", .http4xx, .provider, .another),
        Self(.httpStatus(403), "http_403", .http4xx, .provider, .another),
        Self(.httpStatus(404), "http_404", .http4xx, .provider, .another),
        Self(.httpStatus(408), "http_408", .http4xx, .provider, .patience),
        Self(.httpStatus(413), "http_413", .http4xx, .provider, .another),
        Self(.httpStatus(499), "http_499", .http4xx, .provider, .another),
        Self(.httpStatus(500), "http_500", .http5xx, .provider, .patience),
        Self(.httpStatus(503), "http_503", .http5xx, .provider, .patience),
        Self(.httpStatus(599), "http_599", .http5xx, .provider, .patience),
        Self(.unauthorized, "auth", .auth, .config, .another),
        Self(.locked, "auth", .auth, .config, .another),
        Self(.nonceRejected, "nonce_rejected", .nonceRejected, .provider, .again),
        Self(.rateLimited, "rate_limited", .rateLimited, .limit, .another),
        Self(.quotaUsedUp, "quota", .quota, .limit, .another),
        Self(.rejected, "rejected", .rejected, .caller, .none),
        Self(.tooLong(characters: 9, limit: 8), "message_too_long", .rejected, .caller, .none),
        Self(.misconfigured, "misconfigured", .http5xx, .provider, .another),
        Self(.failed, "provider_failed", .http5xx, .provider, .patience),
        Self(.unexplained, "provider_failed", .http5xx, .provider, .another),
        Self(.brokenStream, "bad_payload", .badPayload, .provider, .another),
        Self(.endedEarly, "torn", .torn, .provider, .patience),
        Self(.empty, "empty", .empty, .provider, .patience),
        Self(.tooLarge(limit: 7), "too_large", .tooLarge, .provider, .another),
        Self(.askAgain(.nonce), "nonce_rejected", .nonceRejected, .none, .again),
        Self(.askAgain(.unstreamed), "bad_payload", .badPayload, .none, .again),
        Self(.askAgain(.route), "http_4xx", .http4xx, .none, .again),
        Self(.askAgain(.fields), "http_4xx", .http4xx, .none, .again),
    ]

    /// Those of this remedy.
    static func all(_ remedy: ProviderError.Remedy) -> [ProviderError.Cause] {
        all.filter { $0.remedy == remedy }.map(\.cause)
    }

    private init(
        _ cause: ProviderError.Cause, _ code: String, _ outcome: ProviderAttempt.Outcome,
        _ fault: ProviderAttempt.Fault, _ remedy: ProviderError.Remedy
    ) {
        self.cause = cause
        self.code = code
        self.outcome = outcome
        self.fault = fault
        self.remedy = remedy
    }

    /// Every cause has a number, so that one which the table has forgotten is missed.
    var number: Int {
        switch cause {
        case .unreachable: 0
        case .timedOut(.connect): 1
        case .timedOut(.firstByte): 2
        case .timedOut(.idle): 3
        case .timedOut(.total): 4
        case .refusedByTLS: 5
        case .httpStatus: 6
        case .unauthorized: 7
        case .nonceRejected: 8
        case .rateLimited: 9
        case .quotaUsedUp: 10
        case .rejected: 11
        case .tooLong: 12
        case .misconfigured: 13
        case .failed: 14
        case .brokenStream: 15
        case .endedEarly: 16
        case .empty: 17
        case .tooLarge: 18
        case .askAgain(.nonce): 19
        case .askAgain(.unstreamed): 20
        case .askAgain(.route): 21
        case .askAgain(.fields): 22
        case .offline: 23
        case .unexplained: 24
        case .locked: 25
        }
    }

    static let causes = 26
}
