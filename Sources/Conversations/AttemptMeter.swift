private import Synchronization

/// What is measured of one attempt while it goes on, by the provider and by whoever takes in the reply.
package final class AttemptMeter: Sendable {
    private struct Readings {
        var connectedAt: Duration?
        var firstByteAt: Duration?
        var firstTextAt: Duration?
        var lastTextAt: Duration?
        var maximumGap: Duration?
        var httpStatus: Int?
        var bytes = 0
        var chunks = 0
        var textBytes = 0
    }

    private let uptime: @Sendable () -> Duration
    private let startedAt: Duration
    private let readings = Mutex(Readings())

    /// - Parameter uptime: Time since some fixed moment.
    package init(uptime: @escaping @Sendable () -> Duration) {
        self.uptime = uptime
        startedAt = uptime()
    }

    // MARK: - Told by the provider

    /// There is a connection, and the request is on its way. Said again, for another request of the same attempt, it
    /// changes nothing.
    package func connected() {
        let now = uptime()
        readings.withLock { if $0.connectedAt == nil { $0.connectedAt = now } }
    }

    /// The answer begins. Said again, for another request of the same attempt, only the status is another.
    package func responded(status: Int) {
        let now = uptime()
        readings.withLock { readings in
            if readings.firstByteAt == nil { readings.firstByteAt = now }
            readings.httpStatus = status
        }
    }

    /// What had to be asked for first was refused with this status: the answer never begins.
    package func refusedBefore(status: Int) {
        readings.withLock { $0.httpStatus = status }
    }

    /// More of the answer's body, unpacked.
    package func received(bytes: Int) {
        readings.withLock { $0.bytes += bytes }
    }

    // MARK: - Told by whoever takes in the reply

    func received(text: String) {
        let now = uptime()
        readings.withLock { readings in
            if readings.firstTextAt == nil { readings.firstTextAt = now }
            if let last = readings.lastTextAt { readings.maximumGap = max(readings.maximumGap ?? .zero, now - last) }
            readings.lastTextAt = now
            readings.chunks += 1
            readings.textBytes += text.utf8.count
        }
    }

    var hasText: Bool { readings.withLock { $0.chunks > 0 } }

    /// How the attempt stands now, but for its outcome.
    package func result() -> ProviderAttempt.Result {
        let now = uptime()
        let readings = readings.withLock { $0 }
        var result = ProviderAttempt.Result()
        result.httpStatus = readings.httpStatus
        result.connectMilliseconds = readings.connectedAt.map { ($0 - startedAt).milliseconds }
        result.firstByteMilliseconds = readings.firstByteAt.map { ($0 - startedAt).milliseconds }
        result.firstTextMilliseconds = readings.firstTextAt.map { ($0 - startedAt).milliseconds }
        result.durationMilliseconds = (now - startedAt).milliseconds
        result.maximumGapMilliseconds = readings.maximumGap?.milliseconds
        result.bytesIn = readings.bytes
        result.chunks = readings.chunks
        result.textBytes = readings.textBytes
        return result
    }

    /// How it ended where it did not serve a reply.
    ///
    /// - Parameter error: nil where it went well; what is no ``ProviderError`` is taken for a task that was cancelled.
    package func result(of error: (any Error)?) -> ProviderAttempt.Result {
        var result = result()
        switch error {
        case nil: (result.outcome, result.fault) = (.ok, .none)
        case let error as ProviderError:
            (result.outcome, result.fault) = error.outcome
            result.error = error.attemptError
            result.retryAfterMilliseconds = error.retryAfter?.milliseconds
        default: (result.outcome, result.fault) = (.cancelled, .caller)
        }
        return result
    }
}
