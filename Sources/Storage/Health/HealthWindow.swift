internal import Conversations

/// A window of time, as the health history reads it: from which tables, and cut into which slots.
///
/// What began later than in the hour of `now` was written down before a clock was set back, and is in no window. What
/// began in that hour is: it has one row of counts, however little of it is over.
struct HealthWindow: Equatable {
    enum Source: Equatable {
        /// Every attempt's own row.
        case rows
        /// Attempts' own rows up to a full hour, and from then on the hours' counts and histograms; what these leave open is
        /// looked up in the rows of the whole window.
        case rowsAndHours
        /// Nothing but hours: the window begins at a full one.
        case hours
    }

    var source: Source
    var since: Timestamp
    var now: Timestamp
    /// Where the slots lie: at multiples of this many milliseconds since 1970.
    var step: Int64

    static let hour: Int64 = 3_600_000
    /// A bar of these fits a line.
    static let mostSlots: Int64 = 31

    /// - Parameters:
    ///   - keptSince: Where attempts' own rows begin: older ones have been done away with. Nil where none ever was.
    ///   - hoursAreWhole: False where an older file's attempts are not reckoned up in hours yet.
    init(since: Timestamp, now: Timestamp, keptSince: Timestamp?, hoursAreWhole: Bool) {
        let since = min(since.held, now.held)
        let now = now.held
        let isLong = now.rawValue - since.rawValue > HealthQuery.longestExact.milliseconds
        let isPruned = keptSince.map { $0 > since } ?? false
        self.now = now
        if isLong || isPruned {
            source = .hours
            self.since = Timestamp(rawValue: since.rawValue.roundedDown(toMultipleOf: Self.hour))
            step = Self.step(from: self.since, to: now, atLeast: Self.hour)
        } else {
            self.since = since
            step = Self.step(from: since, to: now, atLeast: 1)
            source = hoursAreWhole && step >= Self.hour ? .rowsAndHours : .rows
        }
    }

    // MARK: - Which rows

    /// The hours that count, as the tables number them.
    var hours: Range<Int64> {
        let first = (since.rawValue + Self.hour - 1).quotient(roundedDownBy: Self.hour)
        let end = now.rawValue.quotient(roundedDownBy: Self.hour) + 1
        return first..<max(first, end)
    }

    /// Whose rows count: attempts that began in this.
    var attempts: Range<Int64> { since.rawValue..<max(hours.upperBound * Self.hour, since.rawValue + 1) }

    /// Of these the hours tell nothing.
    var attemptsBeforeHours: Range<Int64> {
        since.rawValue..<min(hours.lowerBound * Self.hour, attempts.upperBound)
    }

    // MARK: - Slots

    var slots: [HealthSlot] {
        var starts = [since.rawValue]
        while let last = starts.last, last.roundedDown(toMultipleOf: step) + step <= now.rawValue {
            starts.append(last.roundedDown(toMultipleOf: step) + step)
        }
        return starts.map { HealthSlot(start: Timestamp(rawValue: $0)) }
    }

    /// The place of a moment among the ``slots``; what began after now belongs to the last.
    func slot(of moment: Int64) -> Int {
        let place = min(moment, now.rawValue).quotient(roundedDownBy: step)
        return Int(place - since.rawValue.quotient(roundedDownBy: step))
    }

    /// Lengths of slots that people read at a glance, in milliseconds.
    private static let steps: [Int64] =
        [1, 2, 5, 10, 15, 30].map { $0 * 60_000 } + [1, 2, 3, 6, 12].map { $0 * hour }
        + [1, 2, 3, 7, 14, 30].map { $0 * 24 * hour }

    /// The smallest that gives no more slots than fit.
    private static func step(from since: Timestamp, to now: Timestamp, atLeast least: Int64) -> Int64 {
        func fits(_ step: Int64) -> Bool {
            now.rawValue.quotient(roundedDownBy: step) - since.rawValue.quotient(roundedDownBy: step) < mostSlots
        }
        if let step = steps.first(where: { $0 >= least && fits($0) }) { return step }
        var step = steps[steps.count - 1]
        while !fits(step) { step *= 2 }
        return step
    }
}

extension Int64 {
    fileprivate func quotient(roundedDownBy divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    fileprivate func roundedDown(toMultipleOf step: Int64) -> Int64 { quotient(roundedDownBy: step) * step }
}
