package import Conversations
internal import HTTPTypes
internal import Synchronization

/// The replies that this process is taking in. Each goes on to its end, and is kept, whoever leaves; at the end of the
/// service they are waited for, then stopped.
package final class RunningReplies: Sendable {
    /// What becomes of a reply whose client leaves.
    enum Leaving: Sendable {
        case goesOn, stops
    }

    fileprivate struct State {
        var tasks: [Int: Task<Void, Never>] = [:]
        /// Whose clients still read, though the replies may have ended.
        var pipes: [Int: ReplyPipe] = [:]
        /// Those that are kept, by the message that they become.
        var byMessage: [MessageID: Int] = [:]
        var live: [MessageID: LiveReply] = [:]
        var next = 0
        var isClosing = false
        /// Woken when the last one ends.
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let manager: SessionManager
    private let surroundings: Surroundings
    private let limits: ServiceLimits

    package init(manager: SessionManager, surroundings: Surroundings, limits: ServiceLimits) {
        self.manager = manager
        self.surroundings = surroundings
        self.limits = limits
    }

    /// How many replies are being taken in.
    package var count: Int { state.withLock { $0.tasks.count } }

    /// Begins an exchange of which everything is kept.
    ///
    /// - Parameter beforeEnd: Done when it has ended, and before the client is told, whether that has left or not.
    /// - Throws: ``ServiceError`` where there are too many already, or the service is about to end.
    func begin(
        _ request: ExchangeRequest, with provider: any ChatProvider, leaving: Leaving,
        beforeEnd: @escaping @Sendable (ReplyOutcome) async -> Void = { _ in }
    ) throws(ServiceError) -> ReplyPipe {
        try start(leaving) { [self] number, pipe in
            let outcome = await carryOut(request, with: provider, leaving: leaving, number: number, into: pipe)
            await beforeEnd(outcome)
            return outcome
        }
    }

    private func carryOut(
        _ request: ExchangeRequest, with provider: any ChatProvider, leaving: Leaving, number: Int, into pipe: ReplyPipe
    ) async -> ReplyOutcome {
        let live = Mutex<LiveReply?>(nil)
        do {
            let exchange = try await manager.exchange(request, with: [provider]) { [self] event in
                switch event {
                case .began(let open, let history):
                    live.withLock { $0 = add(open.reply.id, number) }
                    try await send(.began(open, history), into: pipe, leaving)
                case .text(let piece):
                    live.withLock { $0 }?.add(piece)
                    try await send(.text(piece), into: pipe, leaving)
                case .waiting, .again, .passedOver, .notice, .status: break
                }
            }
            remove(exchange.reply.id, endingWith: exchange.reply)
            return .kept(exchange)
        } catch let error as ReplyNotKept {
            remove(error.exchange.reply.id, endingWith: nil)
            return .lost(error)
        } catch {
            return .refused(error)
        }
    }

    /// Begins an exchange of which nothing is kept. It stops when the client leaves.
    func answer(_ request: UnkeptRequest, with provider: any ChatProvider) throws(ServiceError) -> ReplyPipe {
        try start(.stops) { [self] _, pipe in
            do {
                return .unkept(
                    try await manager.answer(request, with: provider) { piece in
                        try await pipe.send(.text(piece))
                    })
            } catch {
                return .refused(error)
            }
        }
    }

    /// Stops a reply that is being taken in here.
    ///
    /// - Returns: false where it is not.
    func stop(_ reply: MessageID) -> Bool {
        let task = state.withLock { state in state.byMessage[reply].flatMap { state.tasks[$0] } }
        task?.cancel()
        return task != nil
    }

    /// The same, and waits until it has ended.
    func stopped(_ reply: MessageID) async -> Bool {
        let task = state.withLock { state in state.byMessage[reply].flatMap { state.tasks[$0] } }
        task?.cancel()
        await task?.value
        return task != nil
    }

    /// The reply, to be watched; nil where it is not being taken in here.
    func live(_ reply: MessageID) -> LiveReply? { state.withLock { $0.live[reply] } }

    private func add(_ reply: MessageID, _ number: Int) -> LiveReply {
        let live = LiveReply(reply)
        state.withLock { state in
            state.byMessage[reply] = number
            state.live[reply] = live
        }
        return live
    }

    private func remove(_ reply: MessageID, endingWith message: Message?) {
        let live = state.withLock { state in
            state.byMessage[reply] = nil
            return state.live.removeValue(forKey: reply)
        }
        live?.end(with: message)
    }

    private func send(_ event: ReplyPipe.Event, into pipe: ReplyPipe, _ leaving: Leaving) async throws {
        do {
            try await pipe.send(event)
        } catch {
            if leaving == .stops { throw error }
        }
    }

    private func start(
        _ leaving: Leaving, _ work: @escaping @Sendable (Int, ReplyPipe) async -> ReplyOutcome
    ) throws(ServiceError) -> ReplyPipe {
        let number = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        let pipe = ReplyPipe(uptime: surroundings.uptime) { [self] in
            let task = state.withLock { state in
                state.pipes[number] = nil
                return state.tasks[number]
            }
            if leaving == .stops { task?.cancel() }
        }
        let refusal = state.withLock { state -> ServiceError? in
            if state.isClosing { return .shuttingDown }
            if state.tasks.count >= limits.maximumReplies { return .tooManyReplies }
            state.pipes[number] = pipe
            state.tasks[number] = Task { [self] in
                pipe.end(await work(number, pipe))
                let idle = self.state.withLock { $0.remove(number) }
                for continuation in idle { continuation.resume() }
            }
            return nil
        }
        if let refusal { throw refusal }
        return pipe
    }

    // MARK: - The clock, and the end

    /// Sees to silent and to stalled clients until the task is cancelled.
    package func watch() async {
        while (try? await surroundings.sleep(.seconds(1))) != nil {
            for pipe in state.withLock({ Array($0.pipes.values) }) {
                pipe.tick(keepAliveAfter: limits.keepAliveInterval, dropAfter: limits.stallLimit)
            }
            for live in state.withLock({ Array($0.live.values) }) { live.wake() }
        }
    }

    /// Takes no more on.
    package func close() {
        state.withLock { $0.isClosing = true }
    }

    /// The service is about to end.
    package var isClosing: Bool { state.withLock(\.isClosing) }

    /// Takes no more on, and waits until all have ended.
    package func drain() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosing = true
                if !state.tasks.isEmpty { state.idle.append(continuation) }
                return state.tasks.isEmpty
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Stops all: what had come is kept.
    package func stopAll() {
        for task in state.withLock({ Array($0.tasks.values) }) { task.cancel() }
    }
}

extension RunningReplies.State {
    /// Takes an ended one off; gives those who wait for the last.
    fileprivate mutating func remove(_ number: Int) -> [CheckedContinuation<Void, Never>] {
        tasks[number] = nil
        guard tasks.isEmpty else { return [] }
        defer { idle = [] }
        return idle
    }
}

extension ServiceError {
    static let shuttingDown = ServiceError(
        .serviceUnavailable, type: "api_error", code: "shutting_down", "The server is about to end.",
        headers: [.retryAfter: "5"])
    static let tooManyReplies = ServiceError(
        .tooManyRequests, type: "rate_limit_error", code: "rate_limit_exceeded",
        "As many replies are being written as this server takes on at once: try again later.",
        headers: [.retryAfter: "1"])
}
