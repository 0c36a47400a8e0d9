internal import Conversations
internal import HTTPTypes
internal import Synchronization

/// How often the programs of each owner may ask. Who has been silent may ask many times at once, then as often as time goes by.
package final class RateLimit: Sendable {
    private struct Allowance {
        /// Requests that may be made now.
        var left: Double
        var at: Duration
    }

    private let perMinute: Double
    private let uptime: @Sendable () -> Duration
    private let allowances = Mutex<[Owner: Allowance]>([:])

    package init(perMinute: Int, uptime: @escaping @Sendable () -> Duration) {
        self.perMinute = Double(perMinute)
        self.uptime = uptime
    }

    /// Counts a request.
    ///
    /// - Returns: nil where it may be made; else after how many seconds one may be.
    func take(_ owner: Owner) -> Int? {
        let now = uptime()
        return allowances.withLock { allowances in
            var allowance = allowances[owner] ?? Allowance(left: perMinute, at: now)
            let minutes = Double((now - allowance.at).milliseconds) / 60_000
            allowance = Allowance(left: min(perMinute, allowance.left + minutes * perMinute), at: now)
            defer { allowances[owner] = allowance }
            guard allowance.left < 1 else {
                allowance.left -= 1
                return nil
            }
            return Int(((1 - allowance.left) / perMinute * 60).rounded(.up))
        }
    }
}

extension ServiceError {
    static func tooManyRequests(after seconds: Int) -> ServiceError {
        ServiceError(
            .tooManyRequests, type: "rate_limit_error", code: "rate_limit_exceeded",
            "This key asks more often than it may: try again in \(seconds) s.", headers: [.retryAfter: String(seconds)])
    }
}
