/// What a harness has done and found.
package struct CrashReport: Sendable {
    /// Programs killed at a random instant.
    package var kills = 0
    /// Programs killed just before a change of their files, and within one, each a different one.
    package var killsBefore = 0
    package var killsWithin = 0
    /// Places in a log of changes at which the power was cut.
    package var powerCuts = 0
    /// What was found after power cuts: all, and without those that were the same.
    package var cases = 0
    package var states = 0
    /// Turns that had been acknowledged when it was looked whether they are there.
    package var turns = 0
    /// Starts of the program after a crash.
    package var starts = 0
    /// Among them those that were the first to open what was left.
    package var firstOpenings = 0
    /// Of text that had been seen when the program was killed, the most that was not kept: in bytes, and in age.
    package var mostBytesLost = 0
    package var oldestLost = Duration.zero
    /// What did not hold, with what it takes to see it again.
    package var faults: [String] = []

    package init() {}

    package static func += (one: inout CrashReport, other: CrashReport) {
        one.kills += other.kills
        one.killsBefore += other.killsBefore
        one.killsWithin += other.killsWithin
        one.powerCuts += other.powerCuts
        one.cases += other.cases
        one.states += other.states
        one.turns += other.turns
        one.starts += other.starts
        one.firstOpenings += other.firstOpenings
        one.mostBytesLost = max(one.mostBytesLost, other.mostBytesLost)
        one.oldestLost = max(one.oldestLost, other.oldestLost)
        one.faults += other.faults
    }

    /// Notes what does not hold, and keeps what was found. Of many faults a few are enough.
    mutating func add(_ lines: [String], at place: String, image: DiskImage, keeps: Bool = true) throws {
        guard !lines.isEmpty else { return }
        let folder = keeps && faults.count < 5 ? try image.keep() : "not kept"
        faults.append("\(place): " + lines.joined(separator: "; ") + " (\(folder))")
    }
}
