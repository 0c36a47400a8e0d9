package import Conversations
private import Synchronization

/// Surroundings in which nothing happens but what the test says: the clock stands still, ids count up, and waiting lasts
/// until the time has been moved on.
package final class ScriptedWorld: Sendable {
    private struct State {
        var now: Int64
        var uptime = Duration.zero
        var ids = 0
        var sleepers: [(until: Duration, continuation: CheckedContinuation<Void, any Error>, id: Int)] = []
        var nextSleeper = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// - Parameter now: Milliseconds since 1970; 2026-01-31T12:00:00.000Z unless given.
    package init(now: Int64 = 1_769_860_800_000) {
        state = Mutex(State(now: now))
    }

    package var now: Timestamp { Timestamp(rawValue: state.withLock(\.now)) }

    package func surroundings(process: String = "test-1") -> Surroundings {
        Surroundings(
            now: { self.now },
            newID: { _ in self.newID() },
            uptime: { self.state.withLock(\.uptime) },
            sleep: { try await self.sleep(for: $0) },
            jitter: { 1 },
            process: process)
    }

    /// Moves both clocks on, and wakes whoever has waited long enough.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration.milliseconds
            state.uptime += duration
            let due = state.sleepers.filter { $0.until <= state.uptime }
            state.sleepers.removeAll { $0.until <= state.uptime }
            return due.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// How many wait just now.
    package var sleepers: Int { state.withLock(\.sleepers.count) }

    /// `00000000000000000000000001`, and so on: in order, as long as a ULID.
    private func newID() -> String {
        let number = state.withLock { state in
            state.ids += 1
            return String(state.ids)
        }
        return String(repeating: "0", count: 26 - number.count) + number
    }

    private func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.sleepers.append((state.uptime + duration, continuation, id))
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index).continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }
}
