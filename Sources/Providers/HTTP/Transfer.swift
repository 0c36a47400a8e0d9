internal import AsyncHTTPClient
internal import Conversations
internal import NIOCore
internal import NIOHTTP1
private import Synchronization

/// One request on its way and its answer coming in: keeps a little of the answer for its reader, so that a slow one holds
/// back the socket, and ends it when it takes too long.
///
/// What the client library holds back it drops when the connection breaks; what has come is to be read all the same. So
/// pieces are taken from it at once, until there are enough.
final class Transfer: HTTPClientResponseDelegate {
    typealias Response = Void

    enum Event: Sendable {
        case head(HTTPResponseHead)
        case part(ByteBuffer)
        case end
        case failed(any Error)
    }

    private struct State {
        /// What has come and nobody has taken yet, the oldest first.
        var waiting: [Event] = []
        var waitingBytes = 0
        /// What the socket waits for, where enough waits already.
        var held: EventLoopPromise<Void>?
        /// The last event: nothing follows it.
        var last: Event?
        var reader: CheckedContinuation<Event, Never>?
        var task: HTTPClient.Task<Void>?
        var timer: Scheduled<Void>?
        /// What we wait for, and since when.
        var phase = Phase.connecting
        var phaseBegan: NIODeadline
    }

    private enum Phase {
        case connecting, answer, reading
    }

    /// No more than this many bytes, and one piece, wait for the reader.
    private static let enough = 256 << 10

    private let timeouts: Timeouts
    private let meter: AttemptMeter
    private let began: NIODeadline
    private let state: Mutex<State>

    init(timeouts: Timeouts, meter: AttemptMeter) {
        self.timeouts = timeouts
        self.meter = meter
        began = .now()
        state = Mutex(State(phaseBegan: began))
    }

    // MARK: - The reader's side

    /// The next piece of the answer; after `end` or `failed`, the same again.
    func next() async -> Event {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let (event, held) = state.withLock { state -> (Event?, EventLoopPromise<Void>?) in
                    if let event = state.waiting.isEmpty ? nil : state.waiting.removeFirst() {
                        // The silence that counts is the other side's, not the reader's.
                        state.phaseBegan = .now()
                        state.waitingBytes -= event.count
                        guard state.waitingBytes < Self.enough else { return (event, nil) }
                        defer { state.held = nil }
                        return (event, state.held)
                    }
                    if let last = state.last { return (last, nil) }
                    state.reader = reader
                    return (nil, nil)
                }
                held?.succeed()
                if let event { reader.resume(returning: event) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Ends the transfer and closes its connection. What has come and was not taken is dropped.
    func cancel() {
        end(with: .failed(CancellationError()))
        let (held, task) = state.withLock { state in
            defer { state.held = nil }
            state.waiting = []
            return (state.held, state.task)
        }
        held?.succeed()
        task?.cancel()
    }

    /// The task has begun.
    func watch(_ task: HTTPClient.Task<Void>) {
        let isOver = state.withLock { state in
            state.task = task
            return state.last != nil
        }
        if isOver { task.cancel() } else { checkTime(on: task.eventLoop) }
    }

    // MARK: - The clock

    /// Fails the transfer if its time is up, and looks again when it might be.
    private func checkTime(on eventLoop: any EventLoop) {
        let now = NIODeadline.now()
        let overdue = state.withLock { state -> ProviderError.TimeoutPhase? in
            guard state.last == nil else { return nil }
            var deadline = began + TimeAmount(timeouts.total)
            var phase = ProviderError.TimeoutPhase.total
            // A piece that waits for its reader is not the other side's silence.
            if state.waiting.isEmpty, let limit = limit(of: state.phase), state.phaseBegan + limit.time < deadline {
                deadline = state.phaseBegan + limit.time
                phase = limit.phase
            }
            guard now < deadline else { return phase }
            let wake = state.waiting.isEmpty ? deadline : min(deadline, now + TimeAmount(timeouts.idle))
            state.timer = eventLoop.scheduleTask(deadline: wake) { self.checkTime(on: eventLoop) }
            return nil
        }
        guard let overdue else { return }
        end(with: .failed(ProviderError(.timedOut(overdue))))
        state.withLock(\.task)?.cancel()
    }

    /// Connecting is the client's own to time.
    private func limit(of phase: Phase) -> (time: TimeAmount, phase: ProviderError.TimeoutPhase)? {
        switch phase {
        case .connecting: nil
        case .answer: (TimeAmount(timeouts.firstByte), .firstByte)
        case .reading: (TimeAmount(timeouts.idle), .idle)
        }
    }

    // MARK: - The socket's side

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        meter.connected()
        enter(.answer)
    }

    func didSendRequest(task: HTTPClient.Task<Void>) {
        enter(.answer)
    }

    private func enter(_ phase: Phase) {
        state.withLock { state in
            guard state.phase != .reading else { return }
            state.phase = phase
            state.phaseBegan = .now()
            // The time-out of the new phase may be sooner than the one that is waited for.
            state.timer?.cancel()
        }
        if let task = state.withLock(\.task) { checkTime(on: task.eventLoop) }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        meter.responded(status: Int(head.status.code))
        enter(.reading)
        return deliver(.head(head), on: task.eventLoop)
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        meter.received(bytes: buffer.readableBytes)
        return deliver(.part(buffer), on: task.eventLoop)
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {
        end(with: .end)
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        end(with: .failed(error))
    }

    private func deliver(_ event: Event, on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let reader: CheckedContinuation<Event, Never>?
        let held: EventLoopPromise<Void>?
        (reader, held) = state.withLock { state in
            state.phaseBegan = .now()
            guard state.last == nil else { return (nil, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, nil)
            }
            state.waiting.append(event)
            state.waitingBytes += event.count
            guard state.waitingBytes >= Self.enough else { return (nil, nil) }
            let held = eventLoop.makePromise(of: Void.self)
            state.held = held
            return (nil, held)
        }
        reader?.resume(returning: event)
        return held?.futureResult ?? eventLoop.makeSucceededVoidFuture()
    }

    /// Nothing follows this but what waits already; the first of several ends counts.
    private func end(with event: Event) {
        let (reader, timer) = state.withLock { state -> (CheckedContinuation<Event, Never>?, Scheduled<Void>?) in
            guard state.last == nil else { return (nil, nil) }
            state.last = event
            defer {
                state.reader = nil
                state.timer = nil
            }
            return (state.reader, state.timer)
        }
        timer?.cancel()
        reader?.resume(returning: event)
    }
}

extension Transfer.Event {
    fileprivate var count: Int {
        if case .part(let buffer) = self { buffer.readableBytes } else { 0 }
    }
}
