internal import Conversations

/// The tokens of a request and its reply: as the provider counted them, else as Parley guesses.
struct TokenCounts: Equatable, Sendable {
    var input: Int
    var output: Int

    var total: Int { input + output }

    init(input: Int, output: Int) {
        self.input = input
        self.output = output
    }

    /// - Parameters:
    ///   - usage: What the provider says; nil where it says nothing.
    ///   - history: What it was sent.
    init(_ usage: TokenUsage?, of history: History, reply: String, estimate: TokenEstimate) {
        input = usage?.inputTokens ?? history.content.tokens(estimate)
        output = usage?.outputTokens ?? estimate.tokens(reply)
    }

    /// nil of what was never asked.
    init?(_ outcome: ReplyOutcome, estimate: TokenEstimate) {
        switch outcome {
        case .kept(let exchange):
            self.init(
                exchange.reply.usage, of: exchange.history, reply: exchange.reply.content, estimate: estimate)
        case .unkept(let answer):
            self.init(answer.usage, of: answer.history, reply: answer.text, estimate: estimate)
        case .refused, .lost: return nil
        }
    }
}

extension HistoryContent {
    fileprivate func tokens(_ estimate: TokenEstimate) -> Int {
        switch self {
        case .messages(let messages): messages.reduce(0) { $0 + estimate.tokens($1.content) }
        case .prompt(let text), .newest(let text): estimate.tokens(text)
        }
    }
}
