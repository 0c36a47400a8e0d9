import Conversations
import Testing

struct HistoryBuilderTests {
    /// Messages of a branch, said as `user: …`, `assistant: …` or `system: …`.
    private func branch(_ lines: String...) throws -> [Message] {
        try lines.enumerated().map { index, line in
            let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            return Message(
                id: MessageID(chat: ChatID(rawValue: "c"), seq: index + 1), parent: index == 0 ? nil : index,
                role: try #require(Role(rawValue: String(parts[0]))), content: String(parts[1]),
                createdAt: Timestamp(rawValue: 0))
        }
    }

    private func history(
        system: String? = nil, _ past: [Message], newest: String = "now", limits: HistoryLimits = HistoryLimits(),
        estimate: TokenEstimate = .standard, target: HistoryTarget = .messages, maximumCharacters: Int? = nil,
        maximumOtherMessages: Int? = nil
    ) throws -> History {
        let builder = HistoryBuilder(limits: limits, estimate: estimate)
        return try builder.history(
            system: system, past: builder.reading.past(of: past), newest: newest,
            for: ProviderCapabilities(
                historyTarget: target, maximumCharacters: maximumCharacters,
                maximumOtherMessages: maximumOtherMessages))
    }

    /// What a list of messages says, without their roles.
    private func said(_ history: History) throws -> [String] {
        guard case .messages(let messages) = history.content else { return ["no messages"] }
        return messages.map(\.content)
    }

    private func prompt(_ history: History) -> String {
        if case .prompt(let text) = history.content { text } else { "no prompt" }
    }

    // MARK: - What goes along

    @Test func `a first message goes alone`() throws {
        let history = try history([])
        #expect(history.content == .messages([HistoryMessage(role: .user, content: "now")]))
        #expect((history.sent, history.leftOut, history.leftOutByLimits) == (1, 0, 0))
    }

    @Test func `a short conversation goes whole, after the system prompt`() throws {
        let history = try history(system: "Be brief.", branch("user: one", "assistant: two"))
        #expect(
            history.content
                == .messages([
                    HistoryMessage(role: .system, content: "Be brief."), HistoryMessage(role: .user, content: "one"),
                    HistoryMessage(role: .assistant, content: "two"), HistoryMessage(role: .user, content: "now"),
                ]))
        #expect((history.sent, history.leftOut, history.leftOutByLimits) == (3, 0, 0))
    }

    @Test func `an empty system prompt is none`() throws {
        #expect(try said(history(system: "", [])) == ["now"])
    }

    @Test func `of a long conversation the first exchange and the newest ones go`() throws {
        let past = try branch("user: 1", "assistant: 2", "user: 3", "assistant: 4", "user: 5", "assistant: 6")
        let kept = try history(past, limits: HistoryLimits(maximumMessages: 4))
        #expect(try said(kept) == ["1", "2", "5", "6", "now"])
        #expect((kept.sent, kept.leftOut, kept.leftOutByLimits) == (5, 2, 2))
        let newest = try history(past, limits: HistoryLimits(maximumMessages: 4, keepFirst: false))
        #expect(try said(newest) == ["3", "4", "5", "6", "now"])
    }

    @Test func `an exchange that does not fit ends the past, though older ones would fit`() throws {
        let past = try branch("user: 1", "assistant: 2", "user: 3", "assistant: 4", "assistant: 5", "user: 6")
        let limits = HistoryLimits(maximumMessages: 3, keepFirst: false)
        #expect(try said(history(past, limits: limits)) == ["6", "now"])
    }

    @Test func `a first exchange that does not fit leaves its room to the newest ones`() throws {
        let past = try branch("user: 1", "user: 2", "assistant: 3", "user: 4", "assistant: 5")
        #expect(try said(history(past, limits: HistoryLimits(maximumMessages: 2))) == ["4", "5", "now"])
    }

    @Test func `user messages in a row are one exchange with all up to the next user message`() throws {
        let past = try branch("user: 1", "assistant: 2", "user: 3", "user: 4", "assistant: 5", "system: 6")
        let limits = HistoryLimits(maximumMessages: 4, keepFirst: false)
        #expect(try said(history(past, limits: limits)) == ["3", "4", "5", "6", "now"])
        let fewer = HistoryLimits(maximumMessages: 3, keepFirst: false)
        #expect(try said(history(past, limits: fewer)) == ["now"])
    }

    @Test func `what precedes the first user message belongs to the first exchange`() throws {
        let past = try branch("assistant: hello", "user: 1", "assistant: 2", "user: 3", "assistant: 4")
        #expect(try said(history(past, limits: HistoryLimits(maximumMessages: 3))) == ["hello", "1", "2", "now"])
        #expect(try said(history(past, limits: HistoryLimits(maximumMessages: 2))) == ["3", "4", "now"])
    }

    @Test func `failed and empty replies stay behind, and no limit is to blame`() throws {
        var past = try branch("user: 1", "assistant: no", "user: 2", "assistant: ", "user: 3", "assistant: half")
        past[1].status = .failed
        past[3].status = .interrupted
        past[5].status = .interrupted
        let history = try history(past)
        #expect(try said(history) == ["1", "2", "3", "half", "now"])
        #expect((history.sent, history.leftOut, history.leftOutByLimits) == (5, 2, 0))
    }

    @Test func `without their replies, user messages stand in a row and go together`() throws {
        var past = try branch("user: 1", "assistant: no", "user: 2", "assistant: yes")
        past[1].status = .failed
        #expect(try said(history(past, limits: HistoryLimits(maximumMessages: 2))) == ["now"])
        #expect(try said(history(past, limits: HistoryLimits(maximumMessages: 3))) == ["1", "2", "yes", "now"])
    }

    // MARK: - Limits

    @Test func `limits bound the past alone`() throws {
        let none = HistoryLimits(maximumTokens: 0, maximumCharacters: 0, maximumMessages: 0)
        let history = try history(
            system: "A long system prompt", branch("user: 1", "assistant: 2"), newest: "A long message", limits: none)
        #expect(try said(history) == ["A long system prompt", "A long message"])
        #expect((history.sent, history.leftOut, history.leftOutByLimits) == (1, 2, 2))
    }

    @Test func `characters are code points`() throws {
        let past = try branch("user: é\u{301}", "assistant: 👩‍👩‍👧‍👦")
        #expect(try said(history(past, limits: HistoryLimits(maximumCharacters: 9))).count == 3)
        #expect(try said(history(past, limits: HistoryLimits(maximumCharacters: 8))) == ["now"])
    }

    @Test func `a provider that takes fewer messages gets fewer`() throws {
        let past = try branch("user: 1", "assistant: 2", "user: 3", "assistant: 4")
        let limits = HistoryLimits(maximumMessages: 100, keepFirst: false)
        #expect(try said(history(past, limits: limits, maximumOtherMessages: 3)) == ["3", "4", "now"])
        let strict = HistoryLimits(maximumMessages: 1)
        #expect(try said(history(past, limits: strict, maximumOtherMessages: 3)) == ["now"])
    }

    @Test func `another estimate counts the tokens`() throws {
        let past = try branch("user: a", "assistant: bbb", "user: cc", "assistant: dd")
        let estimate = TokenEstimate { $0.count }
        let limits = HistoryLimits(maximumTokens: 4, keepFirst: false)
        #expect(try said(history(past, limits: limits, estimate: estimate)) == ["cc", "dd", "now"])
        #expect(try said(history(past, limits: limits)) == ["now"])
    }

    @Test(arguments: [("", 4), ("a", 5), ("abcd", 5), ("abcde", 6), ("é", 5), ("语言", 6), ("abé", 6), ("🙂", 5)])
    func `a token is four ASCII characters or one other, and four go with a message`(text: String, tokens: Int) {
        #expect(TokenEstimate.standard.tokens(text) == tokens)
    }

    @Test func `nothing configured means 8000 tokens and 200 messages, the first exchange kept`() {
        #expect(
            HistoryLimits.standard == HistoryLimits(maximumTokens: 8000, maximumMessages: 200, keepFirst: true))
    }

    // MARK: - One text

    @Test func `a lone message is the prompt as it is`() throws {
        #expect(try prompt(history([], newest: " Hi!\n", target: .prompt)) == " Hi!\n")
    }

    @Test func `a prompt has a line for each message, and a last one for the answer`() throws {
        let past = try branch("user: one", "assistant: two\nlines", "system: three")
        let history = try history(system: "Be brief.", past, target: .prompt)
        #expect(
            prompt(history) == """
                System: Be brief.
                User: one
                Assistant: two
                lines
                System: three
                User: now
                Assistant:
                """)
        #expect((history.sent, history.leftOut) == (4, 0))
    }

    @Test func `a system prompt alone makes a message no longer lone`() throws {
        #expect(try prompt(history(system: "S", [], target: .prompt)) == "System: S\nUser: now\nAssistant:")
    }

    @Test func `a prompt is filled to the last code point and no further`() throws {
        let past = try branch("user: ü", "assistant: 🙂")
        let whole = "User: ü\nAssistant: 🙂\nUser: now\nAssistant:"
        let length = whole.unicodeScalars.count
        #expect(try prompt(history(past, target: .prompt, maximumCharacters: length)) == whole)
        #expect(try prompt(history(past, target: .prompt, maximumCharacters: length - 1)) == "now")
        #expect(try prompt(history(past, target: .prompt, maximumCharacters: 3)) == "now")
    }

    // MARK: - The other side remembers

    @Test func `where the other side keeps the discussion, the newest message goes alone`() throws {
        let history = try history(system: "S", branch("user: 1", "assistant: 2"), target: .server)
        #expect(history.content == .newest("now"))
        #expect((history.sent, history.leftOut, history.leftOutByLimits) == (1, 0, 0))
    }

    // MARK: - Refusals

    @Test(arguments: HistoryTarget.allCases)
    func `8 MiB go, and a byte more does not`(target: HistoryTarget) throws {
        let limit = HistoryBuilder.maximumMessageBytes
        #expect(limit == 8_388_608)
        let most = String(repeating: "é", count: limit / 2)
        #expect(try history([], newest: most, target: target).sent == 1)
        let error = #expect(throws: HistoryError.self) { try history([], newest: most + "!", target: target) }
        #expect(error == .messageTooLarge(bytes: limit + 1, limit: limit))
    }

    @Test(arguments: HistoryTarget.allCases)
    func `a message over the provider's limit is refused with both numbers`(target: HistoryTarget) throws {
        #expect(try history([], newest: "👍🏽", target: target, maximumCharacters: 2).sent == 1)
        let error = #expect(throws: HistoryError.self) {
            try history([], newest: "👍🏽!", target: target, maximumCharacters: 2)
        }
        #expect(error == .messageTooLong(characters: 3, limit: 2))
    }

    @Test func `a system prompt counts where it goes into the same text, and only there`() throws {
        let length = "System: SSS\nUser: now\nAssistant:".unicodeScalars.count
        #expect(try history(system: "SSS", [], target: .prompt, maximumCharacters: length).sent == 1)
        let error = #expect(throws: HistoryError.self) {
            try history(system: "SSS", [], target: .prompt, maximumCharacters: length - 1)
        }
        #expect(error == .messageTooLong(characters: length, limit: length - 1))
        #expect(try said(history(system: "SSS", [], maximumCharacters: 3)) == ["SSS", "now"])
        #expect(try history(system: "SSS", [], target: .server, maximumCharacters: 3).sent == 1)
    }
}
