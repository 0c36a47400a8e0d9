import Glibc
import Synchronization

/// A thread for work that blocks, and what came of it.
final class BlockingThread<Result: Sendable>: Sendable {
    private struct DidNotEnd: Error {}

    private let found = Mutex<Result?>(nil)
    private let ending: Int32  // a pipe that is closed at the end, because a pipe can be waited for with a limit

    init(_ work: @escaping @Sendable () -> Result) {
        var ends: [Int32] = [0, 0]
        precondition(unsafe pipe(&ends) == 0, "no pipe")
        ending = ends[0]
        let announcing = ends[1]
        start {
            let result = work()
            self.found.withLock { $0 = result }
            close(announcing)
        }
    }

    deinit { close(ending) }

    private func start(_ work: @escaping () -> Void) {
        let context = unsafe Unmanaged.passRetained(AnyWork(work)).toOpaque()
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<AnyWork>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context)
        precondition(code == 0, "no thread")
        pthread_detach(thread)
    }

    /// Waits for the end, thirty seconds at most.
    func result() throws -> Result {
        var request = pollfd(fd: ending, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&request, 1, 30_000) == 1, let result = found.withLock({ $0 }) else { throw DidNotEnd() }
        return result
    }
}

private final class AnyWork {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}
