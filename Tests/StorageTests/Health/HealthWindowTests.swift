import Conversations
import Testing

@testable import Storage

/// Where slots lie.
struct HealthWindowTests {
    private static let minute: Int64 = 60_000
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 24 * hour

    private func window(_ length: Int64, until now: Int64) -> HealthWindow {
        HealthWindow(
            since: Timestamp(rawValue: now - length), now: Timestamp(rawValue: now), keptSince: nil, hoursAreWhole: true
        )
    }

    @Test(arguments: [
        (15 * minute, minute), (90 * minute, 5 * minute), (12 * hour, 30 * minute), (24 * hour, hour),
        (7 * day, 6 * hour),
        (14 * day, 12 * hour), (28 * day, day), (30 * day, day), (60 * day, 2 * day), (90 * day, 3 * day),
        (365 * day, 14 * day),
        (3650 * day, 120 * day),
    ])
    func `slots are of a round length, and fit a line`(length: Int64, step: Int64) {
        let window = window(length, until: 1_792_930_000_123)
        #expect(window.step == step)
        let starts = window.slots.map(\.start.rawValue)
        #expect(starts.first == window.since.rawValue && starts.count <= 31)
        #expect(starts.dropFirst().allSatisfy { $0 % step == 0 } && starts.last! <= window.now.rawValue)
        #expect(zip(starts.dropFirst(), starts.dropFirst(2)).allSatisfy { $1 - $0 == step })
        #expect(window.now.rawValue - starts.last! < step)
    }

    @Test(arguments: [Int64.min, -1, 0, 1_792_929_600_000, Int64.max])
    func `every moment of any window has its slot`(now: Int64) {
        for since in [Int64.min, -5_400_001, 0, 1_792_840_000_000, Int64.max] {
            let window = HealthWindow(
                since: Timestamp(rawValue: since), now: Timestamp(rawValue: now), keptSince: nil, hoursAreWhole: true)
            let slots = window.slots
            #expect((1...31).contains(slots.count))
            for (index, slot) in slots.enumerated() { #expect(window.slot(of: slot.start.rawValue) == index) }
            #expect(window.slot(of: window.now.rawValue) == slots.count - 1)
            #expect(window.slot(of: Int64.max) == slots.count - 1)
        }
    }
}
