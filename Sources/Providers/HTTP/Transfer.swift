internal import AsyncHTTPClient
internal import Conversations
internal import NIOCore
internal import NIOHTTP1
private import Synchronization

/// One request on its way and its answer coming in: hands the answer's pieces over one at a time, so that a slow reader
/// holds back the socket, and ends it when it takes too long.
final class Transfer: HTTPClientResponseDelegate {
    typealias Response = Void

    enum Event: Sendable {
        case head(HTTPResponseHead)
        case part(ByteBuffer)
        case end
        case failed(any Error)
    }

    private struct State {
        /// What has come and nobody has taken yet; its promise is what the socket waits for.
        var waiting: (event: Event, taken: EventLoopPromise<Void>)?
        /// The last event: nothing follows it.
        var last: Event?
        var reader: CheckedContinuation<Event, Never>?
        var task: HTTPClient.Task<Void>?
        var timer: Scheduled<Void>?
        /// What we wait for, and since when.
        var phase = Phase.connecting
        var phaseBegan: NIODeadline
        /// Of the body, unpacked.
        var bytes = 0
    }

    private enum Phase {
        case connecting, answer, reading
    }

    private let timeouts: Timeouts
    private let maximumBytes: Int
    private let meter: AttemptMeter
    private let began: NIODeadline
    private let state: Mutex<State>

    /// - Parameter maximumBytes: Of the body, unpacked; what is longer is an error.
    init(timeouts: Timeouts, maximumBytes: Int, meter: AttemptMeter) {
        self.timeouts = timeouts
        self.maximumBytes = maximumBytes
        self.meter = meter
        began = .now()
        state = Mutex(State(phaseBegan: began))
    }

    // MARK: - The reader's side

    /// The next piece of the answer; after `end` or `failed`, the same again.
    func next() async -> Event {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let (event, taken) = state.withLock { state -> (Event?, EventLoopPromise<Void>?) in
                    if let (event, taken) = state.waiting {
                        state.waiting = nil
                        // The silence that counts is the other side's, not the reader's.
                        state.phaseBegan = .now()
                        return (event, taken)
                    }
                    if let last = state.last { return (last, nil) }
                    state.reader = reader
                    return (nil, nil)
                }
                taken?.succeed()
                if let event { reader.resume(returning: event) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Ends the transfer and closes its connection. What has come and was not taken is dropped.
    func cancel() {
        end(with: .failed(CancellationError()))
        let (dropped, task) = state.withLock { state in
            defer { state.waiting = nil }
            return (state.waiting?.taken, state.task)
        }
        dropped?.succeed()
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
            if state.waiting == nil, let limit = limit(of: state.phase), state.phaseBegan + limit.time < deadline {
                deadline = state.phaseBegan + limit.time
                phase = limit.phase
            }
            guard now < deadline else { return phase }
            let wake = state.waiting == nil ? deadline : min(deadline, now + TimeAmount(timeouts.idle))
            // Two threads may look at the same time; one timer is enough.
            state.timer?.cancel()
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
        }
        // The time-out of the new phase may be sooner than the one that is waited for.
        if let task = state.withLock(\.task) { checkTime(on: task.eventLoop) }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        meter.responded(status: Int(head.status.code))
        enter(.reading)
        return deliver(.head(head), on: task.eventLoop)
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        meter.received(bytes: buffer.readableBytes)
        let isTooMuch = state.withLock { state in
            state.bytes += buffer.readableBytes
            return state.bytes > maximumBytes
        }
        guard !isTooMuch else {
            let error = ProviderError(.tooLarge(limit: maximumBytes))
            end(with: .failed(error))
            return task.eventLoop.makeFailedFuture(error)
        }
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
        let taken: EventLoopPromise<Void>?
        (reader, taken) = state.withLock { state in
            state.phaseBegan = .now()
            guard state.last == nil else { return (nil, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, nil)
            }
            let taken = eventLoop.makePromise(of: Void.self)
            state.waiting = (event, taken)
            return (nil, taken)
        }
        reader?.resume(returning: event)
        return taken?.futureResult ?? eventLoop.makeSucceededVoidFuture()
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
