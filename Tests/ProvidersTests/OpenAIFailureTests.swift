import Conversations
import JSON
import Testing

@testable import Providers

struct OpenAIFailureTests {
    @Test(
        arguments: [
            (
                #"{"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}}"#, 400,
                .rejected
            ),
            (#"{"error":{"message":"This model's maximum context length is 8192 tokens"}}"#, 400, .rejected),
            (#"{"error":{"message":"m","code":"content_filter"}}"#, 400, .rejected),
            (#"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#, 429, .quotaUsedUp),
            (#"{"error":{"message":"You exceeded your current quota.","code":429}}"#, 429, .quotaUsedUp),
            (#"{"error":{"message":"m","type":"requests","code":"rate_limit_exceeded"}}"#, 429, .rateLimited),
            (#"{"error":{"message":"m","type":"rate_limit_error"}}"#, 200, .rateLimited),
            (#"{"error":{"message":"m","code":"invalid_api_key"}}"#, 401, .unauthorized),
            (#"{"error":{"message":"m"}}"#, 401, .unauthorized), (#"{"error":{"message":"m"}}"#, 402, .quotaUsedUp),
            (#"{"error":{"message":"m","type":"x"}}"#, 403, .unauthorized),
            (#"{"error":{"message":"m"}}"#, 403, .httpStatus(403)), (#"{"error":"m"}"#, 404, .httpStatus(404)),
            (#"{"error":{"message":"m","code":503}}"#, 200, .httpStatus(503)),
            (#"{"object":"error","message":"m","code":400}"#, 400, .httpStatus(400)),
            (#"{"detail":"m"}"#, 422, .httpStatus(422)), (#"{"message":"m"}"#, 500, .httpStatus(500)),
            (#"{"error":{"message":"m","type":"server_error"}}"#, 200, .failed), (#"{"error":"m"}"#, 200, .unexplained),
            (#"{"error":{}}"#, 200, .failed),
        ] as [(String, Int, ProviderError.Cause)])
    func `an error is known by its code, its words and its status`(
        body: String, status: Int, cause: ProviderError.Cause
    ) throws {
        let failure = try #require(OpenAIFailure(try JSONValue(Array(body.utf8))))
        let error = failure.error(status: status, retryAfter: nil)
        #expect(error.cause == cause)
        #expect(error.detail == nil || error.detail == failure.message)
    }

    @Test(arguments: [#"{"choices":[]}"#, #"{"error":null}"#, "[]", #"{"object":"list"}"#])
    func `what tells no error is none`(body: String) throws {
        #expect(OpenAIFailure(try JSONValue(Array(body.utf8))) == nil)
    }
}
