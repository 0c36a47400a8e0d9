import ArgumentParser
import Conversations
import Providers
import Storage
import Terminal

/// A talk about to begin: what the command line has said so far.
struct Talk {
    let global: GlobalOptions
    let options: TalkOptions
    let library: Library
    /// What the one exchange is about; nil for a prompt.
    let turn: ExchangeRequest.Turn?
    private let configuration: Configuration

    /// Settings that make no sense are found here, before anything is made or sent.
    init(global: GlobalOptions, options: TalkOptions, turn: ExchangeRequest.Turn?) throws {
        self.global = global
        self.options = options
        self.turn = turn
        library = try Library(global)
        configuration = try global.configuration()
        _ = try ProviderChain(named: options.provider, accustomed: nil, in: configuration)
    }

    /// - Parameter words: What stands on the command line: the message, with `-` for the standard input.
    init(global: GlobalOptions, options: TalkOptions, words: [String]) throws {
        let text = try Self.text(of: words)
        try self.init(global: global, options: options, turn: text.map { .say($0) })
        if text == nil && options.json {
            throw Failure(
                ExitStatus.usage, "usage",
                "--json needs something to say: put the message on the command line or pipe it in")
        }
    }

    /// The message that these words of a command line stand for; nil for a prompt.
    static func text(of words: [String]) throws -> String? {
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
        let title = try title.flatMap(ChatTitle.given)
        try await library.withFile { store in
            let isFirst = try await store.latestChat(of: library.owner) == nil
            try await retention(in: store).tidyingUp {
                try await run(in: nil, of: store, title: title, system: system, isFirst: isFirst)
            }
        }
    }

    /// Goes on with a chat that is there.
    ///
    /// - Parameter tip: The message that the branch ends in which the turn is about, as a person names it; nil for the branch
    ///   in view.
    func goOn(in reference: String, endingAt tip: String? = nil) async throws {
        try await library.withExistingFile { store in
            let chat = try await library.chat(reference, in: store)
            guard let store else { return }
            let seq = try tip.map { try MessageNumber(of: $0, in: chat).seq }
            if case .say = turn { try await tellOfLooseEnd(in: chat, endingAt: seq, of: store) }
            try await retention(in: store).tidyingUp {
                try await run(in: chat, endingAt: seq, of: store, title: nil, system: nil, isFirst: false)
            }
        }
    }

    private func retention(in store: any ProviderHealth) -> AttemptRetention {
        AttemptRetention(health: store, days: configuration.attemptsKeptDays, now: library.surroundings.now)
    }

    /// Says what is wrong with the end of the branch. Once more has been said, that end is no longer the last.
    private func tellOfLooseEnd(in chat: Chat, endingAt tip: Int?, of store: any ConversationStore) async throws {
        guard let (chat, messages) = try await store.branch(of: chat.id, of: library.owner, endingAt: tip, last: 1),
            let last = messages.last, let end = LooseEnd(of: last, in: chat)
        else { return }
        let number = last.id.seq
        global.notices.notice(
            "\(end.rawValue): 'parley retry \(chat.id.short) --branch \(number)' \(end.remedy)")
    }

    private func run(
        in chat: Chat?, endingAt tip: Int? = nil, of store: SQLiteConversationStore, title: String?, system: String?,
        isFirst: Bool
    ) async throws {
        if options.provider == nil, let name = chat?.provider { _ = try configuration.providerOfChat(named: name) }
        let chain = try ProviderChain(named: options.provider, accustomed: chat?.provider, in: configuration)
        let conversation = Conversation(
            store: store, health: store, memory: store, surroundings: library.surroundings,
            providers: try await chain.providers(
                memory: store, surroundings: library.surroundings,
                pace: StandardOutput.isTerminal ? .milliseconds(25) : .zero),
            limits: configuration.history, notices: global.notices, signals: Signals())
        let isAlone = isFirst && !configuration.namesProviders && options.provider == nil
        guard let turn else {
            if isAlone { tellOfProviders(conversation.notices) }
            let prompt = Prompt(
                conversation: conversation, library: library, style: global.style(for: Notices.descriptor),
                title: title, system: system, options: options)
            throw ExitCode(try await prompt.run(in: chat, endingAt: tip))
        }
        let mode: ReplyPrinter.Mode = options.json ? .json : options.noStream ? .whole : .streaming
        let target: ExchangeRequest.Target =
            chat.map { .chat($0.id, endingAt: tip) } ?? .newChat(title: title, system: system)
        let isShown = try await OneShot(conversation: conversation, mode: mode).run(
            ExchangeRequest(
                target: target, owner: library.owner, turn: turn, model: options.model, streams: !options.noStream,
                patience: options.patience))
        if isAlone && isShown { tellOfProviders(conversation.notices) }
        if case .retry = turn { return }
        if StandardInput.hasUnreadInput {
            conversation.notices.notice("the standard input was not read: write - where it belongs in the message")
        }
    }

    private func tellOfProviders(_ notices: Notices) {
        notices.notice(
            "eliza answers, who lives in this program: 'parley providers add --help' tells how to add others")
    }
}
