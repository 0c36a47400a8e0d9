import Conversations

/// What a person is told of a reply that a provider did not give, or not to its end.
struct FailedReply {
    private let exchange: Exchange
    private let error: ProviderError

    init(_ exchange: Exchange, _ error: ProviderError) {
        self.exchange = exchange
        self.error = error
    }

    /// Who failed, how, and what to do, for those who are back at their shell.
    var line: String {
        lineAtPrompt + ", and go on with 'parley resume \(exchange.chat.id.short)'"
    }

    /// The same for those who are in the chat.
    var lineAtPrompt: String {
        let part = exchange.reply.content.isEmpty ? "" : "; what had come is kept"
        return "\(exchange.reply.provider ?? "the provider") failed: \(error.messageError.message)\(part):"
            + " \(error.advice)"
    }

    /// How the program exits after such an error.
    static func status(_ error: ProviderError) -> Int32 {
        if case .tooLong = error.cause { return ExitStatus.badData }
        return ExitStatus.unavailable
    }
}
