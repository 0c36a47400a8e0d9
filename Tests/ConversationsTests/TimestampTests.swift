import Conversations
import Support
import Testing

struct TimestampTests {
    static let earliest: Int64 = -62_167_219_200_000
    static let latest: Int64 = 253_402_300_799_999

    /// From tables, not from our own reckoning.
    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", 0), ("1969-12-31T23:59:59.999Z", -1),
        ("2026-01-31T12:00:00.000Z", 1_769_860_800_000),
        ("2000-02-29T00:00:00.000Z", 951_782_400_000), ("1900-03-01T00:00:00.000Z", -2_203_891_200_000),
        ("2001-09-09T01:46:40.000Z", 1_000_000_000_000), ("2038-01-19T03:14:08.000Z", 2_147_483_648_000),
        ("0001-01-01T00:00:00.000Z", -62_135_596_800_000), ("0000-01-01T00:00:00.000Z", earliest),
        ("0000-02-29T00:00:00.001Z", -62_162_121_599_999), ("9999-12-31T23:59:59.999Z", latest),
    ])
    func `a moment and its text are the same`(text: String, milliseconds: Int64) {
        #expect(Timestamp(rawValue: milliseconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == Timestamp(rawValue: milliseconds))
    }

    @Test func `what is written is read back`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let moment = Timestamp(rawValue: .random(in: Self.earliest...Self.latest, using: &random))
            let text = moment.rfc3339
            #expect(text.utf8.count == 24)
            #expect(Timestamp(rfc3339: text) == moment, "\(text)")
        }
    }

    @Test func `later moments have later texts`() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<5_000 {
            let one = Timestamp(rawValue: .random(in: Self.earliest..<Self.latest, using: &random))
            let other = Timestamp(rawValue: .random(in: one.rawValue + 1...Self.latest, using: &random))
            #expect(one.rfc3339 < other.rfc3339 && one < other)
        }
    }

    @Test(arguments: [Int64.min, -62_167_219_200_001, 253_402_300_800_000, .max])
    func `what four digits of year cannot say is held at the nearest end`(milliseconds: Int64) {
        let end = milliseconds < 0 ? "0000-01-01T00:00:00.000Z" : "9999-12-31T23:59:59.999Z"
        #expect(Timestamp(rawValue: milliseconds).rfc3339 == end)
    }

    @Test(arguments: [
        ("2026-01-31T12:00:00Z", 0), ("2026-01-31t12:00:00z", 0), ("2026-01-31 12:00:00Z", 0),
        ("2026-01-31T12:00:00.5Z", 500), ("2026-01-31T12:00:00.05Z", 50), ("2026-01-31T12:00:00.1239999999Z", 123),
        ("2026-01-31T13:30:00+01:30", 0), ("2026-01-31T10:30:00-01:30", 0), ("2026-02-01T11:59:00+23:59", 0),
        ("2026-01-31T12:00:00-00:00", 0), ("2026-01-31T11:59:60Z", 0), ("2026-01-30T12:00:00.000Z", -86_400_000),
    ])
    func `other ways to write it are read`(text: String, millisecondsLater: Int64) {
        #expect(Timestamp(rfc3339: text) == Timestamp(rawValue: 1_769_860_800_000 + millisecondsLater))
    }

    @Test(arguments: [
        "", "now", "2026", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00:00.000", "2026-01-31T12:00:00+01",
        "2026-01-31T12:00:00+0100", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+01:60", "2026-01-31T12:00:00ZZ",
        "2026-01-31T12:00:00Z ", " 2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z\0", "2026-01-31T12:00:00 Z",
        "2026-13-01T12:00:00Z", "2026-00-01T12:00:00Z", "2026-01-00T12:00:00Z", "2026-01-32T12:00:00Z",
        "2026-02-29T12:00:00Z", "2024-02-30T12:00:00Z", "1900-02-29T12:00:00Z", "2026-04-31T12:00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:61Z", "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00,5Z", "2026-1-31T12:00:00Z", "26-01-31T12:00:00Z", "02026-01-31T12:00:00Z",
        "+2026-01-31T12:00:00Z", "-026-01-31T12:00:00Z", "2026/01/31T12:00:00Z", "2026-01-31X12:00:00Z",
        "２０２６-01-31T12:00:00Z", "2026-01-31T12:00:0٣Z", "2026−01−31T12:00:00Z", "2026-01-31T12:00:00Ｚ",
        "2026-01-31T12:00:00Z\u{301}",
    ])
    func `nonsense is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func `a text cut short is refused at every place`() {
        let whole = Array("2026-01-31T12:34:56.789+01:00".utf8)
        for length in whole.indices {
            let text = String(decoding: whole[..<length], as: UTF8.self)
            #expect(Timestamp(rfc3339: text) == nil, "\(text)")
        }
    }

    @Test func `time goes on by milliseconds and durations, and stays within its bounds`() {
        let moment = Timestamp(rawValue: 1000)
        #expect(moment.advanced(byMilliseconds: -1500).rawValue == -500)
        #expect(moment.advanced(by: .seconds(5)).rawValue == 6000)
        #expect(moment.advanced(by: .microseconds(1999)).rawValue == 1001)
        #expect(Timestamp(rawValue: .max).advanced(byMilliseconds: 1).rawValue == .max)
        #expect(Timestamp(rawValue: .min).advanced(byMilliseconds: -1).rawValue == .min)
    }

    @Test(
        arguments: [
            (.zero, 0), (.milliseconds(250), 250), (.seconds(3), 3000), (.microseconds(-1999), -1),
            (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
        ] as [(Duration, Int64)])
    func `a duration has whole milliseconds`(duration: Duration, milliseconds: Int64) {
        #expect(duration.milliseconds == milliseconds)
    }
}

struct CivilDateTests {
    /// Counts the days one by one, through all that our years can be.
    @Test func `dates are what one counts on the fingers`() throws {
        var days: Int64 = -719_528  // 0000-01-01
        for year: Int64 in 0...9999 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            // All days of a few years; the first and the last of each month of the others.
            let isWhole = (1896...1904).contains(year) || (1969...2001).contains(year)
            for (index, length) in lengths.enumerated() {
                let month = Int64(index + 1)
                for day in 1...length where isWhole || day == 1 || day == length {
                    let date = CivilDate(year: year, month: month, day: day)
                    guard date?.daysSince1970 == days + day - 1 else {
                        Issue.record("\(year)-\(month)-\(day) is not \(days + day - 1)")
                        return
                    }
                }
                if year % 7 == 0 || isWhole {
                    #expect(CivilDate(year: year, month: month, day: length + 1) == nil)
                    #expect(CivilDate(year: year, month: month, day: 0) == nil)
                }
                days += length
            }
        }
        #expect(days == 2_932_897)  // 10000-01-01
    }

    @Test(arguments: [(2026, 0, 1), (2026, 13, 1), (2026, -1, 1), (2026, 1, .max), (2026, .min, 1), (2026, 1, -5)])
    func `there are no such days`(year: Int64, month: Int64, day: Int64) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test func `one after the other in the same text is as each by itself`() {
        let moments: [Int64] = [
            0, 1, 999, 1000, 86_399_999, 86_400_000, 86_400_000, -1, -86_400_001, 1_769_860_800_000, 1_769_860_800_005,
            951_782_400_000, 951_868_800_000, .min, .max, 0,
        ]
        var text = RFC3339Text(Timestamp(rawValue: 5))
        for moment in moments.map(Timestamp.init) {
            text.set(moment)
            let characters = (0..<24).map { text.characters[$0] }
            #expect(String(decoding: characters, as: UTF8.self) == moment.rfc3339)
        }
        #expect(Timestamp(rawValue: 951_782_400_123).rfc3339 == "2000-02-29T00:00:00.123Z")
    }
}
