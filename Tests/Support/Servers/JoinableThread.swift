import Glibc
private import Synchronization

/// A thread of its own, outside of Swift's pool, for what blocks.
final class JoinableThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t
    private let ended: Ended

    private final class Ended: Sendable {
        let flag = Atomic(false)
    }

    init(_ run: @escaping @Sendable () -> Void) {
        let ended = Ended()
        let body = Body {
            run()
            ended.flag.store(true, ordering: .releasing)
        }
        var started = pthread_t()
        let code = unsafe pthread_create(
            &started, nil,
            { argument in
                let body = unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
                body.run()
                return nil
            }, Unmanaged.passRetained(body).toOpaque())
        precondition(code == 0, "no more threads")
        thread = started
        self.ended = ended
    }

    /// It has done its work, and joining it takes no time.
    var hasEnded: Bool { ended.flag.load(ordering: .acquiring) }

    /// Waits for its end. Once only.
    func join() { pthread_join(thread, nil) }
}
