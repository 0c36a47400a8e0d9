internal import Conversations

/// What a site means by its words and codes: the table of errors of AI Engine, WordPress and what stands before them.
///
/// A site words the errors of the model behind it as it likes, in front or behind of the service's own words; so they are
/// known by a part, whatever the case. Measured on versions 1.9.88 to 3.6.2 of the plugin.
struct SiteWords {
    /// WordPress's word, such as `rest_no_route`; nil where there is none.
    var code: String?
    /// May be empty.
    var message: String
    var status: Int
    var retryAfter: Duration?

    /// What a route asks for before it does anything.
    enum Admission: Equatable {
        /// There was no nonce.
        case wanted
        /// There was one, and it is no good.
        case refused
    }

    /// A nonce is what is missing; nil where it is not.
    var admission: Admission? {
        switch code {
        case "rest_forbidden": .wanted
        case "rest_cookie_invalid_nonce": .refused
        default: nil
        }
    }

    /// The route is not there.
    var hasNoRoute: Bool { code == "rest_no_route" }

    /// Something was printed before the stream could begin; the same request unstreamed works (from 2.8.5 on).
    var cannotStream: Bool { contains("headers already sent") }

    /// The message as it is fit for an error line.
    var excerpt: String { Excerpt(of: message.utf8).text }

    /// - Parameter hasText: Some of the reply had come.
    func error(hasText: Bool) -> ProviderError {
        ProviderError(
            cause(hasText: hasText), excerpt, retryAfter: retryAfter ?? RetryAfter.duration(saidIn: message))
    }

    private func cause(hasText: Bool) -> ProviderError.Cause {
        if hasText { return .endedEarly }
        if status == 429 || code == "too_many_requests" { return .rateLimited }
        switch code {
        case "rest_forbidden": return .misconfigured
        case "rest_cookie_invalid_nonce": return .nonceRejected
        case "rest_no_route": return .httpStatus(404)
        case "wp_die", "internal_server_error": return .httpStatus(status >= 500 ? status : 500)
        case .some: if status >= 400 { return .httpStatus(status) }
        case nil: break
        }
        for (words, cause) in Self.table where words.contains(where: contains) { return cause }
        return message.isEmpty ? .failed : .unexplained
    }

    private func contains(_ words: String) -> Bool {
        message.lowercased().contains(words)
    }

    /// In this order, since some words say more than others. All in lower case.
    private static let table: [([String], ProviderError.Cause)] = [
        (["query has been rejected", "rejected by moderation"], .rejected),
        (["maximum context length", "context_length_exceeded", "content_filter", "content policy"], .rejected),
        (["exceeded your current quota", "insufficient_quota", "billing"], .quotaUsedUp),
        (["rate limit", "rate_limit", "too many requests"], .rateLimited),
        (
            ["reached the limit", "reached your limit", "limit reached", "usage limit", "quota", "credits"],
            .quotaUsedUp
        ),
        (
            [
                "incorrect api key", "invalid api key", "api key not", "no environment found", "is not available",
                "model is not valid", "does not exist", "model_not_found", "unauthorized",
            ], .misconfigured
        ),
        (
            [
                "curl error", "no content received", "something went wrong", "timed out", "timeout", "overloaded",
                "server had an error", "server error", "bad gateway", "unavailable", "try again",
            ], .failed
        ),
    ]
}
