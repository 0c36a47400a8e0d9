import Testing

@testable import Conversations

struct ProviderErrorTests {
    @Test func `the table of failures has every cause`() {
        #expect(Set(ProviderFailure.all.map(\.number)) == Set(0..<ProviderFailure.causes))
    }

    @Test(arguments: ProviderFailure.all)
    func `every cause has its code, its outcome, and someone to blame`(failure: ProviderFailure) {
        let error = ProviderError(failure.cause)
        #expect(error.code == failure.code)
        #expect(error.messageError.code == failure.code)
        #expect(error.attemptError.code == failure.code)
        #expect(error.outcome == (failure.outcome, failure.fault))
    }

    @Test(arguments: ProviderFailure.all)
    func `every cause is told in a line, with advice`(failure: ProviderFailure) throws {
        for error in [ProviderError(failure.cause), ProviderError(failure.cause, "its words")] {
            for line in [error.messageError.message, error.attemptError.message, error.advice] {
                // It stands before a colon, a comma or a line end of whoever tells it.
                #expect(line.count >= 8 && line.count <= 120)
                #expect(!line.contains(where: \.isNewline) && !line.contains("  ") && !line.contains("()"))
                let end = try #require(line.last)
                #expect(end.isLetter || end.isNumber || end == ")")
            }
        }
    }

    @Test func `no two outcomes share their sentence`() {
        let sentences = Dictionary(grouping: ProviderFailure.all) { ProviderError($0.cause).messageError.message }
        #expect(sentences.count == ProviderFailure.all.count)
    }

    @Test func `what the other side said goes with the message in brackets, and with the attempt as it is`() {
        let error = ProviderError(.failed, "the model is asleep")
        #expect(error.messageError.message == "the provider failed (the model is asleep)")
        #expect(error.attemptError.message == "the model is asleep")
        let silent = ProviderError(.failed)
        #expect(silent.messageError.message == "the provider failed")
        #expect(silent.attemptError == silent.messageError)
        #expect(ProviderError(.failed, "") == silent)
    }

    @Test func `numbers are told where they help`() {
        let long = ProviderError(.tooLong(characters: 4001, limit: 4000)).messageError.message
        #expect(long.contains("4001") && long.contains("4000"))
        #expect(ProviderError(.tooLarge(limit: 1024)).messageError.message.contains("1024"))
        #expect(ProviderError(.httpStatus(418)).messageError.message.contains("418"))
    }

    @Test(
        arguments: [
            (.zero, "1 s"), (.milliseconds(1), "1 s"), (.milliseconds(1001), "2 s"), (.seconds(119), "119 s"),
            (.seconds(120), "2 min"), (.seconds(121), "3 min"), (.seconds(7140), "119 min"), (.seconds(7200), "2 h"),
            (.seconds(86_401), "25 h"), (.seconds(-5), "1 s"), (.seconds(Int64.max), "2562047788016 h"),
        ] as [(Duration, String)])
    func `a wait that the other side wishes for is the advice, rounded up`(wait: Duration, words: String) {
        for cause in [.rateLimited, .httpStatus(503), .unreachable] as [ProviderError.Cause] {
            #expect(ProviderError(cause, retryAfter: wait).advice == "try again in \(words)")
        }
    }

    @Test func `a status has advice of its own`() {
        let later = ProviderError(.httpStatus(503)).advice
        #expect(ProviderError(.httpStatus(408)).advice == later)
        let advice = [403, 404, 413].map { ProviderError(.httpStatus($0)).advice }
        #expect(Set(advice + [later]).count == 4)
    }

    @Test func `advice about time names the setting`() {
        #expect(ProviderError(.timedOut(.connect)).advice.contains("timeouts: connect"))
        #expect(ProviderError(.timedOut(.firstByte)).advice.contains("timeouts: first_byte"))
        #expect(ProviderError(.timedOut(.idle)).advice.contains("timeouts: idle"))
        #expect(ProviderError(.timedOut(.total)).advice.contains("timeouts: total"))
    }
}
