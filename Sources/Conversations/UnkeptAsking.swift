/// Puts a question of which nothing is kept to one provider, as often as the policy has it. Its attempts go into the health
/// history, each as it begins and as it ends.
struct UnkeptAsking {
    let memory: any ProviderMemory
    let surroundings: Surroundings
    let provider: any ChatProvider
    let request: UnkeptRequest
    /// What the other side may call the conversation.
    let conversation: String
    /// The history as the provider takes it.
    let history: (ProviderCapabilities) throws(HistoryError) -> History
    let show: @Sendable (String) async throws -> Void

    private(set) var answer: UnkeptAnswer
    private var intake = ReplyIntake()
    private var meter: AttemptMeter
    private var streamed = ""
    /// What was known of the provider when the history was made for it.
    private var known: ProviderCapabilities

    /// - Parameter first: The first attempt, which has begun.
    init(
        _ request: UnkeptRequest, of provider: any ChatProvider, called conversation: String, first: ProviderAttempt,
        known: ProviderCapabilities, sent: History, memory: any ProviderMemory, surroundings: Surroundings,
        history: @escaping (ProviderCapabilities) throws(HistoryError) -> History,
        show: @escaping @Sendable (String) async throws -> Void
    ) {
        self.memory = memory
        self.surroundings = surroundings
        self.provider = provider
        self.request = request
        self.conversation = conversation
        self.history = history
        self.show = show
        self.known = known
        meter = AttemptMeter(uptime: surroundings.uptime)
        answer = UnkeptAnswer(
            text: "", provider: provider.name, model: first.model, history: sent, attempts: [first], ending: .stopped)
    }

    /// Asks until there is a reply, or no hope of one.
    mutating func ask() async {
        var policy = RetryPolicy()
        do {
            while true {
                let ending = try await attempt()
                await end(ending)
                guard case .failed(let error) = ending, !meter.hasText,
                    case .again(let wait) = policy.step(after: error, jitter: surroundings.jitter())
                else { break }
                if wait > .zero { try await surroundings.sleep(wait) }
                try await goOn()
            }
        } catch {
            switch error {
            case is CancellationError: await end(.stopped)
            // Where the store would not have another try, the failure before counts.
            case is StoreError: break
            default: await end(.readerLeft(error))
            }
        }
        answer.text = intake.wholeText ?? streamed
        answer.finishReason = intake.finishReason
        answer.usage = intake.usage
    }

    /// Notes how the answer ends, and the attempt that is under way with it.
    private mutating func end(_ ending: Exchange.Ending) async {
        answer.ending = ending
        let last = answer.attempts.count - 1
        guard answer.attempts[last].result.outcome == .pending else { return }
        answer.attempts[last].result = ending.result(meter)
        // A nonce that has run out is nobody's fault as long as the next one is good.
        if case .failed(let error) = ending, error.cause == .nonceRejected, !meter.hasText {
            answer.attempts[last].result.fault = .none
        }
        // The answer is had, whether that can be written down or not.
        try? await memory.close(answer.attempts[last])
    }

    /// Begins the next attempt. Nothing of a failed one goes into the answer.
    private mutating func goOn() async throws {
        let failed = answer.attempts.last!
        var next = ProviderAttempt(
            id: surroundings.newAttemptID(), provider: failed.provider, model: answer.model, kind: .chat,
            number: failed.number + 1, startedAt: surroundings.now())
        next.host = failed.host
        next.expiresAt = next.startedAt.advanced(by: provider.reach.longestReply)
        next = try await memory.open(next, process: surroundings.process)
        next.host = failed.host
        meter = AttemptMeter(uptime: surroundings.uptime)
        intake = ReplyIntake()
        answer.ending = .stopped
        answer.attempts.append(next)
    }

    /// Asks once.
    private mutating func attempt() async throws -> Exchange.Ending {
        do {
            try await provider.prepare(for: request.messages.last?.content ?? "")
            // It may know more by now, from this or from the try before.
            let capabilities = provider.capabilities
            if capabilities != known {
                answer.history = try history(capabilities)
                known = capabilities
            }
            if answer.model == nil {
                answer.model = capabilities.defaultModel
                answer.attempts[answer.attempts.count - 1].model = answer.model
            }
        } catch {
            return Exchange.Ending(after: error)
        }
        let request = ProviderRequest(
            conversation: conversation, model: answer.model, content: answer.history.content, streams: request.streams,
            sampling: request.sampling)
        let show = show
        var streamed = ""
        defer { self.streamed = streamed }
        return try await intake.receive(provider.reply(to: request, measuring: meter), measuring: meter) { event in
            guard case .text(let piece) = event else { return }
            streamed += piece
            try await show(piece)
        }
    }
}
