package import Conversations

/// The provider on board: no network, no key, always there.
///
/// A reply is a function of the seed and of all that the user has said in the conversation, so that a resumed one goes
/// on as if it had never stopped; and of how often she was asked for another.
package struct ElizaProvider: ChatProvider {
    package let name: String
    package let capabilities = ProviderCapabilities(historyTarget: .messages)
    private let seed: UInt64
    private let pace: Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    package static let standardSeed: UInt64 = 1966

    /// - Parameters:
    ///   - name: What the configuration calls it.
    ///   - pace: The time between two words.
    ///   - sleep: How it waits for that long; it throws when the task is cancelled.
    package init(
        name: String = "eliza", seed: UInt64 = standardSeed, pace: Duration = .zero,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.name = name
        self.seed = seed
        self.pace = pace
        self.sleep = sleep
    }

    package func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> ElizaReply {
        ElizaReply(
            seed: seed, heard: request.content.userTexts, alternative: request.alternative, pace: pace, sleep: sleep)
    }
}

/// A reply, word by word.
package struct ElizaReply: AsyncSequence {
    let seed: UInt64
    let heard: [String]
    let alternative: Int
    let pace: Duration
    let sleep: @Sendable (Duration) async throws -> Void

    package func makeAsyncIterator() -> Iterator { Iterator(reply: self) }

    package struct Iterator: AsyncIteratorProtocol {
        private let reply: ElizaReply
        private var words: ArraySlice<String>?
        private var hasFinished = false

        fileprivate init(reply: ElizaReply) {
            self.reply = reply
        }

        package mutating func next() async throws -> ProviderEvent? {
            try Task.checkCancellation()
            if words == nil {
                words = reply.compose()[...]
            } else if reply.pace > .zero {
                try await reply.sleep(reply.pace)
            }
            if let word = words?.popFirst() { return .text(word) }
            guard !hasFinished else { return nil }
            hasFinished = true
            return .finish(reason: "stop", text: nil)
        }
    }

    /// The reply's words, each with the space that follows it.
    private func compose() -> [String] {
        var eliza = Eliza(seed: seed)
        for text in heard.dropLast() { _ = eliza.hear(text) }
        let answer = heard.last.map { eliza.hear($0, passingOver: alternative) } ?? ""
        let words = answer.split(separator: " ").map(String.init)
        return words.dropLast().map { $0 + " " } + words.suffix(1)
    }
}

extension HistoryContent {
    /// What the user has said, in order.
    fileprivate var userTexts: [String] {
        switch self {
        case .messages(let messages): messages.filter { $0.role == .user }.map(\.content)
        case .prompt(let text), .newest(let text): [text]
        }
    }
}
