import Conversations
import Testing

@testable import Providers

struct SiteWordsTests {
    @Test(
        arguments: [
            ("Sorry, your query has been rejected.", .rejected), ("Your query has been rejected.", .rejected),
            ("Sorry, your message has been rejected by moderation.", .rejected),
            ("OpenAI: This model's maximum context length is 8192 tokens.", .rejected),
            ("OpenAI: You exceeded your current quota, please check your plan and billing details.", .quotaUsedUp),
            ("From OpenAI: Rate limit reached for gpt-4 (rate_limit_exceeded)", .rateLimited),
            ("Too many requests (OpenAI)", .rateLimited), ("You have reached the limit.", .quotaUsedUp),
            ("Daily LIMIT REACHED. Come back tomorrow.", .quotaUsedUp), ("You have no credits left.", .quotaUsedUp),
            ("FakeAI: Error: Incorrect API key provided", .misconfigured), ("No environment found.", .misconfigured),
            ("The model 'x' is not available.", .misconfigured),
            ("This usually means the model is not valid for this provider.", .misconfigured),
            ("FakeAI: cURL error 52: Empty reply from server", .failed),
            ("No content received (res is null).", .failed),
            ("Oops! Something went wrong on the server.", .failed), ("The server is overloaded, try again.", .failed),
            ("Operation timed out", .failed), ("", .failed), ("Qué pena.", .unexplained),
        ] as [(String, ProviderError.Cause)])
    func `words are known by a part`(message: String, cause: ProviderError.Cause) {
        #expect(SiteWords(code: nil, message: message, status: 500).error(hasText: false).cause == cause)
    }

    @Test(
        arguments: [
            ("rest_forbidden", 401, .misconfigured), ("rest_cookie_invalid_nonce", 403, .nonceRejected),
            ("rest_no_route", 404, .httpStatus(404)), ("rest_invalid_json", 400, .httpStatus(400)),
            ("wp_die", 500, .httpStatus(500)), ("wp_die", 503, .httpStatus(503)), ("wp_die", 200, .httpStatus(500)),
            ("internal_server_error", 200, .httpStatus(500)), ("too_many_requests", 429, .rateLimited),
            ("odd_code", 418, .httpStatus(418)), ("odd_code", 200, .unexplained), (nil, 429, .rateLimited),
        ] as [(String?, Int, ProviderError.Cause)])
    func `codes go before words`(code: String?, status: Int, cause: ProviderError.Cause) {
        #expect(SiteWords(code: code, message: "Hm.", status: status).error(hasText: false).cause == cause)
    }

    @Test func `once there is text, any error is the end of it`() {
        let words = SiteWords(code: nil, message: "Rate limit reached.\n<b>Please try again in 7s.</b>", status: 200)
        #expect(
            words.error(hasText: true)
                == ProviderError(.endedEarly, "Rate limit reached. Please try again in 7s.", retryAfter: .seconds(7)))
    }

    @Test func `the header of an answer goes before its words`() {
        let words = SiteWords(code: nil, message: "Rate limit: try again in 7s.", status: 500, retryAfter: .seconds(3))
        #expect(words.error(hasText: false).retryAfter == .seconds(3))
    }
}
