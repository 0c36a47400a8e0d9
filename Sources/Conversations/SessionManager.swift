/// Carries one exchange from the user's words to a reply that is kept.
///
/// The user's message is on disk before a byte leaves for a provider, the reply as it streams. However it ends, the
/// reply is closed with what had come of it.
package struct SessionManager: Sendable {
    private let store: any ConversationStore
    private let health: any ProviderHealth
    private let memory: any ProviderMemory
    private let builder: HistoryBuilder
    private let surroundings: Surroundings

    /// How often an exchange is prepared anew because the chat changed under it.
    private static var maximumPreparations: Int { 5 }

    package init(
        store: any ConversationStore, health: any ProviderHealth, memory: any ProviderMemory, builder: HistoryBuilder,
        surroundings: Surroundings
    ) {
        self.store = store
        self.health = health
        self.memory = memory
        self.builder = builder
        self.surroundings = surroundings
    }

    /// Says something and takes in the reply.
    ///
    /// Cancel the task to stop the reply; what had come is kept. `show` is awaited, which holds the provider back; when
    /// it throws, the reader has left, and the reply stops likewise.
    ///
    /// - Parameter providers: Who is asked, in this order, each where those before failed without a word; at least one. Those
    ///   that are down are asked after the others. The first is the one that the chat is with from now on.
    /// - Throws: ``StoreError``, ``HistoryError`` or ``TurnError`` before anything was written down or sent, or
    ///   `CancellationError` where the task was cancelled while it waited for another's reply; ``ReplyNotKept`` where the
    ///   store failed at the end. A provider's failure is no error here: it is how the exchange ended.
    @concurrent
    package func exchange(
        _ request: ExchangeRequest, with providers: [any ChatProvider],
        show: @escaping @Sendable (ExchangeEvent) async throws -> Void
    ) async throws -> Exchange {
        precondition(!providers.isEmpty, "nobody to ask")
        var line = await AskingLine(providers, health: health, surroundings: surroundings)
        var first: AskingLine.Turn?
        let beginning: Beginning
        do {
            beginning = try await begin(request, with: providers[0], in: &line, &first, show: show)
        } catch {
            if let first { await line.giveUp(first) }
            throw error
        }
        let open = beginning.open
        let right = OpenReply(
            id: open.reply.id, owner: open.chat.owner, version: open.chat.version, process: surroundings.process,
            leaseUntil: open.reply.createdAt.advanced(by: ReplyJournal.leaseLength))
        let keeper = ReplyKeeper(store: store, reply: right, surroundings: surroundings)
        var asking = Asking(
            store: store, builder: builder, surroundings: surroundings, request: request, past: beginning.past,
            newest: beginning.newest, known: beginning.capabilities, right: right, keeper: keeper, show: show,
            exchange: Exchange(
                chat: open.chat, said: open.said, message: open.message, reply: open.reply, history: beginning.history,
                attempts: [open.attempt], ending: .stopped))

        await withTaskGroup(of: Void.self) { group in
            group.addTask { await keeper.run() }
            do {
                try await show(.began(open, beginning.history))
                try await asking.ask(beginning.turn, then: line)
            } catch {
                asking.end(after: error)
            }
            group.cancelAll()
        }
        return try await close(asking, streamed: keeper.text)
    }

    // MARK: - Nothing kept

    /// Puts a question of which nothing is kept but its attempts in the health history. Nobody else is asked where this
    /// provider fails; it is asked again, before any text, as often as in an exchange.
    ///
    /// Cancel the task to stop the reply. `show` is given the pieces of the reply as they come, and awaited, which holds the
    /// provider back; when it throws, the reader has left, and the reply stops likewise. The text of the answer is what
    /// counts: a provider may give all of it at the end.
    ///
    /// - Throws: ``StoreError`` or ``HistoryError`` before anything was sent. A provider's failure is no error here: it is how
    ///   the answer ended.
    @concurrent
    package func answer(
        _ request: UnkeptRequest, with provider: any ChatProvider,
        show: @escaping @Sendable (String) async throws -> Void
    ) async throws -> UnkeptAnswer {
        let beginning = try await UnkeptBeginning.read(for: request, from: store, builder: builder)
        let known = provider.capabilities
        let sent = try beginning.history(for: known)
        var line = await AskingLine([provider], health: health, surroundings: surroundings)
        guard let turn = await line.next(where: { _ in true }) else { preconditionFailure("nobody to ask") }
        var attempt = ProviderAttempt(
            id: turn.attempt, provider: provider.name, model: request.model ?? provider.model(in: beginning.chat),
            kind: .chat, startedAt: surroundings.now())
        attempt.expiresAt = attempt.startedAt.advanced(by: provider.reach.longestReply)
        do {
            attempt = try await memory.open(attempt, process: surroundings.process)
            attempt.host = provider.reach.host
        } catch {
            await line.giveUp(turn)
            throw error
        }
        var asking = UnkeptAsking(
            request, of: provider, called: surroundings.newChatID().rawValue, first: attempt, known: known, sent: sent,
            memory: memory, surroundings: surroundings, history: beginning.history, show: show)
        await asking.ask()
        return asking.answer
    }

    // MARK: - Before

    /// What has been written down and read when the first provider's turn comes.
    private struct Beginning {
        var open: OpenExchange
        /// The branch before what is said.
        var past: Past
        /// What comes behind it.
        var newest: [HistoryMessage]
        var history: History
        /// Who is asked first, and what was known of them when the history was made.
        var turn: AskingLine.Turn
        var capabilities: ProviderCapabilities
    }

    /// How long between two looks whether another's reply has ended.
    private static var busyInterval: Duration { .milliseconds(100) }

    /// Begins, once nobody else writes in the chat, for which it waits as long as the request has it.
    ///
    /// - Parameter turn: Whose it is; nil before that is known. Once it is, it stays so, however often this is tried; but a
    ///   trial is left to others while this waits.
    private func begin(
        _ request: ExchangeRequest, with preferred: any ChatProvider, in line: inout AskingLine,
        _ turn: inout AskingLine.Turn?, show: @Sendable (ExchangeEvent) async throws -> Void
    ) async throws -> Beginning {
        let start = surroundings.uptime()
        var hasTold = false
        let wholeLine = line
        while true {
            do {
                return try await begin(request, with: preferred, in: &line, &turn)
            } catch StoreError.chatBusy(let id) {
                if let trial = turn, trial.isTrial {
                    await line.giveUp(trial)
                    (line, turn) = (wholeLine, nil)
                }
                guard surroundings.uptime() - start < request.patience else { throw StoreError.chatBusy(id) }
                if !hasTold { try await show(.waiting(id)) }
                hasTold = true
                repeat {
                    try await surroundings.sleep(Self.busyInterval)
                } while try await isBeingWritten(id, of: request.owner)
                    && surroundings.uptime() - start < request.patience
            }
        }
    }

    /// The reply that streams is the last message of the branch in view.
    private func isBeingWritten(_ id: ChatID, of owner: Owner) async throws(StoreError) -> Bool {
        try await store.branch(of: id, of: owner, last: 1)?.1.last?.status == .streaming
    }

    /// Reads the chat, rebuilds its history, and writes down the message and the open reply.
    private func begin(
        _ request: ExchangeRequest, with preferred: any ChatProvider, in line: inout AskingLine,
        _ turn: inout AskingLine.Turn?
    ) async throws -> Beginning {
        var changed = ChatID(rawValue: "")
        for _ in 1...Self.maximumPreparations {
            let place = try await place(of: request)
            do {
                let past = try await past(of: place)
                let history = { (capabilities: ProviderCapabilities) throws(HistoryError) in
                    try builder.history(
                        system: place.target.chat.system(with: request.instructions), past: past,
                        newest: place.newest, for: capabilities)
                }
                // Whoever wants to talk with this one is told where they cannot, whoever else is asked first.
                let usual = preferred.capabilities
                let usualHistory = try history(usual)
                if turn == nil {
                    turn = await line.next { $0.name == preferred.name || (try? history($0.capabilities)) != nil }
                }
                guard let turn else { preconditionFailure("the first in line was passed over") }
                let isUsual = turn.provider.name == preferred.name
                let capabilities = isUsual ? usual : turn.provider.capabilities
                let sent = isUsual ? usualHistory : try history(capabilities)
                let exchange = newExchange(request, at: place, with: preferred, asking: turn)
                return Beginning(
                    open: try await store.begin(exchange), past: past, newest: place.newest, history: sent, turn: turn,
                    capabilities: capabilities)
            } catch StoreError.chatChanged(let id) {
                changed = id
            }
        }
        throw StoreError.chatChanged(changed)
    }

    private func newExchange(
        _ request: ExchangeRequest, at place: TurnPlace, with preferred: any ChatProvider, asking turn: AskingLine.Turn
    ) -> NewExchange {
        let now = surroundings.now()
        let chat = place.target.chat
        let model = request.model ?? preferred.model(in: chat)
        let isPreferred = turn.provider.name == preferred.name
        var attempt = ProviderAttempt(
            id: turn.attempt, provider: turn.provider.name,
            model: isPreferred ? model : turn.provider.model(for: request, in: chat), kind: .chat, startedAt: now)
        attempt.host = turn.provider.reach.host
        return NewExchange(
            target: place.target, turn: place.turn, provider: preferred.name, model: model, attempt: attempt,
            process: surroundings.process, now: now, leaseUntil: now.advanced(by: ReplyJournal.leaseLength),
            response: request.response)
    }

    private func place(of request: ExchangeRequest) async throws -> TurnPlace {
        switch request.target {
        case .newChat(let title, let system, let metadata):
            let title = try title.flatMap { try ChatTitle.given($0) } ?? ChatTitle.made(from: request.turn.firstWords)
            let chat = Chat(
                id: surroundings.newChatID(), owner: request.owner, title: title, createdAt: surroundings.now(),
                system: system.flatMap { $0.isEmpty ? nil : $0 }, metadata: metadata)
            return try TurnPlace(of: request.turn, in: chat)
        case .chat(let id, let tip):
            guard
                let (chat, end) = try await store.branch(
                    of: id, of: request.owner, endingAt: tip, last: TurnPlace.wantedMessages)
            else { throw StoreError.noSuchChat(id) }
            // Nothing can be said after half a reply, and its other half changes no version of the chat.
            guard end.last?.status != .streaming else { throw StoreError.chatBusy(id) }
            return try TurnPlace(of: request.turn, in: chat, after: end)
        }
    }

    private func past(of place: TurnPlace) async throws -> Past {
        guard let end = place.pastEnd else { return Past() }
        let chat = place.target.chat
        guard let (version, past) = try await store.past(of: chat.id, of: chat.owner, endingAt: end, builder.reading)
        else { throw StoreError.noSuchChat(chat.id) }
        guard version == chat.version else { throw StoreError.chatChanged(chat.id) }
        return past
    }

    // MARK: - After

    private func close(_ asking: Asking, streamed: String) async throws -> Exchange {
        var exchange = asking.exchange
        exchange.reply.content = asking.intake.wholeText ?? streamed
        exchange.reply.finishedAt = surroundings.now()
        exchange.reply.finishReason = asking.intake.finishReason
        exchange.reply.usage = asking.intake.usage
        let hasText = !exchange.reply.content.isEmpty
        (exchange.reply.status, exchange.reply.error) = exchange.ending.standing(hasText: hasText)
        do {
            exchange.chat = try await store.finish(
                asking.right,
                with: ReplyEnding(
                    message: exchange.reply, attempt: exchange.attempts.last!,
                    responseFields: asking.request.fieldsAtEnd?(exchange)))
            return exchange
        } catch {
            throw ReplyNotKept(cause: error, exchange: exchange)
        }
    }
}

extension Chat {
    /// What a provider is told first: the chat's own system prompt, and what goes with one request.
    func system(with instructions: String?) -> String? {
        let told = [system, instructions].compactMap(\.self).filter { !$0.isEmpty }
        return told.isEmpty ? nil : told.joined(separator: "\n\n")
    }
}

extension ExchangeRequest.Turn {
    /// What a title can be made of: the user's own words, where there are any.
    fileprivate var firstWords: String {
        switch self {
        case .say(let messages): messages.first { $0.role == .user }?.content ?? ""
        case .edit(let text): text
        case .retry: ""
        }
    }
}

extension ChatProvider {
    /// The model it is asked for in this chat where nobody names one: the one that it answered with there before, or its
    /// own choice.
    func model(in chat: Chat?) -> String? {
        (chat?.provider == name ? chat?.model : nil) ?? capabilities.defaultModel
    }

    /// The same where it stands behind another: a model asked for by name is asked of it only where it says it has it.
    func model(for request: ExchangeRequest, in chat: Chat) -> String? {
        if let model = request.model, capabilities.models.contains(model) { return model }
        return model(in: chat)
    }
}

extension Exchange.Ending {
    /// How a reply stands in the store after such an end.
    fileprivate func standing(hasText: Bool) -> (MessageStatus, MessageError?) {
        switch self {
        case .complete: (.complete, nil)
        case .failed(let error): (hasText ? .interrupted : .failed, error.messageError)
        case .stopped, .readerLeft: (.interrupted, stopError)
        }
    }

    /// How the attempt is told of that was under way at such an end.
    func result(_ meter: AttemptMeter) -> ProviderAttempt.Result {
        var result = meter.result()
        switch self {
        case .complete: (result.outcome, result.fault) = (.ok, .none)
        case .failed(let error):
            (result.outcome, result.fault) = error.outcome
            result.error = error.attemptError
            result.retryAfterMilliseconds = error.retryAfter?.milliseconds
        case .stopped, .readerLeft:
            (result.outcome, result.fault) = (.cancelled, .caller)
            result.error = stopError
        }
        return result
    }

    private var stopError: MessageError? {
        switch self {
        case .complete, .failed: nil
        case .stopped: MessageError(code: "stopped", message: "the reply was stopped before its end")
        case .readerLeft: MessageError(code: "reader_left", message: "the reply could not be shown to its end")
        }
    }
}
