/// An error as OpenAI words and wraps it. <https://platform.openai.com/docs/guides/error-codes>
struct EndpointError: Error {
    var status: Int
    var message: String
    var type: String
    var parameter: String?
    var code: String?
    var headers: [(String, String)] = []

    /// `{"error":{…}}`, all four members always.
    var body: String {
        #"{"error":{"message":\#(JSONText.quoted(message)),"type":\#(JSONText.quoted(type)),"#
            + #""param":\#(JSONText.quoted(parameter)),"code":\#(JSONText.quoted(code))}}"#
    }

    static func invalid(
        _ message: String, parameter: String? = nil, code: String? = nil, status: Int = 400
    ) -> EndpointError {
        EndpointError(
            status: status, message: message, type: "invalid_request_error", parameter: parameter, code: code)
    }

    // MARK: - Those there are

    static let noKey = invalid("You didn't provide an API key.", status: 401)
    /// The real one repeats the key, all but its middle; a client must not show that.
    static func wrongKey(_ key: String) -> EndpointError {
        invalid(
            "Incorrect API key provided: \(key.prefix(3))***\(key.suffix(4)).", code: "invalid_api_key", status: 401)
    }

    static func rateLimited(retryAfter: Int?) -> EndpointError {
        EndpointError(
            status: 429, message: "Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1.",
            type: "requests", code: "rate_limit_exceeded",
            headers: retryAfter.map { [("Retry-After", String($0))] } ?? [])
    }

    static let insufficientQuota = EndpointError(
        status: 429,
        message: "You exceeded your current quota, please check your plan and billing details.",
        type: "insufficient_quota", code: "insufficient_quota")
    static let contextLengthExceeded = invalid(
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        parameter: "messages", code: "context_length_exceeded")
    static let server = EndpointError(
        status: 500, message: "The server had an error while processing your request. Sorry about that!",
        type: "server_error")
}
