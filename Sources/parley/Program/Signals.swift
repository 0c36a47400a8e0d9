import Dispatch
import Glibc
import Synchronization

/// The signals that ask the program to stop: SIGINT, SIGTERM and SIGHUP; and SIGQUIT, which ends it at once.
///
/// While guarded work runs, the first one cancels it, so that what has come can be kept; a second one ends the
/// program at once. While none runs, the program ends, after tidying up.
final class Signals: Sendable {
    private struct State {
        var cancelWork: (@Sendable () -> Void)?
        var received: Int32?
        var receivedAt: ContinuousClock.Instant?
        var tidyUp: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    /// The same signal so soon after is no second one.
    private static let echo = Duration.seconds(1)

    /// Begins to listen. Once in a program.
    init() {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { return }
        let source = ends[0]
        handlerPipe.store(ends[1], ordering: .sequentiallyConsistent)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] where !Self.isIgnored(number) {
            _ = signal(number) { number in
                // Only what POSIX allows in a handler: the number goes down a pipe, to a thread that may do more.
                let interrupted = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = unsafe write(handlerPipe.load(ordering: .relaxed), &byte, 1)
                errno = interrupted
            }
        }
        DispatchQueue(label: "parley.signals").async { [self] in
            var byte: UInt8 = 0
            while true {
                let count = unsafe read(source, &byte, 1)
                if count == 1 { receive(Int32(byte)) } else if count == 0 || errno != EINTR { return }
            }
        }
    }

    /// Whoever started the program wants it deaf to the signal, as nohup does.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// A reader that leaves, or a file that may grow no further, is an error of the write to it, not the end of the
    /// program.
    static func ignoreFailedWrites() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// What is done before a signal ends the program.
    func setTidyUp(_ tidyUp: (@Sendable () -> Void)?) {
        state.withLock { $0.tidyUp = tidyUp }
    }

    /// Makes something that a signal leaves nothing of, whenever it comes.
    ///
    /// - Parameters:
    ///   - make: A signal that comes meanwhile is kept waiting: it must not stand still.
    ///   - discard: The tidying up from now on.
    func making<Thing: Sendable>(
        _ make: () throws -> Thing, discardedBy discard: @escaping @Sendable (Thing) -> Void
    ) rethrows -> Thing {
        try state.withLock { state in
            let thing = try make()
            state.tidyUp = { discard(thing) }
            return thing
        }
    }

    /// Runs the work; a signal cancels it.
    ///
    /// - Returns: what the work gave, and the signal that came meanwhile.
    func guarding<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> (Result, signal: Int32?) {
        // Under the lock: a signal that comes when the work has begun has to find how to cancel it.
        let task = state.withLock { state in
            let task = Task { try await work() }
            state.received = nil
            state.cancelWork = { task.cancel() }
            return task
        }
        defer { state.withLock { $0.cancelWork = nil } }
        let result = try await task.value
        return (result, state.withLock(\.received))
    }

    private func receive(_ number: Int32) {
        let now = ContinuousClock.now
        let (isEcho, cancel, tidyUp) = state.withLock { state in
            defer { (state.received, state.receivedAt) = (number, now) }
            let isEcho =
                state.received == number && state.cancelWork != nil
                && state.receivedAt.map { now - $0 < Self.echo } ?? false
            return (isEcho, state.received == nil ? state.cancelWork : nil, state.tidyUp)
        }
        // A terminal that closes sends it twice: itself, and by the shell in it. People who press a key twice mean it.
        if isEcho && number != SIGINT && number != SIGQUIT { return }
        if let cancel, number != SIGQUIT { return cancel() }
        tidyUp?()
        if number == SIGQUIT {
            // It asks for an end on the spot, and for the picture of memory that goes with it.
            _ = signal(SIGQUIT, SIG_DFL)
            kill(getpid(), SIGQUIT)
            return
        }
        _exit(ExitStatus.stopped(by: number))
    }
}

/// Where the handler writes. Global, since a signal handler has nothing else.
private let handlerPipe = Atomic<Int32>(-1)
