/// What we take from the world outside, so that a test can hand us another world.
package struct Surroundings: Sendable {
    /// The wall clock, in UTC.
    package var now: @Sendable () -> Timestamp
    /// A fresh ULID for this moment.
    package var newID: @Sendable (Timestamp) -> String
    /// Time since some fixed moment, by a clock that nobody sets: for lengths of time.
    package var uptime: @Sendable () -> Duration
    /// Waits; ends early by throwing when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// From 0 to 1, at random: so that those who wait for the same thing do not all come back at once.
    package var jitter: @Sendable () -> Double
    /// Who we are among the processes that share the database: the writer's name in a lease.
    package var process: String

    package init(
        now: @escaping @Sendable () -> Timestamp, newID: @escaping @Sendable (Timestamp) -> String,
        uptime: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }, process: String
    ) {
        self.now = now
        self.newID = newID
        self.uptime = uptime
        self.sleep = sleep
        self.jitter = jitter
        self.process = process
    }

    package func newChatID() -> ChatID { ChatID(rawValue: newID(now())) }
    package func newAttemptID() -> AttemptID { AttemptID(rawValue: newID(now())) }
}
