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
    /// - Parameter providers: Who is asked, in this order, each where those before failed without a word; at least one.
    /// - Throws: ``StoreError``, ``HistoryError`` or ``TurnError`` before anything was written down or sent, or
    ///   `CancellationError` where the task was cancelled while it waited for another's reply; ``ReplyNotKept`` where the
    ///   store failed at the end. A provider's failure is no error here: it is how the exchange ended.
    @concurrent
    package func exchange(
        _ request: ExchangeRequest, with providers: [any ChatProvider],
        show: @escaping @Sendable (ExchangeEvent) async throws -> Void
    ) async throws -> Exchange {
        precondition(!providers.isEmpty, "nobody to ask")
        let beginning = try await begin(request, with: providers[0], show: show)
        let open = beginning.open
        let right = OpenReply(
            id: open.reply.id, owner: open.chat.owner, version: open.chat.version, process: surroundings.process,
            leaseUntil: open.reply.createdAt.advanced(by: ReplyJournal.leaseLength))
        let keeper = ReplyKeeper(store: store, reply: right, surroundings: surroundings)
        var asking = Asking(
            store: store, builder: builder, surroundings: surroundings, request: request, past: beginning.past,
            known: beginning.capabilities, right: right, keeper: keeper, show: show,
            exchange: Exchange(
                chat: open.chat, message: open.message, reply: open.reply, history: beginning.history,
                attempts: [open.attempt], ending: .stopped))

        await withTaskGroup(of: Void.self) { group in
            group.addTask { await keeper.run() }
            do {
                try await show(.began(open, beginning.history))
                try await asking.ask(providers)
            } catch {
                asking.end(after: error)
            }
            group.cancelAll()
        }
        return try await close(asking, streamed: keeper.text)
    }

    // MARK: - Before

    /// What has been written down and read when the first provider's turn comes.
    private struct Beginning {
        var open: OpenExchange
        /// The branch before the newest message.
        var past: Past
        var history: History
        /// What was known of the provider when its history was made.
        var capabilities: ProviderCapabilities
    }

    /// How long between two looks whether another's reply has ended.
    private static var busyInterval: Duration { .milliseconds(100) }

    /// Begins, once nobody else writes in the chat, for which it waits as long as the request has it.
    private func begin(
        _ request: ExchangeRequest, with provider: any ChatProvider,
        show: @Sendable (ExchangeEvent) async throws -> Void
    ) async throws -> Beginning {
        let start = surroundings.uptime()
        var hasTold = false
        while true {
            do {
                return try await begin(request, with: provider)
            } catch StoreError.chatBusy(let id) {
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
    private func begin(_ request: ExchangeRequest, with provider: any ChatProvider) async throws -> Beginning {
        var changed = ChatID(rawValue: "")
        for _ in 1...Self.maximumPreparations {
            let place = try await place(of: request)
            let capabilities = provider.capabilities
            do {
                let past = try await past(of: place)
                let history = try builder.history(
                    system: place.target.chat.system, past: past, newest: place.text, for: capabilities)
                let exchange = newExchange(request, at: place, with: provider)
                return Beginning(
                    open: try await store.begin(exchange), past: past, history: history, capabilities: capabilities)
            } catch StoreError.chatChanged(let id) {
                changed = id
            }
        }
        throw StoreError.chatChanged(changed)
    }

    private func newExchange(
        _ request: ExchangeRequest, at place: TurnPlace, with provider: any ChatProvider
    ) -> NewExchange {
        let now = surroundings.now()
        let model = request.model ?? provider.model(in: place.target.chat)
        let attempt = ProviderAttempt(
            id: surroundings.newAttemptID(), provider: provider.name, model: model, kind: .chat, startedAt: now)
        return NewExchange(
            target: place.target, turn: place.turn, provider: provider.name, model: model, attempt: attempt,
            process: surroundings.process, now: now, leaseUntil: now.advanced(by: ReplyJournal.leaseLength))
    }

    private func place(of request: ExchangeRequest) async throws -> TurnPlace {
        switch request.target {
        case .newChat(let title, let system):
            guard case .say(let text) = request.turn else { preconditionFailure("nothing was said in a new chat") }
            let title = try title.flatMap { try ChatTitle.given($0) } ?? ChatTitle.made(from: text)
            let chat = Chat(
                id: surroundings.newChatID(), owner: request.owner, title: title, createdAt: surroundings.now(),
                system: system.flatMap { $0.isEmpty ? nil : $0 })
            return TurnPlace(target: .new(chat), turn: .say(text, after: nil), text: text)
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
                asking.right, with: ReplyEnding(message: exchange.reply, attempt: exchange.attempts.last!))
            return exchange
        } catch {
            throw ReplyNotKept(cause: error, exchange: exchange)
        }
    }
}

extension ChatProvider {
    /// The model it is asked for in this chat where nobody names one: the one that it answered with there before, or its
    /// own choice.
    func model(in chat: Chat) -> String? {
        (chat.provider == name ? chat.model : nil) ?? capabilities.defaultModel
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
