import Glibc

/// What this process has taken since, in seconds.
struct Meter {
    private let start = Self.times()

    func read() -> (cpu: Double, wall: Double) {
        let end = Self.times()
        return (end.cpu - start.cpu, end.wall - start.wall)
    }

    private static func times() -> (cpu: Double, wall: Double) {
        (seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC))
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
