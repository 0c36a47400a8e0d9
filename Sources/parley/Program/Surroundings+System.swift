import Conversations
import Glibc

extension Surroundings {
    /// The world as this process finds it.
    static func system() -> Surroundings {
        let ids = ULIDGenerator()
        let start = ContinuousClock.now
        let process = "\(getpid())-" + ids.next(at: wallClock()).suffix(8)
        return Surroundings(
            now: { wallClock() },
            newID: { ids.next(at: $0) },
            uptime: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) },
            process: process)
    }

    private static func wallClock() -> Timestamp {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(rawValue: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
