import Conversations
import Testing

@testable import Providers

struct RetryAfterTests {
    /// 2026-01-31T12:00:00Z
    private let now = Timestamp(rawValue: 1_769_860_800_000)

    @Test(
        arguments: [
            ("0", .zero), ("20", .seconds(20)), ("99999999999", .seconds(31_536_000)),
            ("Sat, 31 Jan 2026 12:01:30 GMT", .seconds(90)), ("Fri, 30 Jan 2026 12:00:00 GMT", .zero),
            ("Sun, 01 Feb 2026 12:00:00 GMT", .seconds(86_400)), (nil, nil), ("", nil), ("-1", nil), ("soon", nil),
            ("1.5", nil), ("99999999999999999999999", nil), ("Sat, 31 Foo 2026 12:01:30 GMT", nil),
            ("Sat, 31 Jan 2026 12:01:30 CET", nil), ("Saturday, 31-Jan-26 12:01:30 GMT", nil),
            ("Sat, 99 Jan 2026 12:01:30 GMT", nil),
        ] as [(String?, Duration?)])
    func `a header says how long`(header: String?, duration: Duration?) {
        #expect(RetryAfter.duration(header, now: now) == duration)
    }

    @Test(
        arguments: [
            ("Please try again in 20s. Contact us.", .seconds(20)), ("try again in 1m30.5s", .milliseconds(90_500)),
            ("Try again in 120ms.", .milliseconds(120)), ("try again in 2 minutes", .seconds(120)),
            ("Try again in 1h2m3s", .seconds(3723)), ("Please retry in 51.25s.", .milliseconds(51_250)),
            ("try again in 5 minutes and 3 seconds", .seconds(300)), ("try again in 6 hours.", .seconds(21_600)),
            ("try again in a while", nil), ("try again in 5", nil), ("try again in 5 parsecs", nil),
            ("try again later", nil),
            ("try again in 99999999999h", nil), ("", nil),
        ] as [(String, Duration?)])
    func `words say how long`(words: String, duration: Duration?) {
        #expect(RetryAfter.duration(saidIn: words) == duration)
    }
}
