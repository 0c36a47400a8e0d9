/// A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
package struct Timestamp: Hashable, Comparable, Sendable, RawRepresentable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (one: Timestamp, other: Timestamp) -> Bool {
        one.rawValue < other.rawValue
    }

    /// The moment this many milliseconds later.
    package func advanced(byMilliseconds milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = rawValue.addingReportingOverflow(milliseconds)
        return Timestamp(rawValue: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// Whether its year has four digits, so that ``rfc3339`` says what it is.
    package var isWritable: Bool { self == held }

    /// The moment itself, or the nearest whose year has four digits.
    package var held: Timestamp { Timestamp(rawValue: min(max(rawValue, Self.earliest), Self.latest)) }

    package func advanced(by duration: Duration) -> Timestamp {
        advanced(byMilliseconds: duration.milliseconds)
    }

}

extension Duration {
    /// Whole milliseconds, what is left over dropped; held at the nearest end where they are too many to count.
    package var milliseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000_000_000) }
}

// MARK: - RFC 3339

extension Timestamp {
    /// `2026-01-31T12:00:00.000Z`: RFC 3339 in UTC, with milliseconds, always.
    package var rfc3339: String {
        let text = rfc3339Characters
        return unsafe text.span.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The same in ASCII.
    package var rfc3339Characters: InlineArray<24, UInt8> { RFC3339Text(self).characters }

    fileprivate static let earliest: Int64 = -62_167_219_200_000  // 0000-01-01T00:00:00.000Z
    fileprivate static let latest: Int64 = 253_402_300_799_999  // 9999-12-31T23:59:59.999Z

    /// Reads RFC 3339: a date, `T` or a space, a time with or without a fraction of a second, and `Z` or an offset. For
    /// people's sake the seconds may be missing. What the fraction has beyond milliseconds is dropped. Nil where it
    /// is anything else, or no such date.
    package init?(rfc3339 text: String) {
        var rest = Array(text.utf8)[...]
        guard let year = rest.takeNumber(4), rest.take("-"), let month = rest.takeNumber(2), rest.take("-"),
            let day = rest.takeNumber(2), let date = CivilDate(year: year, month: month, day: day),
            rest.take("T") || rest.take("t") || rest.take(" "),
            let hour = rest.takeNumber(2), hour < 24, rest.take(":"), let minute = rest.takeNumber(2), minute < 60
        else { return nil }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if rest.take(":") {
            guard let read = rest.takeNumber(2), read <= 60 else { return nil }
            second = read
            if rest.take(".") {
                guard let read = rest.takeMilliseconds() else { return nil }
                fraction = read
            }
        }
        guard let offset = rest.takeOffset(), rest.isEmpty else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(rawValue: seconds * 1000 + fraction)
    }
}

// MARK: - Days and dates

/// A day of the Gregorian calendar, reckoned as Howard Hinnant shows:
/// <https://howardhinnant.github.io/date_algorithms.html>
package struct CivilDate: Equatable, Sendable {
    package var year: Int64
    package var month: Int64
    package var day: Int64

    /// Nil where there is no such day.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1 else { return nil }
        self.year = year
        self.month = month
        self.day = day
        // A day that the month does not have comes back as one of the next month.
        guard day <= 31, CivilDate(daysSince1970: daysSince1970) == self else { return nil }
    }

    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.quotientAndRemainderRoundedDown(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package var daysSince1970: Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).quotientAndRemainderRoundedDown(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Int64 {
    /// Division that rounds towards the past, so that days before 1970 come out right.
    fileprivate func quotientAndRemainderRoundedDown(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// A moment as RFC 3339 has it, in ASCII. Of one after the other only what differs is reckoned anew.
package struct RFC3339Text: Sendable {
    /// `2026-01-31T12:00:00.000Z`
    package private(set) var characters = InlineArray<24, UInt8>(repeating: UInt8(ascii: "-"))
    private var moment: Timestamp
    private var days: Int64

    package init(_ moment: Timestamp) {
        self.moment = moment
        characters[10] = UInt8(ascii: "T")
        characters[13] = UInt8(ascii: ":")
        characters[16] = UInt8(ascii: ":")
        characters[19] = UInt8(ascii: ".")
        characters[23] = UInt8(ascii: "Z")
        let (days, milliseconds) = Self.parts(of: moment)
        self.days = days
        putDate()
        putTime(UInt32(milliseconds))
    }

    package mutating func set(_ moment: Timestamp) {
        guard moment != self.moment else { return }
        self.moment = moment
        let (days, milliseconds) = Self.parts(of: moment)
        if days != self.days {
            self.days = days
            putDate()
        }
        putTime(UInt32(milliseconds))
    }

    /// Days since 1970, and milliseconds of the day.
    private static func parts(of moment: Timestamp) -> (Int64, Int64) {
        // What cannot be written with four digits of year is held at the nearest end.
        moment.held.rawValue.quotientAndRemainderRoundedDown(dividingBy: 86_400_000)
    }

    private mutating func putDate() {
        let date = CivilDate(daysSince1970: days)
        let year = UInt32(date.year)
        characters.putTwoDigits(of: year / 100, at: 0)
        characters.putTwoDigits(of: year % 100, at: 2)
        characters.putTwoDigits(of: UInt32(date.month), at: 5)
        characters.putTwoDigits(of: UInt32(date.day), at: 8)
    }

    private mutating func putTime(_ milliseconds: UInt32) {
        let seconds = milliseconds / 1000
        characters.putTwoDigits(of: seconds / 3600, at: 11)
        characters.putTwoDigits(of: seconds / 60 % 60, at: 14)
        characters.putTwoDigits(of: seconds % 60, at: 17)
        characters[20] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: milliseconds % 1000 / 100)
        characters.putTwoDigits(of: milliseconds % 100, at: 21)
    }
}

extension InlineArray<24, UInt8> {
    @inline(__always)
    fileprivate mutating func putTwoDigits(of number: UInt32, at index: Int) {
        self[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10)
        self[index + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard first == UInt8(ascii: character) else { return false }
        removeFirst()
        return true
    }

    private mutating func takeDigit() -> Int64? {
        guard let byte = first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }

    /// Exactly this many digits.
    fileprivate mutating func takeNumber(_ count: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<count {
            guard let digit = takeDigit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// One digit or more after the point.
    fileprivate mutating func takeMilliseconds() -> Int64? {
        guard let tenths = takeDigit() else { return nil }
        let hundredths = takeDigit() ?? 0
        let thousandths = takeDigit() ?? 0
        while takeDigit() != nil {}
        return tenths * 100 + hundredths * 10 + thousandths
    }

    /// `Z` or `+hh:mm`, in seconds east of Greenwich.
    fileprivate mutating func takeOffset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = takeNumber(2), hours < 24, take(":"), let minutes = takeNumber(2), minutes < 60 else {
            return nil
        }
        return sign * (hours * 3600 + minutes * 60)
    }
}
