internal import Conversations
internal import JSON

/// Why an endpoint gave no completion, in its own words: `{"error":{"message","type","code"}}`, or what comes near it.
struct OpenAIFailure: Equatable, Sendable {
    var message: String
    var type: String?
    var code: String?
    /// A status told in the body, as in mid-stream where there is no other.
    var status: Int?

    init(message: String) {
        self.message = message
    }

    /// Nil where the value tells no error.
    init?(_ value: JSONValue) {
        guard let error = value["error"] ?? (value["object"]?.string == "error" ? value : nil), error != .null else {
            guard let detail = value["detail"]?.string ?? value["message"]?.string else { return nil }
            self.init(message: detail)
            return
        }
        self.init(message: error.string ?? error["message"]?.string ?? "")
        type = error["type"]?.string
        code = error["code"]?.string
        status = error["code"]?.integer ?? error["status"]?.integer
    }

    /// - Parameter status: Of the response; 200 where the error came in mid-stream.
    func error(status: Int, retryAfter: Duration?) -> ProviderError {
        let words = message.isEmpty ? nil : Excerpt(of: message.utf8).text
        let status = Self.status(of: status, told: self.status)
        return ProviderError(cause(status), words, retryAfter: retryAfter ?? RetryAfter.duration(saidIn: message))
    }

    /// A number in the body counts only in mid-stream, where there is no status, and only if it may be one: vendors have
    /// numbers of their own.
    private static func status(of response: Int, told: Int?) -> Int {
        guard let told, (200..<300).contains(response), (400..<600).contains(told) else { return response }
        return told
    }

    private func cause(_ status: Int) -> ProviderError.Cause {
        switch code ?? type {
        case "context_length_exceeded", "content_filter", "content_policy_violation": return .rejected
        case "insufficient_quota", "billing_hard_limit_reached": return .quotaUsedUp
        case "rate_limit_exceeded", "rate_limit_error", "tokens": return .rateLimited
        case "invalid_api_key", "authentication_error", "permission_denied": return .unauthorized
        default: break
        }
        let message = message.lowercased()
        if message.contains("maximum context length") || message.contains("context window") { return .rejected }
        switch status {
        case 401: return .unauthorized
        case 403 where type != nil || code != nil: return .unauthorized
        case 402: return .quotaUsedUp
        case 429: return message.contains("quota") ? .quotaUsedUp : .rateLimited
        case 400...: return .httpStatus(status)
        default: return message.isEmpty ? .failed : type == nil ? .unexplained : .failed
        }
    }
}
