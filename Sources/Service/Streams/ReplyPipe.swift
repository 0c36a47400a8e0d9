internal import Conversations
private import Synchronization

/// Carries what comes of a reply from the task that takes it in to the one client that reads it.
///
/// It holds a bounded amount of text: where the client is slow, the provider waits. A client that has left holds nobody
/// back.
final class ReplyPipe: Sendable {
    enum Event: Sendable {
        /// The message is on disk; the provider has not answered yet.
        case began(OpenExchange, History)
        case text(String)
        /// Nothing has come for a while.
        case silence
        /// The last of all.
        case ended(ReplyOutcome)
    }

    /// The client has left, or has stood still for too long.
    struct ReaderLeft: Error {}

    /// Text that waits for the client, in bytes, beyond which the provider waits too.
    static let capacity = 32 << 10

    fileprivate struct State {
        var waiting: [Event] = []
        var waitingBytes = 0
        var hasLeft = false
        var reader: CheckedContinuation<Event, any Error>?
        var writer: CheckedContinuation<Void, Never>?
        /// When the client last took something, or something came for it after it had taken all.
        var lastMove: Duration
        var onStall: (@Sendable () -> Void)?
        var onLeave: (@Sendable () -> Void)?
    }

    private let state: Mutex<State>
    private let uptime: @Sendable () -> Duration

    /// - Parameters:
    ///   - uptime: Time since some fixed moment.
    ///   - onLeave: Is done once, when nobody reads any more.
    init(uptime: @escaping @Sendable () -> Duration, onLeave: @escaping @Sendable () -> Void = {}) {
        self.uptime = uptime
        state = Mutex(State(lastMove: uptime(), onLeave: onLeave))
    }

    // MARK: - For whoever takes the reply in

    /// Hands over an event, and waits while the client has too much to read already.
    ///
    /// - Throws: ``ReaderLeft``.
    func send(_ event: Event) async throws(ReaderLeft) {
        let now = uptime()
        enum Step { case done, left, wait }
        let step = state.withLock { state -> Step in
            if state.hasLeft { return .left }
            if let reader = state.reader {
                state.reader = nil
                state.lastMove = now
                reader.resume(returning: event)
                return .done
            }
            if state.waiting.isEmpty { state.lastMove = now }
            state.waiting.append(event)
            state.waitingBytes += event.bytes
            return state.waitingBytes > Self.capacity ? .wait : .done
        }
        switch step {
        case .done: return
        case .left: throw ReaderLeft()
        case .wait: break
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.waitingBytes > Self.capacity, !state.hasLeft, !Task.isCancelled else { return true }
                    state.writer = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeWriter() }?.resume()
        }
        if state.withLock({ $0.hasLeft }) { throw ReaderLeft() }
    }

    /// Hands over how it ended. Nothing waits for that.
    func end(_ outcome: ReplyOutcome) {
        let reader = state.withLock { state -> CheckedContinuation<Event, any Error>? in
            guard !state.hasLeft else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            state.waiting.append(.ended(outcome))
            return nil
        }
        reader?.resume(returning: .ended(outcome))
    }

    // MARK: - For the client

    /// What came next. After the end it is not to be asked again.
    ///
    /// - Throws: ``ReaderLeft`` where the client was found to have left, or `CancellationError` where the task was cancelled.
    func next() async throws -> Event {
        let now = uptime()
        let (event, writer) = state.withLock { $0.take(at: now) }
        writer?.resume()
        if let event { return event }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (event, writer) = state.withLock {
                    state -> (Result<Event, any Error>?, CheckedContinuation<Void, Never>?) in
                    let (event, writer) = state.take(at: now)
                    if let event { return (.success(event), writer) }
                    if state.hasLeft { return (.failure(ReaderLeft()), nil) }
                    if Task.isCancelled { return (.failure(CancellationError()), nil) }
                    state.reader = continuation
                    return (nil, nil)
                }
                writer?.resume()
                if let event { continuation.resume(with: event) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(throwing: CancellationError())
        }
    }

    /// What is there already, without waiting; nil where nothing is.
    func nextIfAny() -> Event? {
        let now = uptime()
        let (event, writer) = state.withLock { $0.take(at: now) }
        writer?.resume()
        return event
    }

    /// Nobody reads any more: the client has left, or has all it wanted. Said again, it changes nothing.
    func leave() {
        let (reader, writer, onLeave) = state.withLock { state in
            state.hasLeft = true
            state.waiting = []
            state.waitingBytes = 0
            state.onStall = nil
            defer { (state.reader, state.onLeave) = (nil, nil) }
            return (state.reader, state.takeWriter(), state.onLeave)
        }
        reader?.resume(throwing: ReaderLeft())
        writer?.resume()
        onLeave?()
    }

    /// What is done when the client stands still for too long, so that it notices.
    func whenStalled(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.onStall = action }
    }

    // MARK: - For the clock

    /// Tells a client that waits of the silence, and drops one that takes nothing.
    func tick(keepAliveAfter silence: Duration, dropAfter limit: Duration) {
        let now = uptime()
        enum Step {
            case none
            case silent(CheckedContinuation<Event, any Error>)
            case stalled((@Sendable () -> Void)?)
        }
        let step = state.withLock { state -> Step in
            if let reader = state.reader {
                guard now - state.lastMove >= silence else { return .none }
                state.reader = nil
                state.lastMove = now
                return .silent(reader)
            }
            // What it took last, its end perhaps, is still on its way to it.
            guard !state.hasLeft, now - state.lastMove >= limit else { return .none }
            return .stalled(state.onStall)
        }
        switch step {
        case .none: break
        case .silent(let reader): reader.resume(returning: .silence)
        case .stalled(let action):
            leave()
            action?()
        }
    }
}

extension ReplyPipe.State {
    fileprivate mutating func take(at now: Duration) -> (ReplyPipe.Event?, CheckedContinuation<Void, Never>?) {
        guard !waiting.isEmpty else { return (nil, nil) }
        let event = waiting.removeFirst()
        waitingBytes -= event.bytes
        lastMove = now
        return (event, waitingBytes <= ReplyPipe.capacity ? takeWriter() : nil)
    }

    fileprivate mutating func takeWriter() -> CheckedContinuation<Void, Never>? {
        defer { writer = nil }
        return writer
    }
}

extension ReplyPipe.Event {
    fileprivate var bytes: Int {
        if case .text(let text) = self { text.utf8.count } else { 0 }
    }
}
