import Conversations
import JSON
import Support
import Testing

@testable import Transcripts

/// Attempts as comma-separated values.
struct AttemptCSVTests {
    private var attempt: ProviderAttempt {
        var attempt = ProviderAttempt(
            id: AttemptID(rawValue: "1"), provider: "a \"b\", c", model: nil, kind: .chat,
            startedAt: Timestamp(rawValue: 1_769_860_800_000))
        attempt.message = MessageID(chat: ChatID(rawValue: "x"), seq: 4)
        attempt.result.outcome = .http5xx
        attempt.result.fault = .provider
        attempt.result.httpStatus = 503
        attempt.result.durationMilliseconds = 40
        attempt.result.error = MessageError(code: "http_503", message: "one\r\ntwo, ünïcödé 👋")
        return attempt
    }

    /// Every value that there may be.
    private var fullAttempt: ProviderAttempt {
        var attempt = attempt
        attempt.model = "m"
        attempt.result.connectMilliseconds = 1
        attempt.result.firstByteMilliseconds = 2
        attempt.result.firstTextMilliseconds = 3
        attempt.result.maximumGapMilliseconds = 4
        attempt.result.retryAfterMilliseconds = 5
        return attempt
    }

    @Test func `what would be taken for something else is in quotation marks`() {
        #expect(
            AttemptCSV.line(attempt)
                == "1,\"a \"\"b\"\", c\",,chat,x,x-4,1,2026-01-31T12:00:00.000Z,http_5xx,provider,503,,,,40,,0,0,0,"
                + "http_503,\"one\r\ntwo, ünïcödé 👋\",\r\n")
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
    func `what a spreadsheet would run is text`(words: String) {
        var attempt = attempt
        attempt.provider = words
        attempt.result.error = MessageError(code: words, message: words)
        let line = AttemptCSV.line(attempt)
        #expect(line.unicodeScalars.filter { $0 == "'" }.count == 3)
        #expect(line.hasPrefix(words.contains("\r") ? "1,\"'\(words)\"," : "1,'\(words),"))
    }

    @Test func `the names are those of the JSON, in its order`() throws {
        var json = JSONWriter()
        json.attempt(fullAttempt)
        let text = String(decoding: json.take(), as: UTF8.self)
        let keys = text.matches(of: /[{,]"([a-z_]+)":/).map { String($0.output.1) }
        #expect(keys.count == 22)
        #expect(AttemptCSV.header == keys.joined(separator: ",") + "\r\n")
    }
}
