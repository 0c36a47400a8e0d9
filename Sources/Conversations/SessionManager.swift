/// Carries one exchange from the user's words to a reply that is kept.
///
/// The user's message is on disk before a byte leaves for a provider, the reply as it streams. However it ends, the
/// reply is closed with what had come of it.
package struct SessionManager: Sendable {
    private let store: any ConversationStore
    private let builder: HistoryBuilder
    private let surroundings: Surroundings

    /// How often an exchange is prepared anew because the chat changed under it.
    private static var maximumPreparations: Int { 5 }

    package init(store: any ConversationStore, builder: HistoryBuilder, surroundings: Surroundings) {
        self.store = store
        self.builder = builder
        self.surroundings = surroundings
    }

    /// Says something and takes in the reply.
    ///
    /// Cancel the task to stop the reply; what had come is kept. `show` is awaited, which holds the provider back; when
    /// it throws, the reader has left, and the reply stops likewise.
    ///
    /// - Throws: ``StoreError`` or ``HistoryError`` before anything was sent; ``ReplyNotKept`` where the store failed
    /// at
    ///   the end. A provider's failure is no error here: it is how the exchange ended.
    @concurrent
    package func exchange(
        _ request: ExchangeRequest, with provider: any ChatProvider,
        show: @Sendable (ExchangeEvent) async throws -> Void
    ) async throws -> Exchange {
        let (open, history) = try await begin(request, with: provider)
        var exchange = Exchange(
            chat: open.chat, message: open.message, reply: open.reply, history: history, attempts: [open.attempt],
            ending: .complete)
        let right = OpenReply(
            id: open.reply.id, owner: open.chat.owner, version: open.chat.version, process: surroundings.process,
            leaseUntil: open.reply.createdAt.advanced(by: ReplyJournal.leaseLength))
        let keeper = ReplyKeeper(store: store, reply: right, surroundings: surroundings)
        var intake = ReplyIntake(startedAt: surroundings.uptime())

        await withTaskGroup(of: Void.self) { group in
            group.addTask { await keeper.run() }
            do {
                try await show(.began(open, history))
                let outgoing = ProviderRequest(chat: open.chat.id, model: open.reply.model, content: history.content)
                exchange.ending = try await receive(
                    provider.reply(to: outgoing), into: &intake, keeper: keeper, show: show)
            } catch {
                // Where the store has lost the reply, closing it will say so.
                exchange.ending = error is CancellationError || error is StoreError ? .stopped : .readerLeft(error)
            }
            group.cancelAll()
        }
        return try await close(exchange, by: right, intake: intake, streamed: keeper.text)
    }

    // MARK: - Before

    /// Reads the chat, rebuilds its history, and writes down the message and the open reply.
    private func begin(
        _ request: ExchangeRequest, with provider: any ChatProvider
    ) async throws -> (OpenExchange, History) {
        var changed = ChatID(rawValue: "")
        for _ in 1...Self.maximumPreparations {
            let (target, past) = try await target(of: request)
            let history = try builder.history(
                system: target.chat.system, past: past, newest: request.text, for: provider.capabilities)
            let exchange = newExchange(request, in: target, with: provider)
            do {
                return (try await store.begin(exchange), history)
            } catch StoreError.chatChanged(let id) {
                changed = id
            }
        }
        throw StoreError.chatBusy(changed)
    }

    private func newExchange(
        _ request: ExchangeRequest, in target: NewExchange.Target, with provider: any ChatProvider
    ) -> NewExchange {
        let now = surroundings.now()
        let accustomed = target.chat.provider == provider.name ? target.chat.model : nil
        let model = request.model ?? accustomed ?? provider.capabilities.defaultModel
        let attempt = ProviderAttempt(
            id: surroundings.newAttemptID(), provider: provider.name, model: model, kind: .chat, startedAt: now)
        return NewExchange(
            target: target, text: request.text, provider: provider.name, model: model, attempt: attempt,
            process: surroundings.process, now: now, leaseUntil: now.advanced(by: ReplyJournal.leaseLength))
    }

    private func target(of request: ExchangeRequest) async throws(StoreError) -> (NewExchange.Target, [Message]) {
        switch request.target {
        case .newChat(let title, let system):
            let isNamed = title?.contains { !$0.isWhitespace } ?? false
            let title = title.flatMap { isNamed ? $0 : nil } ?? ChatTitle.made(from: request.text)
            let chat = Chat(
                id: surroundings.newChatID(), owner: request.owner, title: title, createdAt: surroundings.now(),
                system: system.flatMap { $0.isEmpty ? nil : $0 })
            return (.new(chat), [])
        case .chat(let id):
            guard let (chat, past) = try await store.branch(of: id, of: request.owner, last: nil) else {
                throw .noSuchChat(id)
            }
            return (.existing(chat), past)
        }
    }

    // MARK: - Meanwhile

    /// Takes in the provider's events until one of the ways in which a reply ends.
    private func receive(
        _ events: some AsyncSequence<ProviderEvent, any Error>, into intake: inout ReplyIntake,
        keeper: ReplyKeeper, show: @Sendable (ExchangeEvent) async throws -> Void
    ) async throws -> Exchange.Ending {
        var iterator = events.makeAsyncIterator()
        while true {
            let event: ProviderEvent?
            do {
                event = try await iterator.next(isolation: #isolation)
            } catch let error as ProviderError {
                return .failed(error)
            } catch is CancellationError {
                return .stopped
            } catch {
                // Its words may hold anything, a secret even: only what it is gets written down.
                return Task.isCancelled ? .stopped : .failed(.unreachable("\(type(of: error))"))
            }
            switch event {
            case .text(let piece):
                guard !piece.isEmpty else { break }
                intake.count(piece, at: surroundings.uptime())
                try keeper.receive(piece)
                try await show(.text(piece))
            case .usage(let usage): intake.usage = usage
            case .notice(let notice): try await show(.notice(notice))
            case .finish(let reason, let text):
                intake.finishReason = reason
                // An end without text takes nothing back of what has come.
                intake.wholeText = text.flatMap { $0.isEmpty ? nil : $0 }
                return intake.hasText ? .complete : .failed(.empty)
            case nil:
                return Task.isCancelled ? .stopped : .failed(.endedEarly)
            }
        }
    }

    // MARK: - After

    private func close(
        _ exchange: Exchange, by right: OpenReply, intake: ReplyIntake, streamed: String
    ) async throws -> Exchange {
        var exchange = exchange
        exchange.reply.content = intake.wholeText ?? streamed
        exchange.reply.finishedAt = surroundings.now()
        exchange.reply.finishReason = intake.finishReason
        exchange.reply.usage = intake.usage
        let hasText = !exchange.reply.content.isEmpty
        (exchange.reply.status, exchange.reply.error) = exchange.ending.standing(hasText: hasText)
        exchange.attempts[0].result = intake.result(of: exchange, at: surroundings.uptime())
        do {
            exchange.chat = try await store.finish(
                right, with: ReplyEnding(message: exchange.reply, attempt: exchange.attempts[0]))
            return exchange
        } catch {
            throw ReplyNotKept(cause: error, exchange: exchange)
        }
    }
}

extension Exchange.Ending {
    /// How a reply stands in the store after such an end.
    fileprivate func standing(hasText: Bool) -> (MessageStatus, MessageError?) {
        switch self {
        case .complete: (.complete, nil)
        case .failed(let error): (hasText ? .interrupted : .failed, error.messageError)
        case .stopped:
            (.interrupted, MessageError(code: "stopped", message: "the reply was stopped before its end"))
        case .readerLeft:
            (.interrupted, MessageError(code: "reader_left", message: "the reply could not be shown to its end"))
        }
    }
}

/// What is noted of a reply while it comes in.
private struct ReplyIntake {
    private let startedAt: Duration
    private var firstTextAt: Duration?
    private(set) var chunks = 0
    private var textBytes = 0
    var usage: TokenUsage?
    var finishReason: String?
    /// The whole text as the provider gave it at the end; nil where the pieces are all there is.
    var wholeText: String?

    var hasText: Bool { wholeText != nil || chunks > 0 }

    init(startedAt: Duration) {
        self.startedAt = startedAt
    }

    mutating func count(_ piece: String, at time: Duration) {
        if firstTextAt == nil { firstTextAt = time }
        chunks += 1
        textBytes += piece.utf8.count
    }

    func result(of exchange: Exchange, at time: Duration) -> ProviderAttempt.Result {
        var result = ProviderAttempt.Result()
        switch exchange.ending {
        case .complete: (result.outcome, result.fault) = (.ok, .none)
        case .failed(let error): (result.outcome, result.fault) = error.outcome
        case .stopped, .readerLeft: (result.outcome, result.fault) = (.cancelled, .caller)
        }
        result.error = exchange.reply.error
        result.firstTextMilliseconds = firstTextAt.map { ($0 - startedAt).milliseconds }
        result.durationMilliseconds = (time - startedAt).milliseconds
        result.chunks = chunks
        result.textBytes = textBytes
        return result
    }
}
