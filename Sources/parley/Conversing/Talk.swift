import ArgumentParser
import Conversations
import Terminal

/// A talk about to begin: what the command line has said so far.
struct Talk {
    let global: GlobalOptions
    let options: TalkOptions
    let library: Library
    let text: String?
    private let settings = Settings(environment: .current())

    /// Settings that make no sense are found here, before anything is made or sent.
    ///
    /// - Parameter words: What stands on the command line: the message, with `-` for the standard input.
    init(global: GlobalOptions, options: TalkOptions, words: [String]) throws {
        self.global = global
        self.options = options
        library = try Library(global)
        _ = try settings.provider(named: options.provider, pace: .zero)
        _ = try settings.historyLimits()
        text = try Self.text(of: words)
        if text == nil && options.json {
            throw Failure(
                ExitStatus.usage, "usage",
                "--json needs something to say: put the message on the command line or pipe it in")
        }
    }

    private static func text(of words: [String]) throws -> String? {
        if words.isEmpty { return StandardInput.isTerminal ? nil : try StandardInput.message() }
        guard words.contains("-") else { return words.joined(separator: " ") }
        let input = try StandardInput.message()
        // What is piped in is usually long: it stands as a paragraph of its own.
        var paragraphs: [String] = []
        for (index, words) in words.split(separator: "-", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { paragraphs.append(input) }
            if !words.isEmpty { paragraphs.append(words.joined(separator: " ")) }
        }
        return paragraphs.joined(separator: "\n\n")
    }

    /// Talks in a new chat.
    ///
    /// - Parameter title: nil to make one from the first words.
    func begin(title: String?, system: String?) async throws {
        try await library.withStore { try await run(in: nil, of: $0, title: title, system: system) }
    }

    /// Goes on with a chat that is there.
    func goOn(in reference: String) async throws {
        try await library.withExistingStore { store in
            let chat = try await library.chat(reference, in: store)
            guard let store else { return }
            try await run(in: chat, of: store, title: nil, system: nil)
        }
    }

    private func run(in chat: Chat?, of store: any ConversationStore, title: String?, system: String?) async throws {
        let conversation = Conversation(
            store: store, surroundings: library.surroundings,
            provider: try settings.provider(
                named: options.provider ?? chat?.provider, pace: StandardOutput.isTerminal ? .milliseconds(25) : .zero),
            limits: try settings.historyLimits(), notices: global.notices, signals: Signals())
        guard let text else {
            let prompt = Prompt(
                conversation: conversation, library: library, style: global.style(for: Notices.descriptor),
                title: title, system: system, model: options.model, mode: options.noStream ? .whole : .streaming)
            throw ExitCode(try await prompt.run(in: chat))
        }
        let mode: ReplyPrinter.Mode = options.json ? .json : options.noStream ? .whole : .streaming
        let target: ExchangeRequest.Target = chat.map { .chat($0.id) } ?? .newChat(title: title, system: system)
        try await OneShot(conversation: conversation, mode: mode).run(
            ExchangeRequest(target: target, owner: library.owner, text: text, model: options.model))
        if StandardInput.hasUnreadInput {
            conversation.notices.notice("the standard input was not read: write - where it belongs in the message")
        }
    }
}
