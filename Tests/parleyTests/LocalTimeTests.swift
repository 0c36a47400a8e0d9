import Conversations
import Testing

@testable import parley

struct LocalTimeTests {
    private static let now = Timestamp(rawValue: 1_769_860_800_000)

    @Test(
        arguments: [
            ("90m", 5_400_000), ("24h", 86_400_000), ("7d", 604_800_000), ("4w", 2_419_200_000), ("0m", 0),
        ] as [(String, Int64)])
    func `a length is that long ago`(text: String, milliseconds: Int64) {
        #expect(LocalTime.moment(text, now: Self.now) == Self.now.advanced(byMilliseconds: -milliseconds))
    }

    @Test(arguments: [
        "2026-01-31T12:00Z", "2026-01-31T12:00:00Z", "2026-01-31T13:00:00.000+01:00", "2026-01-31 12:00Z",
    ])
    func `a date and time with its offset is that moment`(text: String) {
        #expect(LocalTime.moment(text, now: Timestamp(rawValue: 0)) == Self.now)
    }

    @Test func `a date is its first moment here`() throws {
        let moment = try #require(LocalTime.moment("2026-01-31", now: Self.now))
        #expect(LocalTime.minute(moment) == "2026-01-31 00:00")
    }

    @Test(arguments: [
        "", "m", "7", "7x", "-7d", "+7d", "1.5h", "２d", "99999999999999999999d", "9223372036854775807w", "yesterday",
        "2026-1-31",
        "2026-13-01", "2026-02-30", "2026-01-31T12:00", "31.01.2026", "+026-01-01", "2026-01-31T25:00Z", "٢٠٢٦-٠١-٠١",
    ])
    func `anything else is refused`(text: String) {
        #expect(LocalTime.moment(text, now: Self.now) == nil)
    }
}
