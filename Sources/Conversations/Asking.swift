/// The part of an exchange in which providers are asked: one after the other, each as often as the policy has it, until
/// there is a reply or no hope of one.
struct Asking {
    let store: any ConversationStore
    let builder: HistoryBuilder
    let surroundings: Surroundings
    let request: ExchangeRequest
    /// The branch before the newest message.
    let past: Past
    let right: OpenReply
    let keeper: ReplyKeeper
    let show: @Sendable (ExchangeEvent) async throws -> Void

    /// The exchange as far as it has come. Its last attempt is the one under way; until that ends, it stands as stopped.
    private(set) var exchange: Exchange
    private(set) var intake = Intake()
    private var meter: AttemptMeter
    /// What was known of the provider when the exchange's history was made for it.
    private var known: ProviderCapabilities

    init(
        store: any ConversationStore, builder: HistoryBuilder, surroundings: Surroundings, request: ExchangeRequest,
        past: Past, known: ProviderCapabilities, right: OpenReply, keeper: ReplyKeeper,
        show: @escaping @Sendable (ExchangeEvent) async throws -> Void, exchange: Exchange
    ) {
        self.store = store
        self.builder = builder
        self.surroundings = surroundings
        self.request = request
        self.past = past
        self.known = known
        self.right = right
        self.keeper = keeper
        self.show = show
        self.exchange = exchange
        meter = AttemptMeter(uptime: surroundings.uptime)
    }

    /// What is noted of a reply while it comes in.
    struct Intake {
        var usage: TokenUsage?
        var finishReason: String?
        /// The whole text as the provider gave it at the end; nil where the pieces are all there is.
        var wholeText: String?
    }

    /// Notes how the exchange ends, and the attempt that is under way with it.
    mutating func end(_ ending: Exchange.Ending) {
        exchange.ending = ending
        let last = exchange.attempts.count - 1
        guard exchange.attempts[last].result.outcome == .pending else { return }
        exchange.attempts[last].result = ending.result(meter)
    }

    /// Notes that the exchange ends because of someone else than a provider.
    mutating func end(after error: any Error) {
        switch error {
        case is CancellationError: end(.stopped)
        // Where the store has lost the reply, closing it will say so. Where it would not have another try, the failure
        // before counts.
        case is StoreError: end(exchange.ending)
        default: end(.readerLeft(error))
        }
    }

    // MARK: - One after the other

    mutating func ask(_ providers: [any ChatProvider]) async throws {
        var policy = RetryPolicy()
        var waiting = providers.dropFirst()
        var provider = providers[0]
        while true {
            let ending = try await attempt(provider)
            end(ending)
            guard case .failed(let error) = ending, !meter.hasText else { return }
            switch policy.step(after: error, jitter: surroundings.jitter()) {
            case .giveUp: return
            case .again(let wait):
                forgive(error)
                // Nothing of a failed try goes into the reply.
                intake = Intake()
                if wait > .zero { try await surroundings.sleep(wait) }
                try await goOn(with: provider, model: exchange.reply.model, after: error)
            case .another:
                guard let next = nextInLine(&waiting) else { return }
                provider = next
                intake = Intake()
                policy.turn()
                try await goOn(with: provider, model: model(of: provider), after: error)
            }
        }
    }

    /// A nonce that has run out is nobody's fault as long as the next one is good.
    private mutating func forgive(_ error: ProviderError) {
        guard error.cause == .nonceRejected else { return }
        exchange.attempts[exchange.attempts.count - 1].result.fault = .none
    }

    /// The next provider that can take the message at all; the history is made for it.
    private mutating func nextInLine(_ waiting: inout ArraySlice<any ChatProvider>) -> (any ChatProvider)? {
        while let provider = waiting.popFirst() {
            if (try? makeHistory(for: provider.capabilities)) != nil { return provider }
        }
        return nil
    }

    /// A model asked for by name is asked of another than the first provider only where that one says it has it.
    private func model(of provider: any ChatProvider) -> String? {
        if let model = request.model, provider.capabilities.models.contains(model) { return model }
        return provider.model(in: exchange.chat)
    }

    private mutating func makeHistory(for capabilities: ProviderCapabilities) throws(HistoryError) {
        exchange.history = try builder.history(
            system: exchange.chat.system, past: past, newest: exchange.message.content, for: capabilities)
        known = capabilities
    }

    /// Writes down that the attempt under way has failed, and begins the next.
    private mutating func goOn(
        with provider: any ChatProvider, model: String?, after error: ProviderError
    ) async throws {
        let failed = exchange.attempts.last!
        let next = ProviderAttempt(
            id: surroundings.newAttemptID(), provider: provider.name, model: model, kind: .chat,
            number: failed.number + 1, startedAt: surroundings.now())
        try await store.goOn(with: right, closing: failed, opening: next)
        meter = AttemptMeter(uptime: surroundings.uptime)
        exchange.ending = .stopped
        exchange.attempts.append(next)
        exchange.reply.provider = next.provider
        exchange.reply.model = next.model
        try await show(.again(next, exchange.history, after: error))
    }

    // MARK: - One of them

    /// Asks once, and takes in what comes until one of the ways in which a reply ends.
    private mutating func attempt(_ provider: any ChatProvider) async throws -> Exchange.Ending {
        do {
            try await provider.prepare(for: exchange.message.content)
            // It may know more by now, from this or from the try before.
            let capabilities = provider.capabilities
            if capabilities != known { try makeHistory(for: capabilities) }
            if exchange.reply.model == nil { name(model: model(of: provider)) }
        } catch {
            return failure(error)
        }
        let (message, reply) = (exchange.message.id.seq, exchange.reply.id.seq)
        let request = ProviderRequest(
            conversation: BranchName.name(of: [message, reply], after: past, in: exchange.chat.id),
            model: exchange.reply.model, content: exchange.history.content, streams: request.streams,
            alternative: reply - message - 1)
        return try await receive(provider.reply(to: request, measuring: meter))
    }

    /// Which model is asked may be known only now.
    private mutating func name(model: String?) {
        exchange.reply.model = model
        exchange.attempts[exchange.attempts.count - 1].model = model
    }

    private mutating func receive(
        _ events: some AsyncSequence<ProviderEvent, any Error>
    ) async throws -> Exchange.Ending {
        var iterator = events.makeAsyncIterator()
        while true {
            let event: ProviderEvent?
            do {
                event = try await iterator.next(isolation: #isolation)
            } catch {
                return failure(error)
            }
            switch event {
            case .text(let piece):
                guard !piece.isEmpty else { break }
                meter.received(text: piece)
                try keeper.receive(piece)
                try await show(.text(piece))
            case .usage(let usage): intake.usage = usage
            case .notice(let notice): try await show(.notice(notice))
            case .status(let status): try await show(.status(status))
            case .finish(let reason, let text):
                intake.finishReason = reason
                // An end without text takes nothing back of what has come.
                intake.wholeText = text.flatMap { $0.isEmpty ? nil : $0 }
                if !meter.hasText, let whole = intake.wholeText { meter.received(text: whole) }
                return meter.hasText ? .complete : .failed(ProviderError(.empty))
            case nil:
                return Task.isCancelled ? .stopped : .failed(ProviderError(.endedEarly))
            }
        }
    }

    private func failure(_ error: any Error) -> Exchange.Ending {
        // Whatever a stream that was cancelled says: it was cancelled.
        if error is CancellationError || Task.isCancelled { return .stopped }
        if let error = error as? ProviderError { return .failed(error) }
        if case HistoryError.messageTooLong(let characters, let limit) = error {
            return .failed(ProviderError(.tooLong(characters: characters, limit: limit)))
        }
        // Its words may hold anything, a secret even: only what it is gets written down.
        return .failed(ProviderError(.unreachable, "\(type(of: error))"))
    }
}
