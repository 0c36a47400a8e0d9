import Conversations

extension ProviderAttempt.Outcome {
    /// `http_5xx 503`: with the status where that tells more, as one below 400 does not.
    func words(status: Int?) -> String {
        guard let status, status >= 400 else { return rawValue }
        return "\(rawValue) \(status)"
    }
}
