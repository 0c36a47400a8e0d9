/// The part of an exchange in which providers are asked: one after the other, each as often as the policy has it, until
/// there is a reply or no hope of one.
struct Asking {
    let store: any ConversationStore
    let builder: HistoryBuilder
    let surroundings: Surroundings
    let request: ExchangeRequest
    /// The branch before what was said, and what was.
    let past: Past
    let newest: [HistoryMessage]
    let right: OpenReply
    let keeper: ReplyKeeper
    let show: @Sendable (ExchangeEvent) async throws -> Void

    /// The exchange as far as it has come. Its last attempt is the one under way; until that ends, it stands as stopped.
    private(set) var exchange: Exchange
    private(set) var intake = ReplyIntake()
    private var meter: AttemptMeter
    /// What was known of the provider when the exchange's history was made for it.
    private var known: ProviderCapabilities

    init(
        store: any ConversationStore, builder: HistoryBuilder, surroundings: Surroundings, request: ExchangeRequest,
        past: Past, newest: [HistoryMessage], known: ProviderCapabilities, right: OpenReply, keeper: ReplyKeeper,
        show: @escaping @Sendable (ExchangeEvent) async throws -> Void, exchange: Exchange
    ) {
        self.store = store
        self.builder = builder
        self.surroundings = surroundings
        self.request = request
        self.past = past
        self.newest = newest
        self.known = known
        self.right = right
        self.keeper = keeper
        self.show = show
        self.exchange = exchange
        meter = AttemptMeter(uptime: surroundings.uptime)
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

    mutating func ask(_ first: AskingLine.Turn, then line: AskingLine) async throws {
        var policy = RetryPolicy()
        var line = line
        var turn = first
        try await tell(of: turn, in: line)
        while true {
            let ending = try await attempt(turn.provider)
            end(ending)
            guard case .failed(let error) = ending, !meter.hasText else { return }
            switch step(of: &policy, after: error, of: turn, in: line) {
            case .giveUp: return
            case .again(let wait):
                forgive(error)
                // Nothing of a failed try goes into the reply.
                intake = ReplyIntake()
                if wait > .zero { try await surroundings.sleep(wait) }
                turn.attempt = surroundings.newAttemptID()
                try await goOn(with: turn, in: line, model: exchange.reply.model, after: error)
                if turn.isTrial { _ = await line.claimsTrial(of: turn.provider, for: turn.attempt) }
            case .another:
                guard let next = await nextTurn(in: &line) else { return }
                turn = next
                intake = ReplyIntake()
                policy.turn()
                try await goOn(
                    with: turn, in: line, model: turn.provider.model(for: request, in: exchange.chat), after: error)
                try await tell(of: turn, in: line)
            }
        }
    }

    /// Whoever fails on trial is not asked once more as long as there are others.
    private func step(
        of policy: inout RetryPolicy, after error: ProviderError, of turn: AskingLine.Turn, in line: AskingLine
    ) -> RetryPolicy.Step {
        let step = policy.step(after: error, jitter: surroundings.jitter())
        if case .again(let wait) = step, wait > .zero, turn.isTrial, !line.isEmpty { return .another }
        return step
    }

    private func tell(of turn: AskingLine.Turn, in line: AskingLine) async throws {
        for provider in turn.passedOver {
            try await show(.passedOver(provider.name, line.condition(of: provider), asking: turn.provider.name))
        }
    }

    /// A nonce that has run out is nobody's fault as long as the next one is good.
    private mutating func forgive(_ error: ProviderError) {
        guard error.cause == .nonceRejected else { return }
        exchange.attempts[exchange.attempts.count - 1].result.fault = .none
    }

    /// The next turn of one that can take the message at all; the history is made for it.
    private mutating func nextTurn(in line: inout AskingLine) async -> AskingLine.Turn? {
        while let turn = await line.next(where: { (try? history(for: $0.capabilities)) != nil }) {
            if (try? makeHistory(for: turn.provider.capabilities)) != nil { return turn }
            await line.giveUp(turn)
        }
        return nil
    }

    private mutating func makeHistory(for capabilities: ProviderCapabilities) throws(HistoryError) {
        exchange.history = try history(for: capabilities)
        known = capabilities
    }

    private func history(for capabilities: ProviderCapabilities) throws(HistoryError) -> History {
        try builder.history(
            system: exchange.chat.system(with: request.instructions), past: past, newest: newest, for: capabilities)
    }

    /// Writes down that the attempt under way has failed, and begins the next.
    private mutating func goOn(
        with turn: AskingLine.Turn, in line: AskingLine, model: String?, after error: ProviderError
    ) async throws {
        let failed = exchange.attempts.last!
        var next = ProviderAttempt(
            id: turn.attempt, provider: turn.provider.name, model: model, kind: .chat,
            number: failed.number + 1, startedAt: surroundings.now())
        next.host = turn.provider.reach.host
        do {
            try await store.goOn(with: right, closing: failed, opening: next)
        } catch {
            await line.giveUp(turn)
            throw error
        }
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
            if exchange.reply.model == nil { name(model: provider.model(for: request, in: exchange.chat)) }
        } catch {
            return Exchange.Ending(after: error)
        }
        let (message, reply) = (exchange.message.id.seq, exchange.reply.id.seq)
        let said = exchange.said.isEmpty ? [message] : exchange.said.map(\.id.seq)
        let request = ProviderRequest(
            conversation: BranchName.name(of: said + [reply], after: past, in: exchange.chat.id),
            model: exchange.reply.model, content: exchange.history.content, streams: request.streams,
            alternative: reply - message - 1, sampling: request.sampling)
        let (keeper, show) = (keeper, show)
        return try await intake.receive(provider.reply(to: request, measuring: meter), measuring: meter) { event in
            switch event {
            case .text(let piece):
                try keeper.receive(piece)
                try await show(.text(piece))
            case .notice(let notice): try await show(.notice(notice))
            case .status(let status): try await show(.status(status))
            case .usage, .finish: break
            }
        }
    }

    /// Which model is asked may be known only now.
    private mutating func name(model: String?) {
        exchange.reply.model = model
        exchange.attempts[exchange.attempts.count - 1].model = model
    }
}
