private import Synchronization

/// Makes ULIDs (<https://github.com/ulid/spec>): 48 bits of time, then 80 bits, as 26 characters of Crockford's base
/// 32, lowercase. Text order is the order of making, within one generator.
///
/// The specification counts the random part up by one within a millisecond. Here only its upper half counts, and the
/// lower half is drawn anew each time, so that the last 8 characters stay random: people tell chats apart by them.
package final class ULIDGenerator: Sendable {
    private struct State {
        var time: Int64 = 0
        var upper: UInt64 = 0
    }

    private static let halfMask: UInt64 = (1 << 40) - 1
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    private let state = Mutex(State())

    package init() {}

    /// The next identifier. A clock that stands still or goes back does not disturb the order.
    package func next(at now: Timestamp) -> String {
        let (time, upper) = state.withLock { state in
            if now.rawValue > state.time {
                state = State(time: now.rawValue, upper: .random(in: 0...Self.halfMask))
            } else if state.upper < Self.halfMask {
                state.upper += 1
            } else {
                state = State(time: state.time + 1, upper: 0)
            }
            return (state.time, state.upper)
        }
        return Self.text(time: time, upper: upper, lower: .random(in: 0...Self.halfMask))
    }

    /// An identifier of this time whose random part is given, by its low 80 bits.
    static func text(time: Timestamp, random: UInt128) -> String {
        text(
            time: time.rawValue, upper: UInt64(truncatingIfNeeded: random >> 40) & halfMask,
            lower: UInt64(truncatingIfNeeded: random) & halfMask)
    }

    private static func text(time: Int64, upper: UInt64, lower: UInt64) -> String {
        let fields = [(UInt64(bitPattern: max(time, 0)), 10), (upper, 8), (lower, 8)]
        let characters = fields.flatMap { field, length in
            (0..<length).map { alphabet[Int(field >> UInt64(5 * (length - 1 - $0)) & 31)] }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
