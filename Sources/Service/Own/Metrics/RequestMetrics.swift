internal import HTTPTypes
package import Logging
private import Synchronization

/// Counts the requests that were answered, and how long that took.
package final class RequestMetrics: RequestObserver {
    struct Key: Hashable, Comparable {
        /// The route's pattern.
        var route: String
        var method: String

        static func < (one: Key, other: Key) -> Bool { (one.route, one.method) < (other.route, other.method) }
    }

    struct Tally {
        /// By status.
        var codes: [Int: Int] = [:]
        /// How many took no longer than each bound and longer than the one before, and in the last place than all of them.
        var lengths = Array(repeating: 0, count: LatencyBounds.seconds.count + 1)
        var seconds = 0.0

        /// How many took no longer than each bound, and in the last place how many there were.
        var atOrBelowBounds: [Int] {
            lengths.reduce(into: []) { sums, count in sums.append((sums.last ?? 0) + count) }
        }
    }

    private let tallies = Mutex<[Key: Tally]>([:])

    package init() {}

    package func answered(_ request: AnsweredRequest, logger: Logger) {
        // A client may call its method what it likes: each new word would be a series for good.
        let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
        let seconds = request.duration / .seconds(1)
        tallies.withLock { tallies in
            var tally = tallies[Key(route: request.route, method: method)] ?? Tally()
            tally.codes[request.status.code, default: 0] += 1
            tally.lengths[LatencyBounds.place(of: seconds)] += 1
            tally.seconds += seconds
            tallies[Key(route: request.route, method: method)] = tally
        }
    }

    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

    /// What has been counted, in order.
    var counted: [(key: Key, tally: Tally)] {
        tallies.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
