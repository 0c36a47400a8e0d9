internal import Conversations
internal import HTTPTypes

// What a client is told when a provider gives no whole reply.
extension ServiceError {
    /// - Parameters:
    ///   - provider: What the configuration calls it.
    ///   - isStored: What was said is on disk: asking again would say it twice.
    ///   - hasText: Some of the reply came.
    init(_ error: ProviderError, of provider: String, isStored: Bool, hasText: Bool) {
        let (status, code) = error.standing(hasText: hasText)
        let isRequest = status == .badRequest
        let type =
            isRequest ? "invalid_request_error" : status == .tooManyRequests ? "rate_limit_error" : "api_error"
        self.init(status, type: type, code: code, error.words(about: provider))
        if !isRequest, let seconds = error.retryAfter.map({ ($0.milliseconds + 999) / 1000 }) {
            headers[.retryAfter] = String(max(1, seconds))
        } else if status == .tooManyRequests {
            headers[.retryAfter] = "1"
        }
        if isStored || !error.mayPass { headers[.shouldRetry] = "false" }
    }
}

extension ProviderError {
    fileprivate func standing(hasText: Bool) -> (HTTPResponse.Status, String) {
        switch cause {
        case .timedOut: (.gatewayTimeout, "provider_timeout")
        case .rateLimited, .quotaUsedUp: (.tooManyRequests, "provider_rate_limited")
        case .rejected: (.badRequest, "provider_rejected")
        case .tooLong: (.badRequest, "context_length_exceeded")
        case .unreachable where !hasText, .offline, .locked, .misconfigured:
            (.serviceUnavailable, "provider_unavailable")
        case .brokenStream, .endedEarly: (.badGateway, "provider_stream_broken")
        case .unreachable, .refusedByTLS, .httpStatus, .unauthorized, .nonceRejected, .failed, .unexplained, .empty,
            .tooLarge, .askAgain:
            (.badGateway, hasText ? "provider_stream_broken" : "provider_failed")
        }
    }

    /// The same request may do better in a while.
    fileprivate var mayPass: Bool {
        switch cause {
        case .unreachable, .offline, .timedOut, .nonceRejected, .rateLimited, .failed, .unexplained, .brokenStream,
            .endedEarly, .empty, .askAgain, .httpStatus(500...):
            true
        case .refusedByTLS, .httpStatus, .unauthorized, .locked, .quotaUsedUp, .rejected, .tooLong, .misconfigured,
            .tooLarge:
            false
        }
    }

    /// A sentence for whoever asked. How this machine is set up, its files above all, is not their business.
    fileprivate func words(about provider: String) -> String {
        var error = self
        switch cause {
        case .locked, .refusedByTLS, .misconfigured: error.detail = nil
        default: break
        }
        let sentence = error.messageError.message
        let subject = "the provider "
        return sentence.hasPrefix(subject)
            ? "The provider '\(provider)' \(sentence.dropFirst(subject.count))."
            : "The provider '\(provider)' gave no whole reply: \(sentence)."
    }
}
