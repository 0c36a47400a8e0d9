import Conversations
import Support
import Testing

@testable import Providers

/// What cannot be read of a stream is not passed over in silence.
struct OpenAIReadingTests {
    private func read(_ body: String) -> (text: String, end: ProviderEvent?, error: ProviderError?) {
        var reading = OpenAIReading(limits: ReplyLimits()) { $0.error(status: 200, retryAfter: nil) }
        reading.receive(Array(body.utf8).span)
        reading.finish()
        var text = ""
        do {
            while let event = try reading.next() {
                guard case .text(let piece) = event else { return (text, event, nil) }
                text += piece
            }
            return (text, nil, nil)
        } catch {
            return (text, nil, error as? ProviderError)
        }
    }

    private func chunk(_ text: String) -> String { #"data: {"choices":[{"delta":{"content":"\#(text)"}}]}"# }

    @Test func `a chunk that is no JSON makes the reply torn, with all that could be read`() {
        let broken = #"data: {"choices":[{"delta":{"content":"two "},"logprobs":NaN}]}"#
        let result = read([chunk("one "), broken, chunk("three"), "data: [DONE]", ""].joined(separator: "\n\n"))
        #expect(result.text == "one three")
        #expect(result.error?.cause == .endedEarly)
        #expect(result.error?.detail?.contains("two") == true)
    }

    @Test func `alone, it is an answer that cannot be read`() {
        let result = read("data: {\"choices\":\n\ndata: [DONE]\n\n")
        #expect(result.error?.cause == .brokenStream)
    }

    @Test func `events without blank lines between them are read line by line`() {
        let result = read([chunk("one "), chunk("two"), "data: [DONE]", ""].joined(separator: "\n"))
        #expect(result.text == "one two")
        #expect(result.end == .finish(reason: nil, text: nil) && result.error == nil)
    }

    @Test func `what came before an error in the same event is kept`() {
        let error = #"data: {"error":{"message":"overloaded","type":"server_error"}}"#
        let result = read([chunk("one"), error, ""].joined(separator: "\n"))
        #expect(result.text == "one")
        #expect(result.error?.detail == "overloaded")
    }

    private nonisolated static let statuses: [(Int, Int, ProviderError.Cause)] = [
        (401, 1004, .unauthorized), (503, 0, .httpStatus(503)), (200, 429, .rateLimited),
    ]

    @Test(arguments: statuses)
    func `a vendor's own number is no status`(status: Int, code: Int, cause: ProviderError.Cause) throws {
        var failure = OpenAIFailure(message: "no")
        failure.status = code
        #expect(failure.error(status: status, retryAfter: nil).cause == cause)
    }
}
